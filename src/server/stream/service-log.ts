/** What the service itself logs, beside the lines of its jobs. */
import type { Clock } from '../../types/clock.ts';
import type { LogBook } from './log-book.ts';

export interface ServiceLog {
  info(message: string): void;
  warning(message: string): void;
  /** Something that no client can cause. */
  defect(what: string, error: unknown): void;
}

export function createServiceLog(logBook: LogBook, clock: Clock): ServiceLog {
  const add = (level: 'info' | 'warning' | 'error', message: string) =>
    logBook.add({ atMs: clock.now(), level, job: null, message });
  return {
    info: (message) => add('info', message),
    warning: (message) => add('warning', message),
    defect: (what, error) => add('error', `${what}: ${error instanceof Error ? error.stack : String(error)}`),
  };
}
