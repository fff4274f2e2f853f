/** What a job is given when it runs, and what comes of it. */
import type { UserError } from '../errors.ts';
import type { Holder } from '../ledger/ledger.ts';
import type { Totals } from '../ledger/totals.ts';
import type { MakePlan } from '../plan/plan-ahead.ts';
import type { Point } from '../report/series.ts';
import type { EndedBy } from '../report/summary.ts';
import type { Verdict } from '../report/verdict.ts';
import type { InFlightReport } from '../types/request-flow.ts';
import type { InDoubtCounts, InDoubtPolicy } from './ledger/in-doubt.ts';
import type { BackfillOptions } from './ledger/lifecycle.ts';
import type { SendDependencies } from './sending/sending.ts';

export interface JobDependencies extends SendDependencies {
  /** Who this process is. */
  readonly self: { readonly pid: number; readonly hostname: string };
  readonly isAlive: (holder: Holder) => boolean;
  /** When the whole began that the job is a part of, in epoch ms; else that is now. */
  readonly startedMs?: number;
  /** In the place of `createPlan`. */
  readonly makePlan?: MakePlan;
  readonly options: BackfillOptions & { readonly inDoubt: InDoubtPolicy };
  /** Asked before the first hit of a new backfill; false means that nothing is to be sent. */
  readonly confirm?: (visits: number) => Promise<boolean>;
  /** Gets the number of requests in doubt where the server is to be waited for before they can be settled. */
  readonly onInDoubt?: (count: number, waitMs: number) => void;
  /** The target is down at the start, and is waited for so long at most. */
  readonly onOutage?: (error: UserError, longestMs: number) => void;
}

/** What a job tells those who watch it. */
export type JobNews = Pick<
  JobDependencies,
  | 'onStart'
  | 'onDay'
  | 'onBreaker'
  | 'onAnswer'
  | 'onSmallerRequests'
  | 'onSlowHook'
  | 'onOutage'
  | 'onInDoubt'
>;

export interface JobResult {
  readonly runId: number;
  /** True: an earlier process has sent it all, and nothing was sent now. */
  readonly wasDone: boolean;
  readonly totals: Totals;
  /** Digest of the traffic that was planned. */
  readonly digest: string;
  /** With the time that the run was paused. */
  readonly durationMs: number;
  readonly pausedMs: number;
  readonly verdicts: readonly Verdict[];
  readonly points: readonly Point[];
  /** Why the run ended before all was sent that it had planned; undefined when it did not. */
  readonly endedBy: EndedBy | undefined;
  readonly exitCode: number;
  /** How requests were settled whose answer did not come, here or to an earlier process, or did not tell. */
  readonly inDoubt: InDoubtCounts;
  /** How many requests at a time the target took. */
  readonly inFlight: InFlightReport;
  /** Why the run ended before its time, or what it left behind. */
  readonly error: UserError | undefined;
}
