import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVolume } from '../../../src/plan/days/volume.ts';

const FIRST = 20_500;
const even = (visitsPerDay: number) =>
  createVolume({ visitsPerDay, firstUnevenDay: Number.POSITIVE_INFINITY, countOf: () => visitsPerDay });
const uneven = (counts: readonly number[], visitsPerDay = 50) =>
  createVolume({
    visitsPerDay,
    firstUnevenDay: FIRST,
    countOf: (day) => counts[day - FIRST] ?? visitsPerDay,
  });

describe('a volume of days that are all alike', () => {
  it('numbers visits on from day to day without a gap', () => {
    const volume = even(300);
    expect(volume.countOf(FIRST)).toBe(300);
    expect(volume.baseOf(FIRST + 1) - volume.baseOf(FIRST)).toBe(300);
    expect(volume.baseOf(FIRST)).toBeGreaterThan(0);
  });

  it('numbers visits on across the day from which they are numbered', () => {
    const volume = even(300);
    expect([14_608, 14_609, 14_610, 14_611].map(volume.baseOf)).toEqual([-600, -300, 0, 300]);
    expect(volume.partAt(-300)).toBeCloseTo(0.5 / 300, 9);
    expect(volume.partAt(-1)).toBeCloseTo(299.5 / 300, 9);
    expect(volume.firstNumber).toBeLessThan(-300 * 7000);
  });

  it('knows the part of its day at which a visit is expected', () => {
    const volume = even(4);
    const base = volume.baseOf(FIRST);
    expect([0, 1, 2, 3].map((i) => volume.partAt(base + i))).toEqual([0.125, 0.375, 0.625, 0.875]);
  });
});

describe('a volume of days that differ', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 12 });

  it('numbers visits on without a gap, whichever day is asked for first', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: -3, max: 15 }), (list, offset) => {
        const volume = uneven(list);
        const day = FIRST + offset;
        expect(volume.baseOf(day + 1) - volume.baseOf(day)).toBe(volume.countOf(day));
        expect(volume.baseOf(day)).toBe(uneven(list).baseOf(day));
      }),
    );
  });

  it('tells a visit its part of the day, whatever was asked for before', () => {
    fc.assert(
      fc.property(counts, fc.nat({ max: 11 }), fc.nat(), fc.boolean(), (list, offset, rank, isWarm) => {
        const volume = uneven(list);
        const day = FIRST + offset;
        const count = volume.countOf(day);
        fc.pre(count > 0);
        if (isWarm) volume.baseOf(FIRST + 30);
        const index = rank % count;
        expect(volume.partAt(volume.baseOf(day) + index)).toBeCloseTo((index + 0.5) / count, 9);
      }),
    );
  });

  it('leaves the days before the first that differs as they are', () => {
    const volume = uneven([7, 0, 900]);
    expect(volume.countOf(FIRST - 1)).toBe(50);
    expect(volume.partAt(volume.baseOf(FIRST - 1))).toBe(0.01);
    expect(volume.baseOf(FIRST)).toBe(even(50).baseOf(FIRST));
  });
});
