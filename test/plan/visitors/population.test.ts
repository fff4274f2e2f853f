import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlan } from '../../../src/plan/plan.ts';
import { createRandomSource } from '../../../src/plan/random.ts';
import { createPopulation } from '../../../src/plan/visitors/population.ts';
import { draws, groupBy, share, trafficSettings } from '../fixtures.ts';

const BASE = 10_000_000;

const FIRST = -7305 * 2_000_000;

function population(visitsPerDay = 1000, returningShare = 0.3, classCount = 110, seed = 'people') {
  return createPopulation(createRandomSource(seed), classCount, visitsPerDay, returningShare, FIRST);
}

describe('a population', () => {
  it.each([0, 0.1, 0.3, 0.6, 0.9])('lets %d of the visits return to an earlier visitor', (wanted) => {
    const people = population(1000, wanted);
    const numbers = draws(20_000, (i) => BASE + i);
    const returning = share(numbers, (number) => people.visitorOf(number) !== number);
    expect(Math.abs(returning - wanted)).toBeLessThan(0.012);
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

  it('has a long tail of visits per visitor', () => {
    const people = population();
    const visits = groupBy(
      draws(60_000, (i) => people.visitorOf(BASE + i)),
      (visitor) => visitor,
    );
    const counts = [...visits.values()].map((list) => list.length);
    const withAtLeast = (least: number) => share(counts, (count) => count >= least);
    expect(withAtLeast(2)).toBeGreaterThan(0.15);
    expect(withAtLeast(3)).toBeGreaterThan(0.05);
    expect(withAtLeast(5)).toBeGreaterThan(0.006);
    expect(withAtLeast(10)).toBeGreaterThan(0.0002);
    expect(withAtLeast(2)).toBeLessThan(0.35);
  });

  it('has a long tail of days since the last visit', () => {
    const people = population();
    const gaps: number[] = [];
    const last = new Map<number, number>();
    for (let number = BASE - 150_000; number < BASE + 20_000; number++) {
      const visitor = people.visitorOf(number);
      const before = last.get(visitor);
      last.set(visitor, number);
      if (before !== undefined && number >= BASE) gaps.push((number - before) / 1000);
    }
    expect(share(gaps, (days) => days < 0.75)).toBeGreaterThan(0.2);
    expect(share(gaps, (days) => days >= 0.75 && days < 1.5)).toBeGreaterThan(0.2);
    expect(share(gaps, (days) => days >= 7)).toBeGreaterThan(0.05);
    expect(share(gaps, (days) => days >= 30)).toBeGreaterThan(0.01);
    expect(share(gaps, (days) => days >= 60)).toBeGreaterThan(0.003);
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
