/** Local days of a timezone as spans of real time: 23 and 25 hour days included. */
import { DateTime, IANAZone } from 'luxon';
import type { LocalDate } from '../types.ts';

const DAY_MS = 86_400_000;

/** A span of a day in which the distance to UTC stays the same. */
export interface OffsetSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly offsetMs: number;
}

export interface LocalDay {
  readonly date: LocalDate;
  /** Days since 1970-01-01 in the proleptic calendar, whatever the timezone. */
  readonly number: number;
  /** First instant of the day. */
  readonly startMs: number;
  /** First instant of the next day. */
  readonly endMs: number;
  readonly spans: readonly OffsetSpan[];
}

export interface Calendar {
  readonly timezone: string;
  dayAt(instantMs: number): LocalDay;
  dayOf(date: LocalDate): LocalDay;
  dayNumbered(number: number): LocalDay;
}

/** Days since 1970-01-01. */
export function dayNumberOf(date: LocalDate): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

export function dateNumbered(dayNumber: number): LocalDate {
  return new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekdayOf(dayNumber: number): number {
  return (((dayNumber + 4) % 7) + 7) % 7;
}

/** The instant in (low, high] at which the distance to UTC first is no longer what it was at `low`. */
function findTransition(zone: IANAZone, lowMs: number, highMs: number): number {
  const before = zone.offset(lowMs);
  let low = lowMs;
  let high = highMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function spansOf(zone: IANAZone, startMs: number, endMs: number): OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let fromMs = startMs;
  while (fromMs < endMs) {
    const offset = zone.offset(fromMs);
    const toMs = zone.offset(endMs - 1) === offset ? endMs : findTransition(zone, fromMs, endMs - 1);
    spans.push({ fromMs, toMs, offsetMs: offset * 60_000 });
    fromMs = toMs;
  }
  return spans;
}

/** @param timezone an IANA name that luxon knows. */
export function createCalendar(timezone: string): Calendar {
  const zone = IANAZone.create(timezone);
  /** A clock put back to midnight shows the day's first hour twice: the day starts with the first of them. */
  const startOf = (date: LocalDate) => {
    const start = DateTime.fromISO(date, { zone }).startOf('day');
    const startMs = start.toMillis();
    const minutes = zone.offset(startMs - 1) - zone.offset(startMs);
    if (minutes <= 0) return startMs;
    const earlier = start.minus({ minutes });
    return earlier.toISODate() === date ? earlier.toMillis() : startMs;
  };
  const known = new Map<number, LocalDay>();

  function dayNumbered(number: number): LocalDay {
    const before = known.get(number);
    if (before) return before;
    const date = dateNumbered(number);
    const startMs = startOf(date);
    const endMs = startOf(dateNumbered(number + 1));
    const day = { date, number, startMs, endMs, spans: spansOf(zone, startMs, endMs) };
    if (known.size > 400) known.clear();
    known.set(number, day);
    return day;
  }

  return {
    timezone,
    dayNumbered,
    dayOf: (date) => dayNumbered(dayNumberOf(date)),
    dayAt: (instantMs) => {
      const local = instantMs + zone.offset(instantMs) * 60_000;
      return dayNumbered(Math.floor(local / DAY_MS));
    },
  };
}

/** Distance to UTC by timezone and instant, remembered by quarter of a day: visits come in the order of time. */
export interface OffsetTable {
  /** @returns milliseconds to add to UTC to get the local clock. */
  offsetMs(timezone: string, instantMs: number): number;
}

const BUCKET_MS = DAY_MS / 4;

export function createOffsetTable(): OffsetTable {
  const zones = new Map<string, { zone: IANAZone; bucket: number; offset: number | undefined }>();
  return {
    offsetMs(timezone, instantMs) {
      let entry = zones.get(timezone);
      if (!entry) {
        entry = { zone: IANAZone.create(timezone), bucket: Number.NaN, offset: undefined };
        zones.set(timezone, entry);
      }
      const bucket = Math.floor(instantMs / BUCKET_MS);
      if (bucket !== entry.bucket) {
        const first = entry.zone.offset(bucket * BUCKET_MS);
        entry.bucket = bucket;
        entry.offset = first === entry.zone.offset((bucket + 1) * BUCKET_MS - 1) ? first * 60_000 : undefined;
      }
      return entry.offset ?? entry.zone.offset(instantMs) * 60_000;
    },
  };
}
