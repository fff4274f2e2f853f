/** Options that are no settings, read from their text. */
import { Option } from 'commander';
import { parseRate } from '../../config/schema/load-profile.ts';
import { type Problem, SettingsError } from '../../errors.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { Shard } from '../../types/shard.ts';

const LOOPBACK = '127.0.0.1';

function refuse(flag: string, value: string, allowed: string): never {
  const problem: Problem = {
    code: 'out-of-range',
    subject: flag,
    message: `${flag} must be ${allowed}, but is "${value}".`,
  };
  throw new SettingsError([problem]);
}

/** An option that is read where it stands: what is wrong with it is told before anything else is done. */
export function valueOption<T>(
  flags: string,
  description: string,
  read: (flag: string, text: string) => T,
): Option {
  const option = new Option(flags, description);
  return option.argParser((text) => read(option.long ?? flags, text));
}

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `10m`, `2h`, `1d`, also `1h30m`, as milliseconds. */
export function parseDuration(flag: string, text: string, allowed = 'a time such as 90s, 10m or 2h'): number {
  if (!/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(text)) return refuse(flag, text, allowed);
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    ms += Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return ms > 0 ? ms : refuse(flag, text, allowed);
}

/** A short duration. */
export function parseDelay(flag: string, text: string): number {
  return parseDuration(flag, text, 'a time such as 50ms or 0.2s');
}

/** A duration, or none at all: `0` or `0s`. */
export function parseWait(flag: string, text: string): number {
  return /^0s?$/.test(text) ? 0 : parseDuration(flag, text);
}

/** `2/3` as the second of three parts. */
export function parseShard(flag: string, text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  const isValid = match !== null && count >= 1 && count <= 1000 && index >= 1 && index <= count;
  return isValid ? { index, count } : refuse(flag, text, 'i/n with 1 <= i <= n <= 1000, such as 1/3');
}

/** A TCP port; 0 takes a free one. */
export function parsePort(flag: string, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : refuse(flag, text, 'a port number from 0 to 65535');
}

/** A day of the calendar. */
export function parseDay(flag: string, text: string): LocalDate {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const isReal = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
  return isReal ? text : refuse(flag, text, 'a date, YYYY-MM-DD');
}

/** Number of a run in the ledger. */
export function parseRunId(flag: string, text: string): number {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : refuse(flag, text, 'the number of a run');
}

/** `5/s` or `300/m`, as visits a second. */
export function parseVisitRate(flag: string, text: string): number {
  const rate = parseRate(text);
  return rate !== undefined && rate > 0
    ? rate
    : refuse(flag, text, 'a number of visits per time, such as 5/s or 300/m');
}

/** `5%` as 0.05; from 1 to 50 %. */
export function parsePart(flag: string, text: string): number {
  const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]);
  return percent >= 1 && percent <= 50 ? percent / 100 : refuse(flag, text, 'from 1% to 50%');
}

/** Days of a backfill. */
export function parseCatchUp(flag: string, text: string): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= 180 ? days : refuse(flag, text, 'a number of days from 1 to 180');
}

/** A whole number of at least 1. */
export function parseCount(flag: string, text: string): number {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : refuse(flag, text, 'a whole number of at least 1');
}

/** A number of processes, or `auto`. */
export function parseShards(flag: string, text: string): number | 'auto' {
  if (text === 'auto') return text;
  return /^[1-9]\d{0,8}$/.test(text)
    ? Number(text)
    : refuse(flag, text, 'a whole number of at least 1, or auto');
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `9464` of the loopback, `0.0.0.0:9464` or `[::1]:9464`. */
export function parseAddress(flag: string, text: string): Address {
  const [, bracketed, plain, port = ''] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const number = port === '' ? Number.NaN : Number(port);
  if (!(number <= 65_535)) return refuse(flag, text, 'a port, or host:port, such as 9464 or 0.0.0.0:9464');
  return { host: bracketed ?? plain ?? LOOPBACK, port: number };
}
