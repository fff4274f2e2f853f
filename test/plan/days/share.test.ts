import { describe, expect, it } from 'vitest';
import { divide, drawParts } from '../../../src/plan/days/share.ts';
import { anyStream, draws } from '../fixtures.ts';

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

describe('a number divided by weight', () => {
  it.each([
    [10, [5, 3, 2], [5, 3, 2]],
    [10, [1, 1, 1], [4, 3, 3]],
    [1, [1, 3], [0, 1]],
    [0, [1, 3], [0, 0]],
    [7, [0.5, 0.25], [5, 2]],
  ])('gives whole numbers that add up: %d by %j', (total, weights, parts) => {
    expect(divide(total, weights)).toEqual(parts);
  });
});

describe('a number divided at random', () => {
  it('adds up, is near the weights and leaves nobody out', () => {
    const parts = drawParts(anyStream(), 10_000, [5, 3, 2]);
    expect(sum(parts)).toBe(10_000);
    // Standard deviations are 50, 46 and 40.
    [5000, 3000, 2000].forEach((expected, i) => {
      expect(Math.abs((parts[i] ?? 0) - expected)).toBeLessThan(200);
    });
    expect(drawParts(anyStream(), 3, [1, 1000, 1])).toEqual([1, 1, 1]);
  });

  it('differs between seeds', () => {
    const all = draws(5, (i) => drawParts(anyStream(`seed ${i}`), 1000, [1, 1]).join());
    expect(new Set(all).size).toBeGreaterThan(1);
  });
});
