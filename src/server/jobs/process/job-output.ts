/** What a job's process prints: summaries for its progress, lines for the log of the service. */
import type { Clock } from '../../../types/clock.ts';
import { LOG_LEVELS, type LogBook, type LogLevel } from '../../stream/log-book.ts';
import type { JobError } from '../job-state.ts';
import type { Progress } from '../progress.ts';
import { createLineReader, readRecord } from './lines.ts';

interface NoteDetails {
  readonly code?: string;
  readonly hint?: string;
}

export interface JobOutput {
  /** A piece of standard output. */
  onOutput(text: string): void;
  /** A piece of its log. */
  onLog(text: string): void;
  /** A line of the service itself about the job. */
  note(level: LogLevel, message: string, details?: NoteDetails): void;
  /** Of the present process. */
  readonly lastError: JobError | undefined;
  /** Another process begins. */
  restart(): void;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
const levelOf = (value: unknown) => LOG_LEVELS.find((level) => level === value) ?? 'info';

export function createJobOutput(job: number, log: LogBook, clock: Clock, progress: Progress): JobOutput {
  let lastError: JobError | undefined;
  const note: JobOutput['note'] = (level, message, details = {}) =>
    void log.add({ atMs: clock.now(), level, job, message, ...details });
  const onLine = (line: string) => {
    const record = readRecord(line);
    const level = levelOf(record?.level);
    const message = textOf(record?.message) ?? line;
    const [code, hint] = [textOf(record?.code), textOf(record?.hint)];
    if (level === 'error') lastError = { message: hint ? `${message} ${hint}` : message, code };
    note(level, message, { ...(code ? { code } : {}), ...(hint ? { hint } : {}) });
  };
  return {
    onOutput: createLineReader((line) => {
      const summary = readRecord(line);
      if (summary) progress.summary(summary);
    }),
    onLog: createLineReader(onLine),
    note,
    get lastError() {
      return lastError;
    },
    restart() {
      lastError = undefined;
    },
  };
}
