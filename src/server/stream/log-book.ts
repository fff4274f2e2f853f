/** What the service and its jobs have told: the newest lines in memory, all of them in files that are bounded. */
import type { Feed } from './feed.ts';

export const LOG_LEVELS = ['error', 'warning', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogLine {
  readonly id: number;
  readonly atMs: number;
  readonly level: LogLevel;
  /** Number of the job that tells it; null for the service itself. */
  readonly job: number | null;
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
}

const MOST_LINES = 10_000;
const LONGEST_MESSAGE = 4000;

export interface LogBook {
  add(line: Omit<LogLine, 'id'>): void;
  /** The newest lines, oldest first. */
  tail(count: number, isWanted?: (line: LogLine) => boolean): LogLine[];
}

/** Control characters would let a text pretend to be another line. */
function onOneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, LONGEST_MESSAGE);
}

/** `2026-11-25T20:42:28.123Z info run 3: message`. */
export function logText({ atMs, level, job, message, hint }: LogLine): string {
  const who = job === null ? 'service' : `run ${job}`;
  const remedy = hint === undefined ? '' : ` (hint: ${hint})`;
  return `${new Date(atMs).toISOString()} ${level} ${who}: ${message}${remedy}`;
}

const TEXT = /^(\S+) (error|warning|info|debug) (?:service|run (\d+)): (.*?)(?: \(hint: (.*)\))?$/;

/** The line that `logText` wrote; undefined for another text, such as the rest of one that was cut off. */
function lineOf(text: string, id: number): LogLine | undefined {
  const [, time = '', name, job, message, hint] = TEXT.exec(text) ?? [];
  const level = LOG_LEVELS.find((one) => one === name);
  const atMs = Date.parse(time);
  if (level === undefined || message === undefined || Number.isNaN(atMs)) return undefined;
  const told = { id, atMs, level, job: job === undefined ? null : Number(job), message };
  return hint === undefined ? told : { ...told, hint };
}

/**
 * @param write gets each line as text, for the file
 * @param before what the file has of an earlier service
 */
export function createLogBook(
  feed: Pick<Feed, 'publish'>,
  write: (text: string) => void,
  before = '',
): LogBook {
  const lines = before
    .split('\n')
    .slice(-MOST_LINES)
    .flatMap((text, i) => lineOf(text, i + 1) ?? []);
  let count = lines.at(-1)?.id ?? 0;
  return {
    add(entry) {
      count++;
      const { hint } = entry;
      const line = {
        ...entry,
        id: count,
        message: onOneLine(entry.message),
        ...(hint === undefined ? {} : { hint: onOneLine(hint) }),
      };
      lines.push(line);
      if (lines.length > MOST_LINES * 1.2) lines.splice(0, lines.length - MOST_LINES);
      feed.publish('logs', 'log', line);
      write(`${logText(line)}\n`);
    },
    tail(wanted, isWanted = () => true) {
      const found: LogLine[] = [];
      for (let i = lines.length - 1; i >= 0 && found.length < wanted; i--) {
        const line = lines[i];
        if (line && isWanted(line)) found.push(line);
      }
      return found.reverse();
    },
  };
}
