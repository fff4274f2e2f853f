import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { niceScale, timeScale } from '../../../../src/report/html/charts/scale.ts';

const texts = ({ ticks }: ReturnType<typeof niceScale>) => ticks.map(({ text }) => text);

describe('a scale of numbers', () => {
  it.each([
    [0, ['0.00', '0.25', '0.50', '0.75', '1.00']],
    [0.7, ['0.0', '0.2', '0.4', '0.6', '0.8']],
    [7, ['0', '2', '4', '6', '8']],
    [10, ['0.0', '2.5', '5.0', '7.5', '10.0']],
    [300, ['0', '100', '200', '300']],
    [4100, ['0', '2,000', '4,000', '6,000']],
  ])('up to %d has round ticks', (highest, expected) => {
    expect(texts(niceScale(highest))).toEqual(expected);
  });

  it('reaches above all values, with few ticks and no text twice', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (highest) => {
        const scale = niceScale(highest);
        expect(scale.end).toBeGreaterThanOrEqual(highest * (1 - 1e-9));
        expect(scale.end).toBeLessThanOrEqual(highest * 3);
        expect(scale.ticks.length).toBeLessThanOrEqual(5);
        expect(new Set(texts(scale)).size).toBe(scale.ticks.length);
      }),
    );
  });
});

describe('a scale of time', () => {
  it.each([
    [4, ['0', '1 s', '2 s', '3 s', '4 s']],
    [45, ['0', '10 s', '20 s', '30 s', '40 s']],
    [300, ['0', '1 min', '2 min', '3 min', '4 min', '5 min']],
    [5400, ['0', '15 min', '30 min', '45 min', '60 min', '75 min', '90 min']],
    [86_400, ['0', '6 h', '12 h', '18 h', '24 h']],
    [3 * 86_400, ['0', '12 h', '24 h', '36 h', '48 h', '60 h', '72 h']],
    [9 * 86_400, ['0', '2 d', '4 d', '6 d', '8 d']],
  ])('of %d seconds has ticks of the clock', (seconds, expected) => {
    expect(texts(timeScale(seconds))).toEqual(expected);
  });

  it('ends with the run', () => {
    expect(timeScale(47).end).toBe(47);
  });
});
