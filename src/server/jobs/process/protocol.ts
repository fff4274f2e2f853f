/** What the service and the process of a job say to each other. The process carries out a command line. */
import type { Activity } from '../../../job/monitor/activity.ts';
import type { EventSpan } from '../../../plan/days/declared-events.ts';
import type { SerializedTotals } from '../../../shards/serialization.ts';

/** The command line of such a process. What it is to do reaches it as a message. */
export const JOB_WORKER = 'job-worker';

/** A command line, and what it finds around it. */
export interface Work {
  readonly args: readonly string[];
  /** In the place of the service's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Texts of files that are nowhere on the disk, by absolute path. */
  readonly files: Readonly<Record<string, string>>;
}

/** From the service. */
export type JobCommand =
  | { readonly kind: 'work'; readonly work: Work }
  | { readonly kind: 'stop'; readonly signal: 'SIGINT' | 'SIGTERM' }
  | { readonly kind: 'pause'; readonly isPaused: boolean };

/** What is known of a target when sending to it begins. */
export interface TargetFacts {
  readonly name: string;
  readonly url: string;
  readonly site: number;
  readonly timezone: string;
  readonly currency: string;
  readonly seed: string;
  readonly visitsPerDay: number;
  /** Visits a local day at most; 0 for no cap. */
  readonly cap: number;
  /** `06:00-22:00`; null for the whole day. */
  readonly activeHours: string | null;
  /** Visits of the whole job, where that is known. */
  readonly plannedVisits: number | null;
  /** First and last local day of a backfill. */
  readonly from: string | null;
  readonly to: string | null;
  readonly responseTimeoutMs: number;
  readonly declaredEvents: readonly EventSpan[];
}

/** How a target's job stands. */
export interface TargetProgress {
  readonly totals: SerializedTotals;
  readonly activity: Omit<Activity, 'admittedToday' | 'waitingSinceMs'> & {
    /** How long the oldest request in flight has been waiting for its response. */
    readonly waitingMs: number;
  };
  readonly admittedToday: number;
  readonly isWithinActiveHours: boolean;
  /** Of a live run that has nothing to send for some seconds. */
  readonly nextVisit: { readonly atMs: number; readonly why: string } | null;
}

/** From the process of a job. */
export type JobEvent =
  | { readonly kind: 'start'; readonly rank: number; readonly target: TargetFacts }
  | {
      readonly kind: 'state';
      readonly atMs: number;
      readonly isPaused: boolean;
      /** In the order of `rank`. */
      readonly targets: readonly TargetProgress[];
    }
  /** Standard output and standard error, in pieces. */
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'end'; readonly exitCode: number };
