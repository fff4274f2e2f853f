/** What every command is handed. */
import type { Host } from '../host.ts';
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
}
