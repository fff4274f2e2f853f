import { describe, expect, it } from 'vitest';
import { BUILT_IN_CATALOGUE } from '../../../src/plan/catalogue.ts';
import { createCalendar } from '../../../src/plan/days/calendar.ts';
import {
  busiestSpan,
  createDayCurve,
  createHourProfile,
  type DayCurve,
  minutesAt,
  totalWeight,
  winterOn,
} from '../../../src/plan/days/day-curve.ts';
import { dayNumberOf } from '../../../src/timezone.ts';
import type { TrafficSettings } from '../../../src/types/traffic-settings.ts';
import { draws } from '../fixtures.ts';

const HOUR_MS = 3_600_000;
const ALL_DAY = { from: 0, to: 1440 };
const OWN_CLOCK = [{ share: 1, leadMinutes: 0 }];
const WEDNESDAY = '2026-05-06';
const SUNDAY = '2026-05-10';

function curveOf(
  date: string,
  timezone = 'UTC',
  shape: TrafficSettings['shape'] = 'daily',
  window = ALL_DAY,
  zones = OWN_CLOCK,
): DayCurve {
  return createDayCurve(
    createCalendar(timezone).dayOf(date),
    createHourProfile(shape, BUILT_IN_CATALOGUE.rhythm.hours),
    window,
    zones,
  );
}

/** Part of the day's traffic in the minutes from `from` up to `to`. */
function partBetween({ bounds }: DayCurve, from: number, to: number): number {
  const upTo = (minute: number) => (minute === 0 ? 0 : (bounds[minute - 1] ?? 0));
  return (upTo(to) - upTo(from)) / (bounds.at(-1) ?? 1);
}

describe('the daily shape', () => {
  it('has far less at night than by day, and its peak in the evening', () => {
    const curve = curveOf(WEDNESDAY);
    const hours = draws(24, (hour) => partBetween(curve, hour * 60, hour * 60 + 60));
    const busiest = hours.indexOf(Math.max(...hours));
    expect(busiest).toBeGreaterThanOrEqual(18);
    expect(busiest).toBeLessThanOrEqual(21);
    const night = partBetween(curve, 120, 300);
    const day = partBetween(curve, 600, 780);
    expect(night / day).toBeLessThan(0.35);
  });

  it('starts later and rises earlier in the afternoon on a weekend', () => {
    const [workday, weekend] = [curveOf(WEDNESDAY), curveOf(SUNDAY)];
    expect(partBetween(weekend, 360, 540)).toBeLessThan(partBetween(workday, 360, 540) * 0.85);
    expect(partBetween(weekend, 720, 1020)).toBeGreaterThan(partBetween(workday, 720, 1020) * 1.03);
  });

  it('has more of its traffic in the evening in winter than in summer', () => {
    const [january, july] = [curveOf('2026-01-14'), curveOf('2026-07-15')];
    expect(partBetween(january, 1080, 1320)).toBeGreaterThan(partBetween(july, 1080, 1320) * 1.05);
  });

  it('changes smoothly from minute to minute', () => {
    const curve = curveOf(WEDNESDAY);
    for (let minute = 1; minute < 1440; minute++) {
      const before = partBetween(curve, minute - 1, minute);
      const here = partBetween(curve, minute, minute + 1);
      expect(Math.abs(here / before - 1)).toBeLessThan(0.03);
    }
  });

  it('follows the clocks of the visitors, each by its share', () => {
    const own = curveOf(WEDNESDAY);
    const moved = curveOf(WEDNESDAY, 'UTC', 'daily', ALL_DAY, [{ share: 1, leadMinutes: 120 }]);
    expect(partBetween(moved, 600, 660)).toBeCloseTo(partBetween(own, 720, 780), 3);
    const half = curveOf(WEDNESDAY, 'UTC', 'daily', ALL_DAY, [
      { share: 0.5, leadMinutes: 0 },
      { share: 0.5, leadMinutes: 720 },
    ]);
    expect(partBetween(half, 180, 240)).toBeCloseTo(partBetween(half, 900, 960), 2);
  });
});

describe('the flat shape', () => {
  it('gives every minute the same', () => {
    const { bounds } = curveOf(WEDNESDAY, 'UTC', 'flat');
    expect([...bounds]).toEqual(draws(1440, (i) => i + 1));
  });
});

