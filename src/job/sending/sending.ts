/** What the parts of a job that is being sent need from each other, and what comes of it. */
import type { UserError } from '../../errors.ts';
import type { Ledger, RunRow } from '../../ledger/ledger.ts';
import type { Totals } from '../../ledger/totals.ts';
import type { RecordedRequest } from '../../matomo/delivery/transport.ts';
import type { HitNumbers } from '../../plan/hit-numbers.ts';
import type { Plan } from '../../plan/plan.ts';
import type { SlowHook } from '../../plan/plugins/extensions.ts';
import type { Point } from '../../report/series.ts';
import type { Verdict } from '../../report/verdict.ts';
import type { Outage } from '../../run/breaker.ts';
import type { Pause } from '../../run/pause.ts';
import type { Stop } from '../../run/stop.ts';
import type { Clock } from '../../types/clock.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { InFlightReport } from '../../types/request-flow.ts';
import type { Threshold } from '../../types/threshold.ts';
import type { JobEncoder } from '../encoder.ts';
import type { Job } from '../job.ts';
import type { InDoubtCounts } from '../ledger/in-doubt.ts';
import type { Journal } from '../ledger/journal.ts';
import type { Checkpoint } from '../ledger/live-progress.ts';
import type { SettledDays } from '../ledger/settled-days.ts';
import type { Activity } from '../monitor/activity.ts';
import type { SharedShard } from '../shared-shard.ts';

/** How far a shard of a run that workers share has come. */
export interface Progress {
  /** What former owners have sent is not counted yet. */
  readonly isReplaying: boolean;
  /** Of a live run. */
  checkpoint(): Checkpoint | undefined;
}

export interface SendDependencies {
  readonly clock: Clock;
  readonly stop: Stop;
  readonly ledger: Ledger;
  /** Resolves with the instant from which a live run sends, when that is now. */
  readonly begin?: () => Promise<number>;
  /** Gets each local day once, in order, when it is over. */
  readonly onDay: (date: LocalDate, totals: Totals) => void;
  /** Gets the counts once the run starts; they change as it goes on. */
  readonly onStart?: (totals: Totals, activity: Readonly<Activity>, progress: Progress) => void;
  /** Gets what has happened since the last time, about once a second and at the end; no point is in the result then. */
  readonly onPoints?: (points: readonly Point[]) => void;
  /** A request was answered, so long after it should have left. */
  readonly onAnswer?: (latencyMs: number) => void;
  /** Sending pauses because the target is down; undefined when it goes on. */
  readonly onBreaker?: (outage: Outage | undefined) => void;
  /** A request was refused as too large with the HTTP status, and requests of so many bytes passed. */
  readonly onSmallerRequests?: (bytes: number, refusedBytes: number, status: number) => void;
  readonly onRequest?: (request: RecordedRequest) => void;
  /** Gets hooks of plugins that take long, once each. */
  readonly onSlowHook?: (slow: SlowHook) => void;
  readonly thresholds: readonly Threshold[];
  /** Lets a live run be paused. */
  readonly pause: Pause;
  /** Where other workers may have had the shard before, or take it over. */
  readonly shared?: SharedShard;
}

export interface Sending {
  readonly job: Job;
  readonly plan: Plan;
  readonly encoder: JobEncoder;
  readonly run: RunRow;
  readonly journal: Journal;
  readonly settledDays: SettledDays;
  /** Of a live run that workers share. */
  readonly numberOf: HitNumbers | undefined;
  /** What kept the requests of former owners in doubt: nothing more is to be sent. */
  readonly unresolved: UserError | undefined;
  /** True: an earlier run has sent the same visits, so that finding them in Matomo proves nothing. */
  readonly isSentBefore: boolean;
  /** Whether the target would take a hit of this job; rejects with a `UserError` where it would not. */
  readonly probe: () => Promise<void>;
}

export interface Sent {
  readonly totals: Totals;
  /** Digest of the traffic that was planned. */
  readonly digest: string;
  /** How the thresholds came out. */
  readonly verdicts: readonly Verdict[];
  /** How requests were settled whose answer did not come or did not tell. */
  readonly inDoubt: InDoubtCounts;
  /** How many requests at a time the target took. */
  readonly inFlight: InFlightReport;
  /** What happened when. */
  readonly points: readonly Point[];
  /** Why the run ended before its time, or what it left behind. */
  readonly error: UserError | undefined;
}
