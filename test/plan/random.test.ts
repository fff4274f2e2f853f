import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONCERN, createRandomSource, type RandomStream } from '../../src/plan/random.ts';
import { draws, mean } from './fixtures.ts';

const concerns = Object.values(CONCERN);

function take(stream: RandomStream, count: number): number[] {
  return draws(count, () => stream.next());
}

/** Sum of (found - expected)² / expected over equal bins: about the number of bins when the values are uniform. */
function chiSquare(values: readonly number[], bins: number): number {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.floor(value * bins)] = (counts[Math.floor(value * bins)] ?? 0) + 1;
  const expected = values.length / bins;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, i) => (value - meanA) * ((b[i] ?? 0) - meanB)));
  const deviation = (values: readonly number[], middle: number) =>
    Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  return covariance / (deviation(a, meanA) * deviation(b, meanB));
}

describe('a random source', () => {
  it('gives the same stream for the same key, whatever was asked for before and in between', () => {
    const key = fc.tuple(fc.constantFrom(...concerns), fc.nat(), fc.nat());
    fc.assert(
      fc.property(fc.string(), key, fc.array(key, { maxLength: 5 }), (seed, wanted, others) => {
        const fresh = take(createRandomSource(seed).stream(...wanted), 6);
        const busy = createRandomSource(seed);
        const streams = others.map((other) => busy.stream(...other));
        for (const stream of streams) stream.next();
        const stream = busy.stream(...wanted);
        const values = draws(6, () => {
          for (const other of streams) other.next();
          return stream.next();
        });
        expect(values).toEqual(fresh);
      }),
    );
  });

  it('draws from 0 up to but not including 1', () => {
    const values = take(createRandomSource('range').stream(1, 0, 0), 100_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('has another stream for every concern, major and minor number', () => {
    const random = createRandomSource('keys');
    const heads = new Set<string>();
    for (const concern of concerns) {
      for (let major = 0; major < 40; major++) {
        for (let minor = 0; minor < 40; minor++) {
          heads.add(take(random.stream(concern, major, minor), 2).join());
        }
      }
    }
    expect(heads.size).toBe(concerns.length * 1600);
  });

  it('tells major numbers above 32 bits apart', () => {
    const random = createRandomSource('large');
    const heads = [5, 5 + 2 ** 32, 5 + 2 ** 33].map((major) => take(random.stream(2, major, 0), 3).join());
    expect(new Set(heads).size).toBe(3);
  });

  it('differs between seeds', () => {
    const heads = draws(500, (i) => take(createRandomSource(`seed ${i}`).stream(1, 0, 0), 2).join());
    expect(new Set(heads).size).toBe(500);
  });

  it.each(['', 'a', '42'])('is uniform along a stream of seed "%s"', (seed) => {
    const values = take(createRandomSource(seed).stream(5, 20_000, 7), 100_000);
    // 99 degrees of freedom: mean 99, standard deviation 14.
    expect(chiSquare(values, 100)).toBeGreaterThan(99 - 4 * 14);
    expect(chiSquare(values, 100)).toBeLessThan(99 + 4 * 14);
  });

  it('is uniform and without correlation across the first draws of neighbouring streams', () => {
    const random = createRandomSource('neighbours');
    const byIndex = draws(50_000, (i) => random.stream(5, 20_500, i).next());
    const byNumber = draws(50_000, (i) => random.stream(2, 1_000_000 + i, 0).next());
    for (const values of [byIndex, byNumber]) {
      expect(chiSquare(values, 100)).toBeLessThan(99 + 4 * 14);
      // Standard error 1 / √50,000 = 0.0045.
      expect(Math.abs(correlation(values.slice(1), values.slice(0, -1)))).toBeLessThan(0.018);
    }
  });

  it('has no correlation between the concerns of one visit', () => {
    const random = createRandomSource('concerns');
    const first = new Map(
      concerns.map((concern) => [concern, draws(20_000, (i) => random.stream(concern, 20_500, i).next())]),
    );
    for (const a of concerns) {
      for (const b of concerns.filter((other) => other > a)) {
        expect(Math.abs(correlation(first.get(a) ?? [], first.get(b) ?? []))).toBeLessThan(0.03);
      }
    }
  });
});
