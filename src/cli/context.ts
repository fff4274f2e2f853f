/** What every command is handed. */
import type { Host } from '../host.ts';
import type { Clock } from '../types.ts';

export interface CliContext {
  readonly host: Host;
  readonly clock: Clock;
  /** Sets the code that the command ends with; 0 where nobody does. */
  readonly finish: (exitCode: number) => void;
}
