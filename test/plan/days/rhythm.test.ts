import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_CATALOGUE } from '../../../src/plan/catalogue.ts';
import { weekdayOf } from '../../../src/plan/days/calendar.ts';
import { createDayCount, mostVisits } from '../../../src/plan/days/rhythm.ts';
import { createPlan } from '../../../src/plan/plan.ts';
import { createRandomSource } from '../../../src/plan/random.ts';
import { dayNumberOf } from '../../../src/timezone.ts';
import type { Rhythm } from '../../../src/types/content/rhythm.ts';
import { daysFrom, draws, mean, trafficSettings } from '../fixtures.ts';

const FROM = dayNumberOf('2023-01-01');
const { rhythm } = BUILT_IN_CATALOGUE;
const STEADY: Rhythm = {
  ...rhythm,
  weekdays: [1, 1, 1, 1, 1, 1, 1],
  months: new Array<number>(12).fill(1),
  holidays: [],
};

function counts(visitsPerDay: number, days: number, own: Rhythm = rhythm, seed = 'days'): number[] {
  const count = createDayCount(own, createRandomSource(seed), visitsPerDay);
  return draws(days, (i) => count(FROM + i, 1));
}

const variance = (values: readonly number[]) => {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
};

describe('the number of visits of a day', () => {
  it.each([5, 100, 2000])('is on average what is set: %d', (wanted) => {
    const found = mean(counts(wanted, 4 * 365));
    expect(Math.abs(found / wanted - 1)).toBeLessThan(0.06);
  });

  it.each([300, 1000, 10_000])('varies more than chance alone would have it: %d', (wanted) => {
    const found = counts(wanted, 365);
    expect(variance(found) / mean(found)).toBeGreaterThan(3);
  });

  it('varies without weekdays, seasons and holidays too, and drifts over weeks', () => {
    const found = counts(5000, 700, STEADY);
    expect(Math.sqrt(variance(found)) / mean(found)).toBeGreaterThan(0.08);
    const weeks = draws(100, (i) => mean(found.slice(i * 7, i * 7 + 7)));
    expect(Math.sqrt(variance(weeks)) / mean(weeks)).toBeGreaterThan(0.05);
  });

  it('follows the weekdays', () => {
    const weekdays = [1.3, 1.3, 1.3, 1.2, 1, 0.4, 0.5];
    const found = counts(2000, 700, { ...STEADY, weekdays });
    const on = (weekday: number) => mean(found.filter((_, i) => weekdayOf(FROM + i) === weekday));
    expect(Math.abs(on(6) / on(1) - 0.4 / 1.3)).toBeLessThan(0.03);
  });

  it('follows the months and the holidays', () => {
    const months = draws(12, (i) => (i === 6 ? 0.5 : 1));
    const holidays = [{ day: '12-24', offset: 0, days: 3, factor: 0.3 }];
    const count = createDayCount({ ...STEADY, months, holidays }, createRandomSource('m'), 3000);
    const on = (day: string) => mean(draws(15, (i) => count(dayNumberOf(`${2012 + i}-${day}`), 1)));
    expect(on('07-16') / on('04-16')).toBeLessThan(0.62);
    expect(on('12-25') / on('12-15')).toBeLessThan(0.4);
  });

  it('is the same for the same seed, whichever day is asked for first', () => {
    const ask = (order: number[]) => {
      const count = createDayCount(rhythm, createRandomSource('order'), 700);
      return new Map(order.map((day) => [day, count(FROM + day, 1)]));
    };
    const forth = ask(draws(200, (i) => i));
    for (const [day, found] of ask(draws(200, (i) => 199 - i))) expect(found).toBe(forth.get(day));
    expect(counts(700, 50, rhythm, 'another')).not.toEqual(counts(700, 50));
  });

  it('never exceeds the most that visits are kept apart for', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (seed, visitsPerDay, factor) => {
          const wild = { ...rhythm, spread: 0.5, surges: 365 };
          const count = createDayCount(wild, createRandomSource(seed), visitsPerDay);
          for (let i = 0; i < 30; i++) {
            const found = count(FROM + i, factor);
            expect(Number.isInteger(found) && found >= 0).toBe(true);
            expect(found).toBeLessThanOrEqual(mostVisits(visitsPerDay * factor));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a plan with a volume on average', () => {
  const settings = trafficSettings({ visitsPerDay: 200, volume: 'average' });
  const counted = (overrides: Partial<typeof settings>) => {
    const plan = createPlan({ ...settings, ...overrides });
    return daysFrom(plan, '2026-03-01', 28).map((day) => plan.countOf(day));
  };

  it('tells a day’s number before the day is planned', () => {
    const plan = createPlan(settings);
    for (const day of daysFrom(plan, '2026-03-01', 5)) {
      expect(plan.startsOf(day)).toHaveLength(plan.countOf(day));
    }
  });

  it('cuts days off exactly at the cap, and leaves the others as they are', () => {
    const free = counted({});
    const capped = counted({ mostPerDay: 200 });
    expect(Math.max(...free)).toBeGreaterThan(200);
    expect(capped).toEqual(free.map((count) => Math.min(200, count)));
  });

  it('has declared events on top', () => {
    const events = [{ kind: 'days', from: '2026-03-05', to: '2026-03-05', factor: 3 } as const];
    const [free, eventful] = [counted({}), counted({ declaredEvents: events })];
    expect((eventful[4] ?? 0) / (free[4] ?? 1)).toBeGreaterThan(2.5);
    expect(eventful.filter((_, i) => i !== 4)).toEqual(free.filter((_, i) => i !== 4));
  });
});
