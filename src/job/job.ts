/** What a run or a backfill is to do: settings turned into plain values. */
import type { TargetAccess } from '../matomo/access.ts';
import type { LoadProfile } from '../types/load-profile.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { Shard } from '../types/shard.ts';
import type { Range, TrafficSettings } from '../types/traffic-settings.ts';

export interface JobTarget extends TargetAccess {
  /** Requests in flight at most. */
  readonly concurrency: number;
  readonly retryAttempts: number;
}

interface JobBase {
  /** Name of the target in summaries. */
  readonly name: string;
  readonly traffic: TrafficSettings;
  readonly target: JobTarget;
  readonly shard: Shard;
}

export interface LiveJob extends JobBase {
  readonly command: 'run';
  /** Visits a second over the course of the run, in the place of visits a day. */
  readonly profile: LoadProfile | undefined;
  readonly timing: 'realtime' | 'compressed';
  readonly pauseSeconds: Range;
  readonly maxLatenessMs: number;
  /** Visits a local day at most; 0 for no cap. */
  readonly dailyCap: number;
  /** Visits of the run at most; 0 for no end. */
  readonly stopAfter: number;
  /** How long visits arrive at most; undefined for no end. */
  readonly durationMs: number | undefined;
  /** How long the visits that are under way then may go on. */
  readonly gracefulStopMs: number;
}

export interface BackfillJob extends JobBase {
  readonly command: 'backfill';
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Hits a request; 1 for single requests. */
  readonly batchSize: number;
  /** Bytes of a request with several hits at most. */
  readonly batchBytes: number;
  /** Visits of the whole window at most; 0 for no limit. */
  readonly maxVisits: number;
  readonly requestsPerSecond: number | undefined;
  /** Without any hit accepted for this long, the backfill stops. */
  readonly stallTimeoutMs: number;
}

export type Job = LiveJob | BackfillJob;
