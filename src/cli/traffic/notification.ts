/** `--notify`: tells a webhook how a run ended. */
import { UserError } from '../../errors.ts';
import { sumOf } from '../../ledger/sum.ts';
import type { CliContext } from '../context.ts';
import type { JobEnd } from '../files/job-end.ts';

/** A message that does not arrive is a warning: what was sent is not undone by it. */
export async function notifyOfEnd(
  { clock, log }: CliContext,
  url: string,
  ends: readonly JobEnd[],
  exitCode: number,
): Promise<void> {
  const { reasonOf } = await import('../../server/notify/messages.ts');
  const { postNotification } = await import('../../server/notify/webhook.ts');
  const reason = reasonOf(exitCode);
  if (reason === undefined) return;
  const totals = sumOf(ends.map((end) => end.totals));
  const endedMs = clock.now();
  const longestMs = Math.max(0, ...ends.map(({ facts }) => facts.durationMs));
  const [first] = ends;
  const news = {
    reason,
    subject: `${first?.job.command ?? 'run'} of ${ends.map(({ job }) => job.name).join(', ')}`,
    text: ends.flatMap(({ error }) => (error ? [error.message] : [])).join(' '),
    exitCode,
    hits: totals.hits,
    visits: { ...totals.visits },
    startedAt: new Date(endedMs - longestMs).toISOString(),
    endedAt: new Date(endedMs).toISOString(),
  };
  try {
    await postNotification(url, news, clock);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.warning(error.message, error);
  }
}
