/** Local days of a timezone as spans of real time: 23 and 25 hour days included. */
import {
  dateNumbered,
  dayNumberAt,
  dayNumberOf,
  type OffsetSpan,
  offsetSpanAt,
  offsetSpans,
  startOfDay,
} from '../../timezone.ts';
import type { LocalDate } from '../../types/local-date.ts';

/** Days remembered at most. */
const REMEMBERED = 400;

export interface LocalDay {
  readonly date: LocalDate;
  /** Days since 1970-01-01 in the proleptic calendar, whatever the timezone. */
  readonly number: number;
  /** First instant of the day. */
  readonly startMs: number;
  /** First instant of the next day; that of this one where the timezone left the day out. */
  readonly endMs: number;
  /** By distance to UTC, one after the other; none where the day was left out. */
  readonly spans: readonly OffsetSpan[];
}

export interface Calendar {
  readonly timezone: string;
  dayAt(instantMs: number): LocalDay;
  dayOf(date: LocalDate): LocalDay;
  dayNumbered(number: number): LocalDay;
}

/** 0 is Sunday. */
export function weekdayOf(dayNumber: number): number {
  return (((dayNumber + 4) % 7) + 7) % 7;
}

/** Minute of the local clock, 0 to 1439. */
export function minuteOf({ spans }: LocalDay, instantMs: number): number {
  const span = spans.find(({ toMs }) => instantMs < toMs) ?? spans.at(-1);
  const minute = Math.floor((instantMs + (span?.offsetMs ?? 0)) / 60_000) % 1440;
  return minute < 0 ? minute + 1440 : minute;
}

/** @param timezone one that there is */
export function createCalendar(timezone: string): Calendar {
  const known = new Map<number, LocalDay>();

  function dayNumbered(number: number): LocalDay {
    const before = known.get(number);
    if (before) return before;
    const startMs = known.get(number - 1)?.endMs ?? startOfDay(timezone, number);
    const endMs = startOfDay(timezone, number + 1);
    const spans = startMs < endMs ? offsetSpans(timezone, startMs, endMs) : [];
    const day = { date: dateNumbered(number), number, startMs, endMs, spans };
    if (known.size > REMEMBERED) known.clear();
    known.set(number, day);
    return day;
  }

  return {
    timezone,
    dayNumbered,
    dayOf: (date) => dayNumbered(dayNumberOf(date)),
    dayAt: (instantMs) => dayNumbered(dayNumberAt(timezone, instantMs)),
  };
}

/** Distance to UTC by timezone and instant, each remembered until the next change: visits come in the order of time. */
export interface OffsetTable {
  /** @returns milliseconds to add to UTC to get the local clock. */
  offsetMs(timezone: string, instantMs: number): number;
  /** The time around the instant in which that stays the same. */
  spanAt(timezone: string, instantMs: number): OffsetSpan;
}

export function createOffsetTable(): OffsetTable {
  const spans = new Map<string, OffsetSpan>();
  // Of the last question: the hits of a visit are all asked about in a row.
  let lastTimezone = '';
  let last: OffsetSpan = { fromMs: 0, toMs: 0, offsetMs: 0 };
  function spanAt(timezone: string, instantMs: number): OffsetSpan {
    if (timezone === lastTimezone && instantMs >= last.fromMs && instantMs < last.toMs) return last;
    let span = spans.get(timezone);
    if (span === undefined || instantMs < span.fromMs || instantMs >= span.toMs) {
      span = offsetSpanAt(timezone, instantMs);
      spans.set(timezone, span);
    }
    lastTimezone = timezone;
    last = span;
    return span;
  }
  return { spanAt, offsetMs: (timezone, instantMs) => spanAt(timezone, instantMs).offsetMs };
}
