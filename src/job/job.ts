/** What a run or a backfill is to do: settings turned into plain values. */
import type { TargetAccess } from '../matomo/http/access.ts';
import type { Extensions } from '../plan/plugins/extensions.ts';
import type { LoadProfile } from '../types/load-profile.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { PluginSource } from '../types/plugins.ts';
import type { Shard } from '../types/shard.ts';
import type { Range, TrafficSettings } from '../types/traffic-settings.ts';

export interface JobTarget extends TargetAccess {
  /** Requests in flight at most. */
  readonly concurrency: number;
  readonly retryAttempts: number;
}

/** What the ledger keeps of how the job came about, so that it can be continued and compared. */
export interface JobRecord {
  /** Settings as environment variables hold them, secrets masked. */
  readonly settings: Readonly<Record<string, string>>;
  /** What else shapes the traffic, such as the contents of files: a value or a `sha256:` digest by name. */
  readonly contents: Readonly<Record<string, string>>;
  /** Without secrets. */
  readonly commandLine: string;
  /** Names of the settings that change what is sent. */
  readonly shapingNames: readonly string[];
}

interface JobBase {
  /** Name of the target in summaries. */
  readonly name: string;
  readonly traffic: TrafficSettings;
  readonly target: JobTarget;
  readonly shard: Shard;
  /** Where the plugins of the traffic are found; absent without any. */
  readonly plugins?: readonly PluginSource[];
  /** The same, loaded in this process: what a job cannot take along to another one. */
  readonly extensions?: Extensions;
  /** Nothing is kept without it. */
  readonly record?: JobRecord;
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
  /** True: its days are those that other runs have left, so that what overlaps is not in its way. */
  readonly isRemainder?: boolean;
  /** Without any hit accepted for this long, the backfill stops. */
  readonly stallTimeoutMs: number;
}

export type Job = LiveJob | BackfillJob;
