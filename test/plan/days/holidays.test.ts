import { describe, expect, it } from 'vitest';
import { createHolidayFactor } from '../../../src/plan/days/holidays.ts';
import { dateNumbered, dayNumberOf } from '../../../src/timezone.ts';

/** Days of a year that a holiday of the name falls on. */
function daysOf(day: string, year: number, offset = 0, days = 1): string[] {
  const factor = createHolidayFactor([{ day, offset, days, factor: 2 }]);
  const first = dayNumberOf(`${year}-01-01`);
  return Array.from({ length: 365 }, (_, i) => first + i)
    .filter((number) => factor(number) === 2)
    .map(dateNumbered);
}

describe('holidays', () => {
  it.each([
    [2024, '2024-03-31'],
    [2025, '2025-04-20'],
    [2026, '2026-04-05'],
    [2038, '2038-04-25'],
  ])('know Easter of %d', (year, date) => {
    expect(daysOf('easter', year)).toEqual([date]);
  });

  it.each([
    [2024, '2024-11-29'],
    [2025, '2025-11-28'],
    [2026, '2026-11-27'],
    [2030, '2030-11-29'],
  ])('know Black Friday of %d', (year, date) => {
    expect(daysOf('black-friday', year)).toEqual([date]);
  });

  it('begin days earlier or later, and last', () => {
    expect(daysOf('easter', 2026, -2, 4)).toEqual(['2026-04-03', '2026-04-04', '2026-04-05', '2026-04-06']);
  });

  it('reach over the turn of the year', () => {
    const factor = createHolidayFactor([{ day: '12-30', offset: 0, days: 4, factor: 0.5 }]);
    const on = (date: string) => factor(dayNumberOf(date));
    expect(['2025-12-29', '2025-12-30', '2026-01-02', '2026-01-03'].map(on)).toEqual([1, 0.5, 0.5, 1]);
  });

  it('multiply where they meet', () => {
    const factor = createHolidayFactor([
      { day: '12-24', offset: 0, days: 3, factor: 0.5 },
      { day: '12-25', offset: 0, days: 1, factor: 0.5 },
    ]);
    expect(factor(dayNumberOf('2026-12-25'))).toBe(0.25);
  });
});
