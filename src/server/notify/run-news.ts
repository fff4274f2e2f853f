/** What there is to tell of a job that has ended. */
import type { Job } from '../jobs/job.ts';
import { shownTotals } from '../jobs/totals.ts';
import { type RunNews, reasonOf } from './messages.ts';

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** Undefined for an end that nobody needs to be told of. */
export function newsOf({ row, progress }: Job): RunNews | undefined {
  const { id, name, command, exitCode, error, startedMs, endedMs } = row;
  const reason = exitCode === null ? undefined : reasonOf(exitCode);
  if (reason === undefined || exitCode === null) return undefined;
  const totals = progress.totals && shownTotals(progress.totals);
  return {
    reason,
    subject: `${command} ${id} (${name})`,
    text: error ?? '',
    exitCode,
    hits: totals ? { ...totals.hits } : null,
    visits: totals ? { ...totals.visits } : null,
    startedAt: iso(startedMs),
    endedAt: iso(endedMs),
  };
}
