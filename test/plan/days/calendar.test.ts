import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar, createOffsetTable, weekdayOf } from '../../../src/plan/days/calendar.ts';
import { dateNumbered, dayNumberOf } from '../../../src/timezone.ts';
import { localClock } from '../local-clock.ts';

const HOUR_MS = 3_600_000;
/** Later on, the runtime may know another release of the IANA data than ours. */
const LAST_KNOWN = dayNumberOf('2021-12-31');
/** Clocks that change by night, at midnight, over midnight, by half an hour, by two hours, or never. */
const ZONES = [
  'UTC',
  'CET',
  'Europe/Stockholm',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Africa/Casablanca',
  'America/Havana',
  'America/Santiago',
  'America/Nuuk',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Atlantic/Azores',
  'Antarctica/Troll',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
];

describe('the length of a local day', () => {
  it.each([
    ['UTC', '2026-03-29', 24],
    ['Europe/Stockholm', '2026-03-28', 24],
    ['Europe/Stockholm', '2026-03-29', 23],
    ['Europe/Stockholm', '2026-10-25', 25],
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Africa/Cairo', '2026-04-24', 23],
    ['Africa/Cairo', '2026-10-29', 25],
    ['America/Santiago', '2026-09-06', 23],
    ['America/Santiago', '2026-04-04', 25],
    ['America/Havana', '2025-11-02', 25],
    ['Atlantic/Azores', '2026-10-25', 25],
    ['Antarctica/Troll', '2026-03-29', 22],
  ])('is in %s on %s %d hours', (timezone, date, hours) => {
    const day = createCalendar(timezone).dayOf(date);
    expect((day.endMs - day.startMs) / HOUR_MS).toBe(hours);
  });
});

describe('a calendar', () => {
  const day = fc.record({
    timezone: fc.constantFrom(...ZONES),
    number: fc.integer({ min: dayNumberOf('1990-01-02'), max: LAST_KNOWN }),
    part: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });

  it('gives every instant to the day that the local clock shows', () => {
    fc.assert(
      fc.property(day, ({ timezone, number, part }) => {
        const calendar = createCalendar(timezone);
        const { date, startMs, endMs } = calendar.dayNumbered(number);
        const instants = [startMs, startMs + Math.floor(part * (endMs - startMs)), endMs - 1];
        for (const instant of instants) {
          expect(calendar.dayAt(instant).date).toBe(date);
          expect(localClock(timezone, instant).date).toBe(date);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['Pacific/Apia', '2011-12-30'],
    ['Pacific/Fakaofo', '2011-12-30'],
    ['Pacific/Kwajalein', '1993-08-21'],
    ['Pacific/Kiritimati', '1994-12-31'],
  ])('gives %s no time on %s, which was skipped there', (timezone, date) => {
    const calendar = createCalendar(timezone);
    const { startMs, endMs, spans, number } = calendar.dayOf(date);
    expect([endMs - startMs, spans]).toEqual([0, []]);
    expect(calendar.dayAt(startMs - 1).number).toBe(number - 1);
    expect(calendar.dayAt(startMs).number).toBe(number + 1);
    expect(localClock(timezone, startMs).date).toBe(dateNumbered(number + 1));
  });

  it.each(ZONES)('leaves no gap between the days of %s and lets none overlap', (timezone) => {
    const calendar = createCalendar(timezone);
    for (let number = dayNumberOf('2025-12-31'); number <= dayNumberOf('2028-01-01'); number++) {
      const today = calendar.dayNumbered(number);
      const tomorrow = calendar.dayNumbered(number + 1);
      expect(today.endMs).toBe(tomorrow.startMs);
      expect(calendar.dayAt(today.startMs).number).toBe(number);
      expect(calendar.dayAt(today.endMs - 1).number).toBe(number);
    }
  });

  it('divides every day into spans of one distance to UTC', () => {
    fc.assert(
      fc.property(day, ({ timezone, number, part }) => {
        const { startMs, endMs, spans } = createCalendar(timezone).dayNumbered(number);
        expect([spans[0]?.fromMs, spans.at(-1)?.toMs]).toEqual([startMs, endMs]);
        spans.forEach((span, i) => {
          expect(span.toMs).toBe(spans[i + 1]?.fromMs ?? endMs);
          const instant = span.fromMs + Math.floor(part * (span.toMs - span.fromMs));
          const local = new Date(instant + span.offsetMs);
          const { hour, minute } = localClock(timezone, instant);
          expect([local.getUTCHours(), local.getUTCMinutes()]).toEqual([hour, minute]);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('finds a day by its date as by its number', () => {
    const calendar = createCalendar('Europe/Stockholm');
    expect(calendar.dayOf('2026-02-28').number).toBe(dayNumberOf('2026-02-28'));
    expect(calendar.dayNumbered(dayNumberOf('2026-02-28') + 1).date).toBe('2026-03-01');
  });
});

describe('day numbers', () => {
  it('count from 1970-01-01 and turn back into dates', () => {
    expect(dayNumberOf('1970-01-01')).toBe(0);
    fc.assert(fc.property(fc.integer({ min: 0, max: 40_000 }), (n) => dayNumberOf(dateNumbered(n)) === n));
  });

  it('know their weekday, Sunday being 0', () => {
    expect(['2026-03-01', '2026-03-02', '2026-03-07'].map((date) => weekdayOf(dayNumberOf(date)))).toEqual([
      0, 1, 6,
    ]);
    expect(weekdayOf(-1)).toBe(3);
  });
});

describe('a table of offsets', () => {
  it('shows the local clock at every instant, asked in any order', () => {
    const table = createOffsetTable();
    const instant = fc.integer({ min: Date.UTC(1990, 0, 2), max: LAST_KNOWN * 86_400_000 });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instant, (timezone, instantMs) => {
        const local = new Date(instantMs + table.offsetMs(timezone, instantMs));
        const { date, hour, minute } = localClock(timezone, instantMs);
        expect(local.toISOString().slice(0, 10)).toBe(date);
        expect([local.getUTCHours(), local.getUTCMinutes()]).toEqual([hour, minute]);
      }),
      { numRuns: 1000 },
    );
  });

  it('changes within the quarter of a day in which the clock changes', () => {
    const table = createOffsetTable();
    const change = Date.UTC(2026, 2, 29, 1);
    const offsets = [-1, 0, -HOUR_MS, HOUR_MS].map(
      (ms) => table.offsetMs('Europe/Stockholm', change + ms) / HOUR_MS,
    );
    expect(offsets).toEqual([1, 2, 1, 2]);
  });
});
