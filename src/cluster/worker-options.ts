/** What a worker is given. */
import type { Job } from '../job/job.ts';
import type { SharedRun, WorkerFacts } from '../ledger/postgres/shared-rows.ts';
import type { SharedRuns } from '../ledger/postgres/shared-runs.ts';
import type { Clock } from '../types/clock.ts';
import type { ShardWork } from './claimed-shard.ts';
import type { WorkerEvents } from './worker-events.ts';

/** Times by which workers are found lost, in ms. */
export interface ClusterTimes {
  readonly beatMs: number;
  /** How long a worker may send after it has shown that it is alive. */
  readonly leaseMs: number;
  /** How long Matomo may take to show what it has recorded. */
  readonly settleMs: number;
}

export const LEASE_MS = 5_000;
/** A worker that was not seen for two leases is lost. */
export const LOST_LEASES = 2;

/** @param leaseMs the others follow from it */
export function timesOf(leaseMs: number): ClusterTimes {
  return { beatMs: leaseMs / 5, leaseMs, settleMs: 1_000 };
}

/** Why a worker may not work on a run. */
export interface Refusal {
  readonly refused: string;
}

export interface WorkerOptions {
  readonly store: SharedRuns;
  readonly facts: Omit<WorkerFacts, 'lostMs'>;
  readonly times: ClusterTimes;
  readonly clock: Clock;
  /** Why the worker takes no shards of live runs, with a clock that is so far ahead of the database's. */
  readonly clockRefusal?: (aheadMs: number) => string | undefined;
  /** Whether this machine has a process with the id. */
  readonly isRunning: (pid: number) => boolean;
  /** Whether it takes shards of the run. */
  readonly isWanted: (run: number) => boolean;
  /** The job with the way to its target, or why this worker may not work on the run. */
  readonly accept: (run: SharedRun) => Promise<Job | Refusal>;
  readonly work: (work: ShardWork) => Promise<void>;
  readonly events?: Partial<WorkerEvents>;
}
