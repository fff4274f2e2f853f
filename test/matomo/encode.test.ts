import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEncoder, formatCents } from '../../src/matomo/encode.ts';

describe('the encoder', () => {
  it('gives text that a query brings back unchanged, first time and again', () => {
    const encode = createEncoder();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const encoded of [encode(text), encode(text)]) {
          expect(new URLSearchParams(`name=${encoded}`).get('name')).toBe(text);
          expect(encoded).toMatch(/^[\w!'()*.~%-]*$/);
        }
      }),
    );
  });

  it('stays right when it has seen more texts than it remembers', () => {
    const encode = createEncoder();
    for (let i = 0; i < 50_010; i++) encode(`å ${i}`);
    expect([encode('å 1'), encode('å 50009')]).toEqual(['%C3%A5%201', '%C3%A5%2050009']);
  });
});

describe('an amount of money', () => {
  it.each([
    [0, '0.00'],
    [1, '0.01'],
    [10, '0.10'],
    [29_999, '299.99'],
    [123_456_789, '1234567.89'],
    [-250, '-2.50'],
  ])('of %d hundredths is %s', (cents, text) => {
    expect(formatCents(cents)).toBe(text);
  });

  it('has two decimals and a point, and loses nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (cents) => {
        expect(formatCents(cents)).toMatch(/^\d+\.\d\d$/);
        expect(Math.round(Number(formatCents(cents)) * 100)).toBe(cents);
      }),
    );
  });
});
