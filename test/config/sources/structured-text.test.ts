import { describe, expect, it } from 'vitest';
import { parseStructured } from '../../../src/config/sources/structured-text.ts';
import { type Problem, SettingsError } from '../../../src/errors.ts';

function problemsOf(text: string, name: string): readonly Problem[] {
  try {
    parseStructured(text, name);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseStructured', () => {
  it('follows aliases and merge keys, and leaves out keys for anchors', () => {
    const text =
      'x-base: &base { a: 1, b: 2 }\nx-more: &more { b: 3, c: 4 }\nall:\n  <<: [*base, *more]\n  a: 5\n';
    expect(parseStructured(text, 'f.yaml')).toEqual({ all: { a: 5, b: 2, c: 4 } });
    expect(parseStructured('- &a { n: 1 }\n- *a\n', 'f.yaml')).toEqual([{ n: 1 }, { n: 1 }]);
  });

  it.each([
    ['f.yaml', '- ok: 1\n- value: 5e12345\n', 'f.yaml line 2: the number 5e12345 would lose precision'],
    [
      'f.yaml',
      'a: 12345678901234567890\n',
      'f.yaml line 1: the number 12345678901234567890 would lose precision',
    ],
    [
      'f.json',
      '[\n1,\n12345678901234567890]',
      'f.json line 3: the number 12345678901234567890 would lose precision',
    ],
    ['f.json', '{"a": {"b": 5e12345}}', 'f.json line 1: the number 5e12345 would lose precision'],
  ])('refuses numbers that would change: %s %j', (name, text, message) => {
    expect(problemsOf(text, name)).toMatchObject([
      {
        code: 'inexact-number',
        message: expect.stringContaining(message),
        hint: expect.stringContaining('quotes'),
      },
    ]);
  });

  it('keeps numbers that are exact, however they are written', () => {
    expect(parseStructured('[1e3, 0.10, 9007199254740991, 1.0e+2, -0]', 'f.yaml')).toEqual([
      1000, 0.1, 9007199254740991, 100, -0,
    ]);
  });

  it('says in its own words that there is more than one document', () => {
    expect(problemsOf('a: 1\n---\nb: 2\n---\nc: 3\n', 'f.yaml')).toEqual([
      {
        code: 'several-documents',
        subject: 'f.yaml',
        message: 'f.yaml must be one YAML document, but a second one starts on line 2.',
        hint: 'Put each document into its own file, without the line ---.',
      },
    ]);
    expect(problemsOf('---\na: 1\n', 'f.yaml')).toEqual([]);
  });

  it('refuses aliases of nothing, and aliases that multiply', () => {
    expect(problemsOf('a: *nothing\n', 'f.yaml')).toMatchObject([{ code: 'invalid-alias' }]);
    const lines = ['a: &a [1,1,1,1,1,1,1,1,1]'];
    for (const [i, name] of [...'bcdefghi'].entries()) {
      const before = 'abcdefgh'[i];
      lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`);
    }
    expect(problemsOf(lines.join('\n'), 'f.yaml')).toMatchObject([{ code: 'invalid-alias' }]);
  });
});
