import { describe, expect, it } from 'vitest';
import { readJson } from '../../../src/config/sources/json-text.ts';
import { SettingsError } from '../../../src/errors.ts';

function messagesOf(text: string): readonly string[] {
  try {
    readJson(text, 'f.json');
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ message }) => message);
    throw error;
  }
}

describe('JSON text', () => {
  it('is read as it is', () => {
    expect(readJson('{"a":[1,{"b":"x\\": y"}],"c":null}', 'f.json')).toEqual({
      a: [1, { b: 'x": y' }],
      c: null,
    });
  });

  it.each([
    [
      'a comma after the last entry',
      '[\n  {"a": 1},\n]',
      'f.json line 2, column 11: nothing follows this comma before the ].',
    ],
    [
      'no comma between two',
      '{"a": 1\n "b": 2}',
      'f.json line 2, column 2: "\\"" cannot stand here in JSON.',
    ],
    ['a key without quotes', '{a: 1}', 'f.json line 1, column 2: "a" cannot stand here in JSON.'],
    [
      'an end that is missing',
      '{"a": [1, 2',
      'f.json line 1, column 12: the text ends before the JSON does.',
    ],
    ['nothing', ' \n', 'f.json is empty, but must be JSON.'],
    [
      'a key twice',
      '{"x": {"a": 0.2,\n"b": 1, "a": 0.9}}',
      'f.json line 2, column 9: the key "a" stands in line 1 already.',
    ],
    ['text after the end', '[1] x', 'f.json line 1, column 5: "x" cannot stand here in JSON.'],
  ])('is refused with its place: %s', (_, text, message) => {
    expect(messagesOf(text)).toEqual([message]);
  });
});
