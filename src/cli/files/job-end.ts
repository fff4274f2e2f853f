/** How the job of one target ended, for what is printed and for the result files. */
import type { Job } from '../../job/job.ts';
import type { Totals } from '../../ledger/tally.ts';
import type { Point } from '../../report/series.ts';
import type { RunFacts } from '../../report/summary.ts';

/** What the job of one target came to. */
export interface JobEnd {
  readonly job: Job;
  readonly totals: Totals;
  readonly points: readonly Point[];
  readonly facts: RunFacts;
  /** False: nothing could be sent at all. */
  readonly hasBegun: boolean;
  /** Why it ended before its time, or never began. */
  readonly error: Error | undefined;
  readonly exitCode: number;
}
