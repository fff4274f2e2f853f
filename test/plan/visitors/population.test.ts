import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlan } from '../../../src/plan/plan.ts';
import { createRandomSource } from '../../../src/plan/random.ts';
import { createPopulation } from '../../../src/plan/visitors/population.ts';
import { draws, groupBy, share, trafficSettings } from '../fixtures.ts';

const BASE = 10_000_000;

const FIRST = -7305 * 2_000_000;

/** Every day has as many visits. */
function population(visitsPerDay = 1000, returningShare = 0.3, classCount = 110, seed = 'people') {
  const volume = {
    firstNumber: FIRST,
    numberBefore: (number: number, days: number) => number - days * visitsPerDay,
  };
  return createPopulation(createRandomSource(seed), classCount, volume, returningShare);
}

describe('a population', () => {
  it.each([0, 0.1, 0.3, 0.5, 0.8])('lets %d of the visits of 30 days return within them', (wanted) => {
    const people = population(1000, wanted);
    const seen = new Set<number>();
    const returning = draws(30_000, (i) => people.visitorOf(BASE + i)).filter((visitor) => {
      const isKnown = seen.has(visitor);
      seen.add(visitor);
      return isKnown;
    });
    expect(Math.abs(returning.length / 30_000 - wanted)).toBeLessThan(0.025);
  });

  it('keeps every visitor in one class', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.integer({ min: 1, max: 500_000 }),
        fc.oneof(fc.integer({ min: 0, max: 2 ** 34 }), fc.integer({ min: FIRST, max: 1000 })),
        (visitsPerDay, classCount, number) => {
          const visitor = population(visitsPerDay, 0.8, classCount).visitorOf(number);
          expect(visitor).toBeLessThanOrEqual(number);
          expect(visitor).toBeGreaterThanOrEqual(number < 0 ? FIRST : 0);
          expect((number - visitor) % classCount === 0).toBe(true);
        },
      ),
    );
  });

  it('gives the number of a visitor to that visitor, so that a first visit is nobody else’s', () => {
    const people = population(1000, 0.5);
    for (let number = BASE; number < BASE + 2000; number++) {
      const visitor = people.visitorOf(number);
      expect(people.visitorOf(visitor)).toBe(visitor);
    }
  });

  it('has many who come once and a few who come often, in 30 days', () => {
    const people = population();
    const visits = groupBy(
      draws(30_000, (i) => people.visitorOf(BASE + i)),
      (visitor) => visitor,
    );
    const counts = [...visits.values()].map((list) => list.length);
    const withAtLeast = (least: number) => share(counts, (count) => count >= least);
    expect(withAtLeast(2)).toBeGreaterThan(0.15);
    expect(withAtLeast(2)).toBeLessThan(0.3);
    expect(withAtLeast(3)).toBeGreaterThan(0.06);
    expect(withAtLeast(5)).toBeGreaterThan(0.015);
    expect(withAtLeast(10)).toBeGreaterThan(0.002);
    expect(Math.max(...counts)).toBeGreaterThan(15);
  });

  it('comes back after hours, days, weeks and months, a quarter within the day', () => {
    const people = population();
    const gaps: number[] = [];
    const last = new Map<number, number>();
    for (let number = BASE - 150_000; number < BASE + 20_000; number++) {
      const visitor = people.visitorOf(number);
      const before = last.get(visitor);
      last.set(visitor, number);
      if (before !== undefined && number >= BASE) gaps.push((number - before) / 1000);
    }
    const between = (from: number, to: number) => share(gaps, (days) => days >= from && days < to);
    expect(between(0, 0.5)).toBeGreaterThan(0.05);
    expect(between(0, 1)).toBeLessThan(0.3);
    expect(between(1, 2)).toBeGreaterThan(0.2);
    expect(between(2, 7)).toBeGreaterThan(0.25);
    expect(between(7, 30)).toBeGreaterThan(0.09);
    expect(between(30, 1000)).toBeGreaterThan(0.015);
  });

  it('fades: of those who come on a day, fewer are back in each later month', () => {
    const people = population(1000, 0.5);
    const cohort = new Set(draws(2000, (i) => people.visitorOf(BASE + i)));
    const backIn = (month: number) =>
      new Set(
        draws(30_000, (i) => people.visitorOf(BASE + 2000 + month * 30_000 + i)).filter((visitor) =>
          cohort.has(visitor),
        ),
      ).size / cohort.size;
    const months = [backIn(0), backIn(1), backIn(2)];
    expect(months[0]).toBeGreaterThan(1.5 * (months[1] ?? 0));
    expect(months[1]).toBeGreaterThan(months[2] ?? 0);
    expect(months[2]).toBeGreaterThan(0.01);
  });
});

describe('the number of classes', () => {
  /** Most visits that start within `spanMs`, as drawn. */
  function mostWithin(starts: Float64Array, spanMs: number): number {
    let first = 0;
    let most = 0;
    starts.forEach((start, i) => {
      while (start - (starts[first] ?? 0) > spanMs) first++;
      most = Math.max(most, i - first + 1);
    });
    return most;
  }

  it.each([
    { what: 'one visit a day', visitsPerDay: 1 },
    { what: 'a dozen visits a day', visitsPerDay: 12 },
    { what: 'all visits within ten minutes', visitsPerDay: 500, activeMinutes: { from: 600, to: 610 } },
    { what: 'a night that wraps midnight', visitsPerDay: 5000, activeMinutes: { from: 1380, to: 60 } },
    { what: 'the longest visits', visitsPerDay: 3000, durationMinutes: { min: 60, max: 120 } },
    { what: 'a million visits a day', visitsPerDay: 1_000_000 },
  ])(
    'exceeds the visits that start within the longest visit and 31 minutes: $what',
    ({ what, ...overrides }) => {
      const plan = createPlan(trafficSettings({ timezone: 'Europe/Stockholm', ...overrides }));
      const days = ['2026-03-28', '2026-03-29', '2026-03-30'].map((date) => plan.calendar.dayOf(date));
      const starts = Float64Array.from(days.flatMap((day) => [...plan.startsOf(day)]));
      expect(plan.classCount).toBeGreaterThan(mostWithin(starts, plan.longestVisitMs + 31 * 60_000));
    },
  );

  it.each([
    { timezone: 'America/Santiago', activeMinutes: { from: 1320, to: 60 }, date: '2026-07-09' },
    { timezone: 'Asia/Tokyo', activeMinutes: { from: 600, to: 840 }, date: '2026-07-27' },
    { timezone: 'Asia/Kolkata', activeMinutes: { from: 0, to: 240 }, date: '2026-04-01' },
    { timezone: 'Asia/Kolkata', activeMinutes: { from: 480, to: 660 }, date: '2026-07-09' },
  ])('is enough in every season: $timezone on $date', ({ date, ...overrides }) => {
    const plan = createPlan(trafficSettings({ visitsPerDay: 200_000, ...overrides }));
    const day = plan.calendar.dayOf(date);
    const days = [day, plan.calendar.dayNumbered(day.number + 1)];
    const starts = Float64Array.from(days.flatMap((each) => [...plan.startsOf(each)]));
    expect(plan.classCount).toBeGreaterThan(mostWithin(starts, plan.longestVisitMs + 31 * 60_000));
  });
});
