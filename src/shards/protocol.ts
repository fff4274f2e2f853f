/** What the processes of one run say to each other: a parent that has the settings, and a worker for each shard. */
import type { DryRun } from '../job/dry-run.ts';
import type { Job } from '../job/job.ts';
import type { JobDependencies, JobResult } from '../job/job-run.ts';
import type { Activity } from '../job/monitor/activity.ts';
import type { RecordedRequest } from '../matomo/delivery/transport.ts';
import type { SlowHook } from '../plan/plugins/extensions.ts';
import type { Outage } from '../run/breaker.ts';
import type { StopReason } from '../run/stop.ts';
import type { LocalDate } from '../types/local-date.ts';
import type {
  SerializedCheckpoint,
  SerializedError,
  SerializedPoint,
  SerializedTotals,
} from './serialization.ts';

/** The command line of a worker. Settings and tokens reach it as messages only. */
export const SHARD_WORKER = 'shard-worker';

export interface Task {
  /** One for each target, of the worker's shard. */
  readonly jobs: readonly Job[];
  readonly options: JobDependencies['options'];
  readonly startedMs: number;
  /** The ledger is to end with the process. */
  readonly isInMemory: boolean;
  /** Every request is to be told. */
  readonly isRecorded: boolean;
}

/** What is only to be planned: the jobs of the worker's shard, as if they began at the instant. */
export interface PlanTask {
  readonly jobs: readonly Job[];
  readonly nowMs: number;
}

/** From the parent. `job` is the rank of a job among those of the task. */
export type ShardCommand =
  | { readonly kind: 'task'; readonly task: Task }
  | { readonly kind: 'plan'; readonly plan: PlanTask }
  | { readonly kind: 'confirmed'; readonly job: number; readonly isConfirmed: boolean }
  | { readonly kind: 'begin'; readonly job: number; readonly startMs: number }
  | { readonly kind: 'stop'; readonly job: number; readonly reason: StopReason }
  | { readonly kind: 'pause' }
  /** What is in flight is not waited for. */
  | { readonly kind: 'abandon' };

export interface WorkerState {
  readonly totals: SerializedTotals;
  readonly activity: Activity;
  /** What has happened since the state before. */
  readonly points: readonly SerializedPoint[];
  /** Up to when the points tell what has happened, epoch ms; 0 before the first. */
  readonly pointsUntilMs: number;
  /** Of a live run that workers share. */
  readonly checkpoint?: SerializedCheckpoint;
}

export interface WorkerEnd {
  /** Undefined for a job that never started. */
  readonly result: WorkerResult | undefined;
  readonly error: SerializedError | undefined;
  /** What the worker was ended by, where that was not the parent. */
  readonly signal: StopReason | undefined;
}
export type WorkerResult = Pick<
  JobResult,
  'runId' | 'wasDone' | 'digest' | 'durationMs' | 'pausedMs' | 'inDoubt' | 'inFlight'
> & {
  readonly totals: SerializedTotals;
};

export type SerializedDryRun = Omit<DryRun, 'totals'> & { readonly totals: SerializedTotals };

/** From a worker. `confirm` and `ready` are answered with `confirmed` and `begin`. */
export type ShardEvent =
  | { readonly kind: 'confirm'; readonly job: number; readonly visits: number }
  | { readonly kind: 'ready'; readonly job: number }
  | { readonly kind: 'state'; readonly job: number; readonly state: WorkerState }
  | {
      readonly kind: 'day';
      readonly job: number;
      readonly date: LocalDate;
      readonly totals: SerializedTotals;
    }
  | { readonly kind: 'breaker'; readonly job: number; readonly outage: Outage | undefined }
  | {
      readonly kind: 'smaller-requests';
      readonly job: number;
      readonly found: readonly [bytes: number, refusedBytes: number, status: number];
    }
  | {
      readonly kind: 'outage';
      readonly job: number;
      readonly error: SerializedError;
      readonly longestMs: number;
    }
  | { readonly kind: 'slow-hook'; readonly job: number; readonly slow: SlowHook }
  | { readonly kind: 'in-doubt'; readonly job: number; readonly count: number; readonly waitMs: number }
  | { readonly kind: 'request'; readonly job: number; readonly request: RecordedRequest }
  | { readonly kind: 'planned'; readonly job: number; readonly planned: SerializedDryRun }
  | { readonly kind: 'end'; readonly job: number; readonly end: WorkerEnd }
  | { readonly kind: 'defect'; readonly stack: string };
