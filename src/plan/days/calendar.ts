/** Local days of a timezone as spans of real time: 23 and 25 hour days included. */
import type { LocalDate } from '../../types/local-date.ts';
import {
  covers,
  instantShowing,
  type OffsetSpan,
  offsetAt,
  offsetSpans,
  offsetSpansOfYear,
  offsetWithin,
} from './offset.ts';

const DAY_MS = 86_400_000;

/** Days remembered at most. */
const REMEMBERED = 400;

export interface LocalDay {
  readonly date: LocalDate;
  /** Days since 1970-01-01 in the proleptic calendar, whatever the timezone. */
  readonly number: number;
  /** First instant of the day. */
  readonly startMs: number;
  /** First instant of the next day. */
  readonly endMs: number;
  /** By distance to UTC, one after the other. */
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

/** @param timezone an IANA name that the runtime knows */
export function createCalendar(timezone: string): Calendar {
  const known = new Map<number, LocalDay>();

  /** A clock put back to midnight shows the day's first hour twice: the day starts with the first of them. */
  function startOf(number: number): number {
    const midnightMs = number * DAY_MS;
    return instantShowing(offsetSpans(timezone, midnightMs - DAY_MS, midnightMs + DAY_MS), midnightMs);
  }

  function dayNumbered(number: number): LocalDay {
    const before = known.get(number);
    if (before) return before;
    const startMs = known.get(number - 1)?.endMs ?? startOf(number);
    const endMs = startOf(number + 1);
    const spans = offsetSpans(timezone, startMs, endMs);
    const day = { date: dateNumbered(number), number, startMs, endMs, spans };
    if (known.size > REMEMBERED) known.clear();
    known.set(number, day);
    return day;
  }

  return {
    timezone,
    dayNumbered,
    dayOf: (date) => dayNumbered(dayNumberOf(date)),
    dayAt: (instantMs) => dayNumbered(Math.floor((instantMs + offsetAt(timezone, instantMs)) / DAY_MS)),
  };
}

/** Distance to UTC by timezone and instant, remembered for a year: visits come in the order of time. */
export interface OffsetTable {
  /** @returns milliseconds to add to UTC to get the local clock. */
  offsetMs(timezone: string, instantMs: number): number;
}

export function createOffsetTable(): OffsetTable {
  const years = new Map<string, readonly OffsetSpan[]>();
  return {
    offsetMs(timezone, instantMs) {
      let spans = years.get(timezone);
      if (spans === undefined || !covers(spans, instantMs)) {
        spans = offsetSpansOfYear(timezone, instantMs);
        years.set(timezone, spans);
      }
      return offsetWithin(spans, instantMs);
    },
  };
}
