import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lettersOf, pieceOf, VisitText } from '../../../src/matomo/requests/visit-text.ts';

function written(write: (text: VisitText) => void): string {
  const text = new VisitText();
  write(text);
  return text.bytes.toString('latin1', 0, text.at);
}

describe('the text of a visit', () => {
  it('has numbers as JavaScript writes them, whole or not, small or large', () => {
    const numbers = fc.oneof(
      fc.nat(1200),
      fc.maxSafeInteger(),
      fc.double(),
      fc.constantFrom(0, 999, 1000, 1_000_000),
    );
    fc.assert(
      fc.property(numbers, (value) => {
        expect(written((text) => text.addNumber(value))).toBe(String(value));
      }),
    );
  });

  it('has up to eight letters that are written at once, also at the end of its memory', () => {
    const letters = ['', '&', '&h=', '&cdt=', '&pv_id=', '&idgoal='];
    for (const room of [0, 1, 7, 8, 9]) {
      const filler = 'x'.repeat(65_536 - room);
      const found = written((text) => {
        text.addText(filler);
        for (const some of letters) text.addLetters(lettersOf(some));
        text.addNumber(10_203);
      });
      expect(found).toBe(`${filler}${letters.join('')}10203`);
    }
    expect(() => lettersOf('&nine=aaa')).toThrow('at most 8 letters, found &nine=aaa');
  });

  it('has everything in its order, also where it outgrows its memory again and again', () => {
    const long = 'x'.repeat(40_000);
    let expected = '';
    const found = written((text) => {
      for (let i = 0; i < 12; i++) {
        text.add(pieceOf(`&a=${i}`));
        text.addNumber(i * 997);
        text.addShort('short');
        text.addText(long);
        text.endLine();
        expected += `&a=${i}${i * 997}short${long}\n`;
      }
      text.repeat(2, 100_000);
      expected += expected.slice(2, 100_000);
    });
    expect(found).toBe(expected);
  });

  it('is written over by the next', () => {
    const text = new VisitText();
    text.addText('the first visit');
    text.at = 0;
    text.addShort('next');
    expect(text.bytes.toString('latin1', 0, text.at)).toBe('next');
  });
});
