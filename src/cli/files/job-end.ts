/** How the job of one target ended, for what is printed and for the result files. */
import type { Job } from '../../job/job.ts';
import { exitCodeOfEnd, type TargetEnd } from '../../job/run-jobs.ts';
import { createTotals, type Totals } from '../../ledger/totals.ts';
import { NO_DIGEST } from '../../plan/digest.ts';
import type { Point } from '../../report/series.ts';
import type { RunResults } from '../../report/summary.ts';

/** What the job of one target came to. */
export interface JobEnd {
  readonly job: Job;
  readonly totals: Totals;
  readonly points: readonly Point[];
  readonly facts: RunResults;
  /** False: nothing could be sent at all. */
  readonly hasBegun: boolean;
  /** Why it ended before its time, or never began. */
  readonly error: Error | undefined;
  readonly exitCode: number;
}

/** @param recorded what the embedded endpoint has of it; undefined for a real target */
export function jobEndOf(end: TargetEnd, recorded: unknown): JobEnd {
  const { job, result, error } = end;
  const { seed } = job.traffic;
  const facts = result ?? { digest: NO_DIGEST, durationMs: 0, endedBy: 'failure' as const };
  return {
    job,
    totals: result?.totals ?? createTotals(),
    points: result?.points ?? [],
    facts: {
      ...facts,
      seed,
      error: error?.message,
      ...(recorded === undefined ? {} : { recorded }),
    },
    hasBegun: result !== undefined,
    error,
    exitCode: exitCodeOfEnd(end),
  };
}
