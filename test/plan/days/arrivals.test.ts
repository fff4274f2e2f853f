import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_CATALOGUE } from '../../../src/plan/catalogue.ts';
import { drawArrivals } from '../../../src/plan/days/arrivals.ts';
import { createCalendar } from '../../../src/plan/days/calendar.ts';
import { createDayCurve, createHourProfile } from '../../../src/plan/days/day-curve.ts';
import { createRandomSource } from '../../../src/plan/random.ts';
import type { TrafficSettings } from '../../../src/types/traffic-settings.ts';
import { mean } from '../fixtures.ts';
import { localClock } from '../local-clock.ts';

const MINUTE_MS = 60_000;

interface Wish {
  readonly seed?: string;
  readonly timezone?: string;
  readonly date?: string;
  readonly count?: number;
  readonly shape?: TrafficSettings['shape'];
  readonly window?: TrafficSettings['activeMinutes'];
}

function arrivals(wish: Wish = {}) {
  const { seed = 'arrivals', timezone = 'UTC', date = '2026-05-06', count = 1000, shape = 'daily' } = wish;
  const { window = { from: 0, to: 1440 } } = wish;
  const day = createCalendar(timezone).dayOf(date);
  const curve = createDayCurve(day, createHourProfile(shape, BUILT_IN_CATALOGUE.rhythm.hours), window, [
    { share: 1, leadMinutes: 0 },
  ]);
  return { day, curve, starts: drawArrivals(createRandomSource(seed), day, count, curve) };
}

function isWithin(minute: number, { from, to }: TrafficSettings['activeMinutes']): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

const DATES = [
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-05-06',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
];
const ZONES = [
  'UTC',
  'Europe/Stockholm',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Asia/Beirut',
];

describe('the arrivals of a day', () => {
  it('are exactly as many as wanted, sorted, inside the day and inside the active hours', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(...ZONES),
        fc.constantFrom(...DATES),
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom<TrafficSettings['shape']>('daily', 'flat'),
        fc.record({ from: minute, to: fc.integer({ min: 1, max: 1440 }) }),
        (seed, timezone, date, count, shape, window) => {
          fc.pre(window.from !== window.to);
          const { day, curve, starts } = arrivals({ seed, timezone, date, count, shape, window });
          fc.pre(curve.bounds.at(-1) !== 0);
          expect(starts).toHaveLength(count);
          expect([...starts]).toEqual([...starts].sort((a, b) => a - b));
          for (const start of starts) {
            expect(start >= day.startMs && start < day.endMs).toBe(true);
            const clock = localClock(timezone, start);
            expect(clock.date).toBe(date);
            expect(isWithin(clock.minuteOfDay, window)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leave the day ten seconds for its last visit', () => {
    const { day, starts } = arrivals({ count: 50_000, window: { from: 1439, to: 1440 } });
    expect(day.endMs - (starts.at(-1) ?? 0)).toBe(10_000);
  });

  it('fall into both hours when one comes twice, and none into one that is missing', () => {
    const hourCounts = (date: string) => {
      const { starts } = arrivals({ timezone: 'Europe/Stockholm', date, count: 24_000, shape: 'flat' });
      const counts = new Map<number, number>();
      for (const start of starts) {
        const { hour } = localClock('Europe/Stockholm', start);
        counts.set(hour, (counts.get(hour) ?? 0) + 1);
      }
      return counts;
    };
    expect(hourCounts('2026-03-29').has(2)).toBe(false);
    const autumn = hourCounts('2026-10-25');
    expect((autumn.get(2) ?? 0) / (autumn.get(12) ?? 1)).toBeCloseTo(2, 0.5);
  });

  it('are none when no minute of the day is active', () => {
    const wish = { timezone: 'Europe/Stockholm', date: '2026-03-29', window: { from: 120, to: 180 } };
    expect(arrivals(wish).starts).toHaveLength(0);
  });

  it('spread over the minutes as a Poisson process does: variance to mean is near 1', () => {
    const { day, starts } = arrivals({ count: 50_000, shape: 'flat' });
    const perMinute = new Array<number>(1440).fill(0);
    for (const start of starts) {
      const minute = Math.floor((start - day.startMs) / MINUTE_MS);
      perMinute[minute] = (perMinute[minute] ?? 0) + 1;
    }
    const middle = mean(perMinute);
    const variance = mean(perMinute.map((count) => (count - middle) ** 2));
    // Standard error √(2 / 1440) = 0.037.
    expect(variance / middle).toBeGreaterThan(0.85);
    expect(variance / middle).toBeLessThan(1.15);
  });

  it('spread within each hour of the daily curve as a Poisson process does', () => {
    const { day, curve, starts } = arrivals({ count: 50_000 });
    const perMinute = new Array<number>(1440).fill(0);
    for (const start of starts) {
      const minute = Math.floor((start - day.startMs) / MINUTE_MS);
      perMinute[minute] = (perMinute[minute] ?? 0) + 1;
    }
    const total = curve.bounds.at(-1) ?? 1;
    const ratios = perMinute.map((count, minute) => {
      const expected = (50_000 * ((curve.bounds[minute] ?? 0) - (curve.bounds[minute - 1] ?? 0))) / total;
      return (count - expected) ** 2 / expected;
    });
    expect(mean(ratios)).toBeGreaterThan(0.85);
    expect(mean(ratios)).toBeLessThan(1.15);
  });

  it('are fewer at night than by day, and spread otherwise on a weekend', () => {
    const between = (date: string, from: number, to: number) => {
      const { day, starts } = arrivals({ date, count: 20_000 });
      const hour = (start: number) => (start - day.startMs) / (60 * MINUTE_MS);
      return starts.filter((start) => hour(start) >= from && hour(start) < to).length;
    };
    expect(between('2026-05-06', 2, 5)).toBeLessThan(0.35 * between('2026-05-06', 10, 13));
    expect(between('2026-05-10', 6, 9)).toBeLessThan(0.9 * between('2026-05-06', 6, 9));
  });

  it('differ from day to day and from seed to seed', () => {
    const offsets = (wish: Wish) => {
      const { day, starts } = arrivals(wish);
      return [...starts].map((start) => start - day.startMs);
    };
    expect(offsets({ date: '2026-05-06' })).not.toEqual(offsets({ date: '2026-05-07' }));
    expect(offsets({ seed: 'a' })).not.toEqual(offsets({ seed: 'b' }));
  });
});
