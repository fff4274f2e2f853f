/** What ends a run by itself: its time is over, or nothing is accepted any more. */
import type { Totals } from '../../ledger/totals.ts';
import type { Stop } from '../../run/stop.ts';
import type { Clock } from '../../types/clock.ts';
import type { BackfillJob, Job } from '../job.ts';

/** What was due just before the end of a run may leave so long after it; nothing else may. */
const END_GRACE_MS = 1_000;

/** Time without an accepted hit after which a backfill gives up; a slow rate is no stall. */
export function stallTimeoutOf({ stallTimeoutMs, requestsPerSecond }: BackfillJob): number {
  return Math.max(stallTimeoutMs, requestsPerSecond === undefined ? 0 : 2000 / requestsPerSecond);
}

/** Ends the run when nothing has been accepted for too long. */
async function stopOnStall(timeoutMs: number, totals: Totals, clock: Clock, stop: Stop, over: AbortSignal) {
  let accepted = -1;
  while (!over.aborted && !stop.draining.aborted) {
    if (totals.hits.accepted === accepted) return stop.request('stalled');
    accepted = totals.hits.accepted;
    await clock.sleepUntil(clock.now() + timeoutMs, over);
  }
}

async function endInTime(endMs: number, clock: Clock, stop: Stop, over: AbortSignal) {
  await clock.sleepUntil(endMs, over);
  if (!over.aborted) stop.request('time');
}

/** @param endMs when a live run is over. @returns ends the watching */
export function watchLimits(
  job: Job,
  endMs: number,
  totals: Totals,
  { clock, stop }: { readonly clock: Clock; readonly stop: Stop },
): () => void {
  const over = new AbortController();
  if (job.command === 'backfill') void stopOnStall(stallTimeoutOf(job), totals, clock, stop, over.signal);
  else void endInTime(endMs + END_GRACE_MS, clock, stop, over.signal);
  return () => over.abort();
}
