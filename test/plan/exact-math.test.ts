import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cos, exp, log, power, sin } from '../../src/plan/exact-math.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** How far apart, in parts of the right value. */
function errorOf(value: number, right: number): number {
  return value === right ? 0 : Math.abs(value - right) / Math.abs(right);
}

/** Of the bits of a function's values at evenly spaced places. */
function bitsOf(fn: (x: number) => number, from: number, to: number): string {
  const values = Float64Array.from({ length: 20_001 }, (_, i) => fn(from + ((to - from) * i) / 20_000));
  const bytes = Buffer.alloc(values.length * 8);
  for (const [i, value] of values.entries()) bytes.writeDoubleLE(value, i * 8);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

describe('exact mathematics', () => {
  it.each([
    ['exp', exp, Math.exp, -700, 700],
    ['log', log, Math.log, 1e-300, 1e6],
    ['log', log, Math.log, 0.5, 2],
  ] as const)('has %s as the engine has it, but for the last bits', (_, own, engine, min, max) => {
    fc.assert(
      fc.property(between(min, max), (x) => errorOf(own(x), engine(x)) < 3e-16),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['sin', sin, Math.sin],
    ['cos', cos, Math.cos],
  ] as const)('has %s as the engine has it, over thousands of turns', (_, own, engine) => {
    fc.assert(
      fc.property(between(-50_000, 50_000), (x) => Math.abs(own(x) - engine(x)) < 1e-15),
      { numRuns: 2000 },
    );
  });

  it('has powers to thirteen digits', () => {
    fc.assert(
      fc.property(between(1e-6, 3), between(0.01, 30), (base, exponent) => {
        expect(errorOf(power(base, exponent), base ** exponent)).toBeLessThan(1e-13);
      }),
      { numRuns: 2000 },
    );
  });

  it('is right where it must be exact', () => {
    expect([exp(0), log(1), power(0, 0.4), power(1, 0.9), sin(0), cos(0)]).toEqual([1, 0, 0, 1, 0, 1]);
    expect([exp(-1000), exp(1000)]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it('is the same to the last bit on every engine', () => {
    const bits = [
      bitsOf(exp, -20, 20),
      bitsOf((x) => log(1 - x), 0, 0.9999),
      bitsOf((x) => power(x, 1 / 0.35 - 1), 0, 1),
      bitsOf(sin, -400, 400),
      bitsOf(cos, -400, 400),
    ];
    expect(bits).toEqual([
      'b2dba9b4147da70d',
      'fe8b21b3d0d3dcef',
      '40d2af6901a5262d',
      '5fdd5aa716029264',
      'cdd8adfb6e0441aa',
    ]);
  });
});
