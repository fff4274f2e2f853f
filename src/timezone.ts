/** Timezones: their names, and how far their clocks are from UTC at any instant, from data that come with the package. */
import data from './data/timezones.json' with { type: 'json' };
import type { LocalDate } from './types/local-date.ts';

/** Release of the IANA Time Zone Database that all offsets are from, whatever the runtime has. */
export const TIMEZONE_RELEASE = data.release;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What Matomo calls `UTC+5.5` may be written as `UTC+5:30`, too. */
const FIXED = /^utc([+-])(\d{1,2})(?:\.(\d{1,2})|:([0-5]\d))?$/;
/** Matomo offers these and what lies between them. */
const MOST_WESTERN_MINUTES = -12 * 60;
const MOST_EASTERN_MINUTES = 14 * 60;

/** A span of time in which the distance to UTC stays the same. */
export interface OffsetSpan {
  readonly fromMs: number;
  readonly toMs: number;
  /** To be added to UTC. */
  readonly offsetMs: number;
}

/** A change that comes every year, on the first such weekday on or after a day of the month. */
interface YearlyRule {
  /** From 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Of the day, on the clock that is changed. */
  readonly minute: number;
  readonly offsetMs: number;
}

interface Timezone {
  readonly changesMs: number[];
  /** The i-th holds before the i-th change, the last one after all of them. */
  readonly offsetsMs: number[];
  readonly rules: readonly YearlyRule[];
}

function ruleOf(text: string): YearlyRule {
  const [month = 0, day = 0, weekday = 0, minute = 0, offset = 0] = text.split(/[,=]/).map(Number);
  return { month, day, weekday, minute, offsetMs: offset * MINUTE_MS };
}

/** Reads `60/4r5o=120/5tyc=60;3,25,0,120=120;10,25,0,180=60`, as `scripts/refresh/timezones.mjs` explains it. */
function parseTimezone(text: string): Timezone {
  const [history = '', ...rules] = text.split(';');
  const [first, ...changes] = history.split('/');
  const changesMs: number[] = [];
  const offsetsMs = [Number(first) * MINUTE_MS];
  let minute = 0;
  for (const change of changes) {
    const [since = '', offset] = change.split('=');
    minute += Number.parseInt(since, 36);
    changesMs.push(minute * MINUTE_MS);
    offsetsMs.push(Number(offset) * MINUTE_MS);
  }
  return { changesMs, offsetsMs, rules: rules.map(ruleOf) };
}

/** Adds the changes of the year after the last one that is known. */
function extend({ changesMs, offsetsMs, rules }: Timezone): void {
  const lastMs = changesMs.at(-1) ?? 0;
  const year = new Date(lastMs).getUTCFullYear();
  const coming = [year, year + 1].flatMap((each) =>
    rules.map(({ month, day, weekday, minute, offsetMs }) => {
      const earliestMs = Date.UTC(each, month - 1, day);
      const days = (weekday - new Date(earliestMs).getUTCDay() + 7) % 7;
      return { localMs: earliestMs + days * DAY_MS + minute * MINUTE_MS, offsetMs };
    }),
  );
  for (const { localMs, offsetMs } of coming.sort((a, b) => a.localMs - b.localMs)) {
    const changeMs = localMs - (offsetsMs.at(-1) ?? 0);
    if (changeMs <= lastMs || offsetMs === offsetsMs.at(-1)) continue;
    changesMs.push(changeMs);
    offsetsMs.push(offsetMs);
  }
}

/** Minutes ahead of UTC that a name such as `UTC+5.5` says. */
export function fixedOffset(name: string): number | undefined {
  const [, sign, hours, fraction, minutes] = FIXED.exec(name.toLowerCase()) ?? [];
  if (hours === undefined) return undefined;
  const beyond = fraction === undefined ? Number(minutes ?? 0) : Number(`0.${fraction}`) * 60;
  const offset = (Number(hours) * 60 + beyond) * (sign === '-' ? -1 : 1) + 0;
  const isKnown =
    Number.isInteger(offset) && offset >= MOST_WESTERN_MINUTES && offset <= MOST_EASTERN_MINUTES;
  return isKnown ? offset : undefined;
}

