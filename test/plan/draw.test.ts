import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createWeightedChoice,
  drawBetween,
  drawInteger,
  drawLogNormal,
  drawSkewed,
  hasChance,
  lowerBound,
  pickOne,
} from '../../src/plan/draw.ts';
import { anyStream, draws, mean, scripted, share } from './fixtures.ts';

describe('hasChance', () => {
  it('never happens at 0, always at 1', () => {
    expect(hasChance(scripted(0), 0)).toBe(false);
    expect(hasChance(scripted(1 - 2 ** -32), 1)).toBe(true);
  });
});

describe('drawInteger', () => {
  it('reaches both ends and all between alike', () => {
    const stream = anyStream();
    const values = draws(40_000, () => drawInteger(stream, 3, 6));
    for (const value of [3, 4, 5, 6]) {
      expect(share(values, (found) => found === value)).toBeCloseTo(0.25, 1.5);
    }
    expect(values.every((value) => value >= 3 && value <= 6)).toBe(true);
  });
});

describe('drawBetween', () => {
  it('stays between its ends', () => {
    expect(drawBetween(scripted(0), 2, 4)).toBe(2);
    expect(drawBetween(scripted(0.5), 2, 4)).toBe(3);
    expect(drawBetween(scripted(1 - 2 ** -32), 2, 4)).toBeLessThan(4);
  });
});

describe('drawSkewed', () => {
  it.each([0.1, 0.3, 0.5, 0.7, 0.9])('has mean %d', (wanted) => {
    const stream = anyStream();
    const values = draws(20_000, () => drawSkewed(stream, wanted));
    expect(mean(values)).toBeGreaterThan(wanted - 0.01);
    expect(mean(values)).toBeLessThan(wanted + 0.01);
  });

  it('stays within 0 and 1 for every mean, the extremes included', () => {
    const stream = anyStream();
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (wanted) => {
        const value = drawSkewed(stream, wanted);
        expect(value >= 0 && value < 1).toBe(true);
      }),
    );
  });
});

describe('drawLogNormal', () => {
  it('has median 1 and a mean above it: a long right tail', () => {
    const stream = anyStream();
    const values = draws(20_001, () => drawLogNormal(stream, 0.9)).sort((a, b) => a - b);
    expect(values[10_000]).toBeGreaterThan(0.96);
    expect(values[10_000]).toBeLessThan(1.04);
    // exp(0.9² / 2) = 1.5; the sum of four uniforms has thinner tails than the bell curve.
    expect(mean(values)).toBeGreaterThan(1.35);
    expect(mean(values)).toBeLessThan(1.6);
  });
});

describe('createWeightedChoice', () => {
  it('picks by weight', () => {
    const choice = createWeightedChoice(
      ['a', 'b', 'c', 'd'],
      (item) => ({ a: 1, b: 0, c: 3, d: 6 })[item] ?? 0,
    );
    const stream = anyStream();
    const picks = draws(20_000, () => choice.pick(stream));
    expect(share(picks, (item) => item === 'a')).toBeCloseTo(0.1, 1.5);
    expect(share(picks, (item) => item === 'c')).toBeCloseTo(0.3, 1.5);
    expect(share(picks, (item) => item === 'd')).toBeCloseTo(0.6, 1.5);
    expect(picks).not.toContain('b');
  });

  it('picks the same whatever the scale of the weights', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (weights, draw) => {
          const at = (scale: number) =>
            createWeightedChoice(
              weights.map((weight, i) => ({ weight, i })),
              (item) => item.weight * scale,
            ).pick(scripted(draw)).i;
          expect(at(1024)).toBe(at(1));
        },
      ),
    );
  });

  it('refuses a list without weight', () => {
    expect(() => createWeightedChoice(['a'], () => 0)).toThrow(
      'expected at least one item of positive weight',
    );
  });
});

describe('pickOne', () => {
  it('picks every item alike, the first and the last included', () => {
    const stream = anyStream();
    const picks = draws(30_000, () => pickOne(['a', 'b', 'c'], stream));
    for (const item of ['a', 'b', 'c']) {
      expect(share(picks, (found) => found === item)).toBeCloseTo(1 / 3, 1.5);
    }
  });
});

describe('lowerBound', () => {
  it('finds the first bound above the value, else the last', () => {
    const bounds = [0, 0, 2, 2, 5];
    expect([0, 1, 2, 4.9, 5, 9].map((value) => lowerBound(bounds, value))).toEqual([2, 2, 4, 4, 4, 4]);
  });
});
