/** What a live run that workers share has beside any other: how far it has come, and hits that a lost worker may have sent. */
import { createLiveDoubt, type LiveDoubt } from '../ledger/live-doubt.ts';
import { createLiveProgress, type LiveProgress } from '../ledger/live-progress.ts';
import { openVisitorLog } from './job-transport.ts';
import type { SendDependencies, Sending } from './sending.ts';

export interface SharedLive {
  readonly progress: LiveProgress;
  readonly resolve: LiveDoubt;
  close(): Promise<void>;
}

/** @param startMs when the run began */
export function createSharedLive(
  sending: Sending,
  { clock, stop, shared }: SendDependencies,
  startMs: number,
): SharedLive | undefined {
  const { job, journal, numberOf } = sending;
  if (!numberOf || !shared) return undefined;
  const { takeover, leaseMs, settleMs, areFormersGone } = shared;
  const log = journal.inDoubt.size > 0 ? openVisitorLog(sending) : undefined;
  const before = takeover?.checkpoint;
  return {
    progress: createLiveProgress(startMs, { before, target: job.name, numberOf, signal: stop.draining }),
    resolve: createLiveDoubt({
      journal,
      log,
      clock,
      takenMs: takeover?.takenMs ?? clock.now(),
      leaseMs,
      requestMs: job.target.responseTimeoutMs + settleMs,
      areFormersGone,
    }),
    close: async () => log?.close(),
  };
}
