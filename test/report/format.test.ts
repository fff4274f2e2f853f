import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber } from '../../src/report/format.ts';

const digits = fc.integer({ min: 0, max: 4 });

describe('numbers for people', () => {
  it('have commas and as many digits as are asked for', () => {
    expect([0, 999, 1000, 1234567].map((value) => formatNumber(value))).toEqual([
      '0',
      '999',
      '1,000',
      '1,234,567',
    ]);
    expect(formatNumber(12345.5, 2)).toBe('12,345.50');
    expect(formatNumber(-12345.5, 1)).toBe('-12,345.5');
  });

  it('are what Intl makes of them', () => {
    const cents = fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1000);
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true }), fc.integer(), cents), digits, (value, count) => {
        const options = { minimumFractionDigits: count, maximumFractionDigits: count };
        expect(formatNumber(value, count)).toBe(value.toLocaleString('en-US', options));
      }),
      { numRuns: 5000 },
    );
  });
});
