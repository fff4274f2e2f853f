import { describe, expect, it } from 'vitest';
import {
  dayByKey,
  dayCount,
  daysOfMonth,
  monthShifted,
  nameOfDay,
  nameOfMonth,
  shifted,
  weeksOf,
} from '../../src/web/places/backfill/days.ts';

describe('days of the calendar', () => {
  it('are counted with both ends, over changes of the clock and of the year', () => {
    expect(dayCount('2026-03-28', '2026-03-30')).toBe(3);
    expect(dayCount('2026-10-25', '2026-10-25')).toBe(1);
    expect(dayCount('2026-01-02', '2026-01-01')).toBe(0);
    expect(shifted('2026-12-31', 1)).toBe('2027-01-01');
  });

  it('of a month are its own, in weeks from Monday', () => {
    const weeks = weeksOf('2026-11-26');
    expect(weeks[0]).toEqual([...Array.from({ length: 6 }), '2026-11-01']);
    expect(weeks.at(-1)?.[0]).toBe('2026-11-30');
    expect(weeks.flat().filter(Boolean)).toHaveLength(30);
    for (let month = '2023-01-01'; month < '2026-01-01'; month = monthShifted(month, 1)) {
      expect(weeksOf(month).flat().filter(Boolean)).toHaveLength(daysOfMonth(month));
      expect(weeksOf(month).every((week) => week.length === 7 && week.some(Boolean))).toBe(true);
    }
  });

  it('of a shorter month are its last one', () => {
    expect(monthShifted('2026-03-31', -1)).toBe('2026-02-28');
    expect(monthShifted('2024-02-29', -12)).toBe('2023-02-28');
    expect(monthShifted('2026-12-31', 1)).toBe('2027-01-31');
  });

  it.each([
    ['ArrowLeft', '2026-11-25'],
    ['ArrowRight', '2026-11-27'],
    ['ArrowUp', '2026-11-19'],
    ['ArrowDown', '2026-12-03'],
    ['Home', '2026-11-23'],
    ['End', '2026-11-29'],
    ['PageUp', '2026-10-26'],
    ['PageDown', '2026-12-26'],
    ['a', undefined],
  ])('%s leads from Thursday 26 November to %s', (key, day) => {
    expect(dayByKey('2026-11-26', key, false)).toBe(day);
  });

  it('are turned by the year with Shift', () => {
    expect(dayByKey('2026-11-26', 'PageUp', true)).toBe('2025-11-26');
  });

  it('have names', () => {
    expect(nameOfDay('2026-11-26')).toBe('Thursday 26 November 2026');
    expect(nameOfMonth('2026-11-26')).toBe('November 2026');
  });
});