/** The name as Matomo writes it: `UTC+5.5` for `utc+05:30`; names of the IANA database stay as they are. */
export function asMatomoNames(name: string): string {
  const minutes = fixedOffset(name);
  if (minutes === undefined) return name;
  return minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '' : '+'}${minutes / 60}`;
}

/** The data's texts by name in lower case. */
let texts: Map<string, string> | undefined;
const parsed = new Map<string, Timezone>();

function textOf(name: string): string | undefined {
  if (texts === undefined) {
    texts = new Map();
    for (const [first = '', text = '', ...others] of data.zones) {
      for (const each of [first, ...others]) texts.set(each.toLowerCase(), text);
    }
  }
  return texts.get(name);
}

function findTimezone(name: string): Timezone | undefined {
  const known = parsed.get(name);
  if (known) return known;
  const text = textOf(name.toLowerCase()) ?? fixedOffset(name)?.toString();
  if (text === undefined) return undefined;
  const timezone = parseTimezone(text);
  parsed.set(name, timezone);
  return timezone;
}

function timezoneOf(name: string): Timezone {
  const timezone = findTimezone(name);
  if (timezone) return timezone;
  throw new RangeError(`expected the name of a timezone, found ${JSON.stringify(name)}`);
}

/** Whether there is a timezone of this name: of the IANA database in any case of letters, or a `UTC+5.5` of Matomo's. */
export function isTimezone(name: string): boolean {
  return findTimezone(name) !== undefined;
}

/** How many changes came up to the instant. */
function changesUpTo({ changesMs }: Timezone, instantMs: number): number {
  let low = 0;
  let high = changesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((changesMs[middle] as number) <= instantMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The span around the instant, as long as it is. */
export function offsetSpanAt(timezone: string, instantMs: number): OffsetSpan {
  const zone = timezoneOf(timezone);
  while (zone.rules.length > 0 && (zone.changesMs.at(-1) ?? 0) <= instantMs) extend(zone);
  const rank = changesUpTo(zone, instantMs);
  return {
    fromMs: zone.changesMs[rank - 1] ?? Number.NEGATIVE_INFINITY,
    toMs: zone.changesMs[rank] ?? Number.POSITIVE_INFINITY,
    offsetMs: zone.offsetsMs[rank] as number,
  };
}

/** Milliseconds to add to UTC to get the local clock. Before 1990 as it was then. */
export function offsetAt(timezone: string, instantMs: number): number {
  return offsetSpanAt(timezone, instantMs).offsetMs;
}

/** The spans, one after the other, that make up the time from `fromMs` to `toMs`: at least one. */
export function offsetSpans(timezone: string, fromMs: number, toMs: number): OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let atMs = fromMs;
  do {
    const span = offsetSpanAt(timezone, atMs);
    spans.push({ fromMs: atMs, toMs: Math.min(span.toMs, toMs), offsetMs: span.offsetMs });
    atMs = span.toMs;
  } while (atMs < toMs);
  return spans;
}

/** Whether clocks of both timezones show the same from `fromMs` to `toMs`: those of CET and Europe/Berlin do. */
export function showSameClock(one: string, other: string, fromMs: number, toMs: number): boolean {
  if (one === other) return true;
  if (!isTimezone(one) || !isTimezone(other)) return false;
  const spans = (timezone: string) => JSON.stringify(offsetSpans(timezone, fromMs, toMs));
  return spans(one) === spans(other);
}

/** The first instant within the spans at which the local clock shows the given time or, where it leaps, a later one. */
export function instantShowing(spans: readonly OffsetSpan[], localMs: number): number {
  for (const { fromMs, toMs, offsetMs } of spans) {
    if (localMs - offsetMs < toMs) return Math.max(localMs - offsetMs, fromMs);
  }
  return spans.at(-1)?.toMs ?? localMs;
}

/** Days since 1970-01-01. */
export function dayNumberOf(date: LocalDate): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** Whether the calendar has the day, `YYYY-MM-DD`. */
export function isDay(date: string): boolean {
  const number = dayNumberOf(date);
  return Number.isInteger(number) && dateNumbered(number) === date;
}

export function dateNumbered(dayNumber: number): LocalDate {
  return new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
}

/** First instant of the numbered day; the next day's where the timezone left the day out. */
export function startOfDay(timezone: string, dayNumber: number): number {
  const midnightMs = dayNumber * DAY_MS;
  // A clock put back to midnight shows the day's first hour twice: the day starts with the first of them.
  return instantShowing(offsetSpans(timezone, midnightMs - DAY_MS, midnightMs + DAY_MS), midnightMs);
}

/** Number of the local day at the instant. */
export function dayNumberAt(timezone: string, instantMs: number): number {
  return Math.floor((instantMs + offsetAt(timezone, instantMs)) / DAY_MS);
}
