import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCents, textParameter } from '../../../src/matomo/requests/encode.ts';

function written(name: string): (value: string) => string {
  const pieceFor = textParameter(name);
  return (value) => Buffer.from(pieceFor(value)).toString();
}

describe('a parameter of text', () => {
  it('is one that a query brings back unchanged, first time and again', () => {
    const name = written('name');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const each of [name(text), name(text)]) {
          expect(new URLSearchParams(each).get('name')).toBe(text);
          expect(each).toMatch(/^&name=[\w!'()*.~%-]*$/);
        }
      }),
    );
  });

  it('stays right when it has seen more texts than it remembers', () => {
    const name = written('name');
    for (let i = 0; i < 50_010; i++) name(`å ${i}`);
    expect([name('å 1'), name('å 50009')]).toEqual(['&name=%C3%A5%201', '&name=%C3%A5%2050009']);
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
