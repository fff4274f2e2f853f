/** What every command is handed. */
import type { Host } from '../host.ts';
import type { Job } from '../job/job.ts';
import type { Activity } from '../job/monitor/activity.ts';
import type { Totals } from '../ledger/totals.ts';
import type { Pause } from '../run/pause.ts';
import type { Clock } from '../types/clock.ts';
import type { Log } from './output/log.ts';

export interface CliContext {
  /** The command line, as it was given. */
  readonly args: readonly string[];
  readonly host: Host;
  readonly clock: Clock;
  /** All that goes to standard error, but for the progress bar and questions. */
  readonly log: Log;
  /** Sets the code that the command ends with; 0 where nobody does. */
  readonly finish: (exitCode: number) => void;
  /** Whoever follows and steers a run from another process; undefined where nobody does. */
  readonly observer?: RunObserver | undefined;
}

export interface RunObserver {
  /** A job begins; its counts change as it goes on. */
  start(job: Job, totals: Totals, activity: Readonly<Activity>): void;
  /** What the observer may pause. */
  steer(pause: Pause): void;
  /** All jobs have ended: counts change no more, and the ledger is about to be closed. */
  end(): void;
}
