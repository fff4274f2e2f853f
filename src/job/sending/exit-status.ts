/** How a run ends: its outcome in the ledger, its exit code, and what the user is told when something is left. */
import { EXIT, UserError } from '../../errors.ts';
import type { RunOutcome } from '../../ledger/ledger.ts';
import type { Totals } from '../../ledger/totals.ts';
import { localLimitNamed } from '../../matomo/http/local-limits.ts';
import { lostOf, overdueOf } from '../../report/counts.ts';
import { formatNumber } from '../../report/format.ts';
import { reasonOf } from '../../report/reasons.ts';
import type { EndedBy } from '../../report/summary.ts';
import type { Verdict } from '../../report/verdict.ts';
import { isEndedByUser, type Stop } from '../../run/stop.ts';
import type { Job } from '../job.ts';

/** Losses that thresholds allow for are none, and neither is lateness: they are what the user has judged them to be. */
export function exitCodeOf(
  totals: Totals,
  stop: Stop,
  verdicts: readonly Verdict[],
  error: UserError | undefined,
): number {
  // Wrong usage means that nothing was sent: a ledger that breaks in the middle, as on a full disk, is none.
  if (error?.code.startsWith('ledger-') && totals.requests > 0 && error.exitCode === EXIT.usage)
    return EXIT.internal;
  if (error) return error.exitCode;
  if (stop.reason === 'SIGINT') return 130;
  if (stop.reason === 'SIGTERM') return 143;
  if (verdicts.some(({ isMet }) => !isMet)) return EXIT.threshold;
  const isJudged = (metrics: RegExp) => verdicts.some(({ threshold }) => metrics.test(threshold));
  if (lostOf(totals.hits) > 0 && !isJudged(/\b(hits|visits)\./)) return EXIT.losses;
  return overdueOf(totals.reasons) > 0 && !isJudged(/\brate\b/) ? EXIT.threshold : EXIT.done;
}

/** Why the run ended before all was sent that it had planned; undefined when it did not. */
export function endedByOf(totals: Totals, stop: Stop, error: UserError | undefined): EndedBy | undefined {
  if (isEndedByUser(stop)) return 'signal';
  if (stop.reason === 'threshold') return 'threshold';
  if (error || (stop.reason !== undefined && stop.reason !== 'time')) return 'failure';
  return totals.cutOffVisits > 0 ? 'time' : undefined;
}

/** A backfill is done when nothing is left that a resume could send or settle, whatever Matomo has refused. */
export function outcomeOf(job: Job, totals: Totals, stop: Stop, error: UserError | undefined): RunOutcome {
  if (stop.reason === 'stalled') return 'stalled';
  if (error) return 'failed';
  if (job.command === 'run' && totals.hits.failed > 0) return 'failed';
  return stop.reason === undefined || stop.reason === 'time' ? 'done' : 'stopped';
}

export function stalledError(timeoutMs: number, totals: Totals): UserError {
  const reasons = Object.entries(totals.reasons).filter(
    ([name]) => name !== 'stopped' && name !== 'target-down',
  );
  const [reason] = reasons.sort(([, a], [, b]) => b - a)[0] ?? [];
  const limit = localLimitNamed(reason);
  const known = reason === undefined ? undefined : reasonOf(reason);
  const why = known ? ` (${limit?.what ?? known.what})` : '';
  return new UserError(`The backfill stopped: no hit was accepted for ${timeoutMs / 1000} s${why}.`, {
    code: 'target-stalled',
    exitCode: EXIT.target,
    hint: `${limit?.hint ?? known?.remedy ?? 'Check the server.'} Then continue with --resume. STALL_TIMEOUT sets how long to wait.`,
  });
}

/** @param requests of which hits failed, were deferred or were not answered */
export function leftOverError(
  requests: number,
  { hits, reasons, examples }: Pick<Totals, 'hits' | 'reasons' | 'examples'>,
): UserError {
  const deferred = reasons.deferred ?? 0;
  const parts = [
    [hits.failed, 'failed'],
    [deferred, 'deferred because the server refuses requests with them'],
    [hits.unknown, 'without a response'],
  ] as const;
  const what = parts.filter(([count]) => count > 0).map(([count, name]) => `${formatNumber(count)} ${name}`);
  const which = requests === 1 ? '1 batch is' : `${formatNumber(requests)} batches are`;
  const { status, url = '' } = examples.deferred ?? {};
  const where = url === '' ? '' : `, for example ${url}`;
  const firewall =
    status === undefined
      ? ''
      : ` The server answers HTTP ${status} to requests with certain content${where}.`;
  const exception =
    status === undefined
      ? ''
      : ' Before that, ask for an exception for matomo.php in the firewall of the server: it refuses these hits however small the request is.';
  return new UserError(`${which} not complete. Hits: ${what.join(', ')}.${firewall}`, {
    code: 'requests-left',
    exitCode: EXIT.losses,
    hint: `Run it again with --resume: it sends what is left, and asks Matomo about hits without a response.${exception}`,
  });
}