describe('the curve of a day on which the clock changes', () => {
  it('has the minutes that the day has', () => {
    expect(curveOf('2026-03-29', 'Europe/Stockholm').bounds).toHaveLength(23 * 60);
    expect(curveOf('2026-10-25', 'Europe/Stockholm').bounds).toHaveLength(25 * 60);
    expect(curveOf('2026-10-04', 'Australia/Lord_Howe').bounds).toHaveLength(23.5 * 60);
  });

  it('gives an hour that comes twice its weight twice', () => {
    const { bounds } = curveOf('2026-10-25', 'Europe/Stockholm');
    const upTo = (minute: number) => bounds[minute - 1] ?? 0;
    expect(upTo(240) - upTo(180)).toBeCloseTo(upTo(180) - upTo(120), 9);
  });

  it('has no weight when the active hours are those that are missing', () => {
    const missing = { from: 120, to: 180 };
    expect(totalWeight(curveOf('2026-03-29', 'Europe/Stockholm', 'flat', missing))).toBe(0);
    expect(totalWeight(curveOf('2026-10-25', 'Europe/Stockholm', 'flat', missing))).toBe(120);
  });
});

describe('the active hours', () => {
  it('leave out all minutes before and after', () => {
    const curve = curveOf(WEDNESDAY, 'UTC', 'daily', { from: 540, to: 1020 });
    expect(partBetween(curve, 540, 1020)).toBe(1);
  });

  it('may wrap midnight', () => {
    const curve = curveOf(WEDNESDAY, 'UTC', 'flat', { from: 1320, to: 360 });
    expect(partBetween(curve, 360, 1320)).toBe(0);
    expect(totalWeight(curve)).toBe(480);
  });
});

describe('minutesAt', () => {
  it('finds the minute by which a part of the traffic has come', () => {
    const curve = curveOf(WEDNESDAY, 'UTC', 'flat', { from: 600, to: 700 });
    expect([0, 0.25, 0.999].map((part) => minutesAt(curve, part))).toEqual([
      600,
      625,
      expect.closeTo(699.9, 6),
    ]);
  });

  it('never leaves the minute that the traffic falls into', () => {
    const curve = curveOf(WEDNESDAY, 'UTC', 'flat', { from: 600, to: 700 });
    expect(minutesAt(curve, 1 - 2 ** -32)).toBeLessThan(700);
  });
});

describe('a flat day', () => {
  it('is to the last digit what adding up the clocks minute by minute gives', () => {
    const zones = [0.1, 0.2, 0.3, 0.15, 0.25].map((share, i) => ({ share, leadMinutes: i * 345 - 600 }));
    const day = createCalendar('Europe/Stockholm').dayOf('2026-10-25');
    const window = { from: 1380, to: 300 };
    const added = createDayCurve(day, () => new Float64Array(1440).fill(1), window, zones);
    expect(curveOf(day.date, 'Europe/Stockholm', 'flat', window, zones)).toEqual(added);
  });
});

describe('winterOn', () => {
  it('is 1 in mid January and -1 in mid July, of any year', () => {
    for (const year of [2020, 2026, 2031]) {
      expect(winterOn(dayNumberOf(`${year}-01-16`))).toBeGreaterThan(0.99);
      expect(winterOn(dayNumberOf(`${year}-07-16`))).toBeLessThan(-0.99);
    }
  });
});

describe('busiestSpan', () => {
  const flat = { curve: curveOf(WEDNESDAY, 'UTC', 'flat'), count: 1440 };

  it('counts the visits of the span and one minute more', () => {
    expect(busiestSpan(flat, flat, HOUR_MS)).toBeCloseTo(61, 6);
  });

  it('looks over midnight', () => {
    const late = { curve: curveOf(WEDNESDAY, 'UTC', 'flat', { from: 1410, to: 1440 }), count: 300 };
    const early = { curve: curveOf(WEDNESDAY, 'UTC', 'flat', { from: 0, to: 30 }), count: 300 };
    expect(busiestSpan(late, early, HOUR_MS)).toBeCloseTo(600, 6);
    expect(busiestSpan(early, late, HOUR_MS)).toBeCloseTo(300, 6);
  });
});
