import { describe, expect, it } from 'vitest';
import { niceScale } from '../../src/report/html/charts/scale.ts';
import { pathOf } from '../../src/web/components/charts/line.ts';

const y = niceScale(10);
const movesIn = (path: string) => path.split('M').length - 1;

describe('the line of a curve', () => {
  it('is one where values follow each other, whatever the step', () => {
    expect(movesIn(pathOf([0, 1000, 2000, 3000, 5000], [1, 2, 3, 4, 5], y))).toBe(1);
    expect(movesIn(pathOf([0, 60_000, 120_000], [1, 2, 3], y))).toBe(1);
    expect(movesIn(pathOf([0, 60_000], [1, 2], y))).toBe(1);
  });

  it('leaves out the time in which nothing was measured, and values that are not there', () => {
    expect(movesIn(pathOf([0, 1000, 2000, 60_000, 61_000], [1, 2, 3, 4, 5], y))).toBe(2);
    expect(movesIn(pathOf([0, 1000, 2000, 3000], [1, undefined, 3, 4], y))).toBe(2);
  });

  it('is a dash where a value is alone between two gaps', () => {
    expect(pathOf([0, 1000, 2000, 3000, 4000], [1, 2, undefined, 4, undefined], y)).toMatch(
      /^M0 \d+L250 \d+M750 \d+m-4 0h8$/,
    );
  });
});
