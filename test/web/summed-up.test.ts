import { describe, expect, it } from 'vitest';
import { summedUp } from '../../src/web/places/overview/curves/summed-up.ts';

function curve(steps: number) {
  const of = (value: (i: number) => number) => Array.from({ length: steps }, (_, i) => value(i));
  return { atMs: of((i) => i * 1000), seconds: of(() => 1), accepted: of((i) => i % 2), p95: of(() => 9) };
}

describe('a curve of counts', () => {
  it('of a short time has all its steps', () => {
    const short = curve(300);
    expect(summedUp(short)).toBe(short);
  });

  it('of a long time has steps of five seconds, loses no count, and has no percentile that nobody measured', () => {
    const long = curve(602);
    const { atMs = [], seconds = [], accepted = [], p95 } = summedUp(long);
    expect(atMs.slice(0, 2)).toEqual([0, 5000]);
    expect([atMs.length, seconds.length, accepted.length]).toEqual([121, 121, 121]);
    expect(seconds.at(0)).toBe(5);
    expect(seconds.at(-1)).toBe(2);
    expect(accepted.reduce((sum, count) => sum + count, 0)).toBe(301);
    expect(p95).toBeUndefined();
  });
});
