import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import {
  activeHours,
  boolean,
  currency,
  localDate,
  number,
  numbers,
  oneOf,
  positiveNumber,
  seed,
  text,
  timezone,
  token,
  wholeNumber,
  wholeNumbers,
} from '../../../src/config/schema/values.ts';

function accepts(schema: z.ZodType, raw: unknown): boolean {
  return schema.safeParse(raw).success;
}

describe('numbers', () => {
  it.each(['12abc', '', ' ', '1e3', '0x10', 'Infinity', 'NaN', '1,000', '--1', '.'])('refuse %j', (raw) => {
    expect(accepts(number(-1e9), raw)).toBe(false);
  });

  it.each([
    ['0.5', 0.5],
    ['.10', 0.1],
    [' 7 ', 7],
    ['2.0', 2],
    ['-3', -3],
    [4, 4],
  ])('read %j', (raw, value) => {
    expect(number(-10, 10).parse(raw)).toBe(value);
  });

  it('are the same as text and as themselves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (value) => {
        expect(wholeNumber(1, 500).parse(String(value))).toBe(wholeNumber(1, 500).parse(value));
      }),
    );
  });

  it('keep to their bounds, which belong to them', () => {
    expect([0, 1, 500, 501].map((value) => accepts(wholeNumber(1, 500), value))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([0, 0.001].map((value) => accepts(positiveNumber(), value))).toEqual([false, true]);
  });

  it('refuse fractions where whole ones are needed', () => {
    expect(accepts(wholeNumber(0), '1.5')).toBe(false);
  });

  it('are no booleans', () => {
    expect(accepts(number(0, 1), true)).toBe(false);
  });
});

describe('booleans', () => {
  it.each(['true', '1', 'yes', 'on', 'True', 'YES', true])('take %j as true', (raw) => {
    expect(boolean().parse(raw)).toBe(true);
  });

  it.each(['false', '0', 'no', 'off', false])('take %j as false', (raw) => {
    expect(boolean().parse(raw)).toBe(false);
  });

  it.each(['maybe', '2', 'y', null])('refuse %j', (raw) => {
    expect(accepts(boolean(), raw)).toBe(false);
  });
});

describe('lists', () => {
  it('are texts with commas, native lists, or one number', () => {
    expect(numbers(0).parse('0, 5.99,9.99')).toEqual([0, 5.99, 9.99]);
    expect(numbers(0).parse([0, '5.99'])).toEqual([0, 5.99]);
    expect(numbers(0).parse(5)).toEqual([5]);
    expect(wholeNumbers(1).parse('3,4')).toEqual([3, 4]);
  });

  it.each(['1,,2', '1,x', ',', '-1'])('refuse %j', (raw) => {
    expect(accepts(numbers(0), raw)).toBe(false);
  });
});

describe('days', () => {
  it('exist in the calendar', () => {
    expect(
      ['2024-02-29', '2023-02-29', '2024-02-31', '2024-13-01', '24-01-01', '2024-1-1'].map((raw) =>
        accepts(localDate(), raw),
      ),
    ).toEqual([true, false, false, false, false, false]);
  });
});

describe('timezones', () => {
  it('are IANA names', () => {
    expect(
      ['CET', 'Europe/Stockholm', 'UTC', 'Mars/Base', '+02:00', ''].map((raw) => accepts(timezone(), raw)),
    ).toEqual([true, true, true, false, false, false]);
  });
});

describe('active hours', () => {
  it.each(['00:00-24:00', '08:00-18:30', '22:00-06:00'])('take %s', (raw) => {
    expect(activeHours().parse(raw)).toBe(raw);
  });

  it.each(['8:00-18:00', '24:00-06:00', '08:00-25:00', '08:00-24:30', '08:60-09:00', '08:00', '08:00-08:00'])(
    'refuse %s',
    (raw) => {
      expect(accepts(activeHours(), raw)).toBe(false);
    },
  );
});

describe('texts', () => {
  it('may be native numbers', () => {
    expect([text('anything').parse(42), seed().parse(42)]).toEqual(['42', '42']);
  });

  it('are not empty', () => {
    expect(accepts(text('anything'), '  ')).toBe(false);
  });

  it('of a currency are three capitals', () => {
    expect(['EUR', 'eur', 'EURO'].map((raw) => accepts(currency(), raw))).toEqual([true, false, false]);
  });

  it('of a token have no blanks inside', () => {
    expect(token().parse('abc\n')).toBe('abc');
    expect(accepts(token(), 'a b')).toBe(false);
  });

  it('of a choice may be in any case or a synonym', () => {
    const level = oneOf(['warn', 'info'], { warning: 'warn' });
    expect([level.parse('INFO'), level.parse('Warning')]).toEqual(['info', 'warn']);
    expect(accepts(level, 'trace')).toBe(false);
  });
});
