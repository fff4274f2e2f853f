import { parse } from 'dotenv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envLine } from '../../../src/config/schema/value-text.ts';
import { splitEnvText } from '../../../src/config/sources/env-text.ts';

function problemsOf(text: string): string[] {
  return splitEnvText(text, '.env').problems.map(({ code, message }) => `${code}: ${message}`);
}

function valuesOf(text: string): [name: string, line: number, value: string | undefined][] {
  const { assignments, problems } = splitEnvText(text, '.env');
  expect(problems).toEqual([]);
  return assignments.map(({ name, line, text: own }) => [name, line, parse(own)[name]]);
}

describe('splitEnvText', () => {
  it('finds assignments with their lines and values, among comments and empty lines', () => {
    const text = '# shop\r\nA=1\r\n\r\n  export B = two words  # why\r\nC: 3\nD=\nE="x # y" # z\nF=it\'s\n';
    expect(valuesOf(text)).toEqual([
      ['A', 2, '1'],
      ['B', 4, 'two words'],
      ['C', 5, '3'],
      ['D', 6, ''],
      ['E', 7, 'x # y'],
      ['F', 8, "it's"],
    ]);
  });

  it('tells of a name on two lines also where one of them cannot be read', () => {
    expect(problemsOf('SEED=a\nSEED=build#41\nCONCURRENCY=x#1')).toEqual([
      expect.stringMatching(/^hash-in-value: .env line 2: SEED/),
      expect.stringMatching(/^hash-in-value: .env line 3: CONCURRENCY/),
      'set-twice: .env lines 1 and 2 both set SEED.',
    ]);
  });

  it('takes values over several lines within quotes', () => {
    const text = 'A="one\n#two\n\nB=three"\nC=\'x\ny\'  # comment\nD=4';
    expect(valuesOf(text)).toEqual([
      ['A', 1, 'one\n#two\n\nB=three'],
      ['C', 5, 'x\ny'],
      ['D', 7, '4'],
    ]);
  });

  it.each([
    ['SEED=build#41', 'SEED'],
    ['SEED=#41', 'SEED'],
    ['SEED=a#b # c', 'SEED'],
    ['export TOKEN: a#b', 'TOKEN'],
  ])('refuses %s, of which dotenv would lose a part', (line, name) => {
    expect(problemsOf(`A=1\n${line}\nB=2`)).toEqual([
      expect.stringMatching(
        new RegExp(`^hash-in-value: .env line 2: ${name} has a # in a value without quotes`),
      ),
    ]);
    expect(splitEnvText(`A=1\n${line}\nB=2`, '.env').assignments.map((found) => found.name)).toEqual([
      'A',
      'B',
    ]);
  });

  it.each([
    ['A="open', 'unclosed-quote', 'starts with a quote that is not closed'],
    ["A='open", 'unclosed-quote', 'starts with a quote that is not closed'],
    ['A="a" b', 'text-behind-quote', 'has text after its closing quote'],
    ['A="a\\"b"', 'quote-in-quotes', 'contains the kind of quote that it is enclosed in'],
    ["A='a' and 'b'", 'text-behind-quote', 'has text after its closing quote'],
  ])('refuses %s', (line, code, what) => {
    expect(problemsOf(`\n${line}\nB=2`)).toEqual([`${code}: .env line 2: A ${what}.`]);
  });

  it('goes on behind a quote that is never closed, and shows no value', () => {
    const { problems, assignments } = splitEnvText('TOKEN="secret\nB=2\nC=x#y\nnonsense', '.env');
    expect(assignments.map(({ name }) => name)).toEqual(['B']);
    expect(problems.map(({ code }) => code)).toEqual(['unclosed-quote', 'hash-in-value', 'syntax']);
    expect(JSON.stringify(problems)).not.toMatch(/secret|x#y|nonsense/);
  });

  it('reads back whatever one kind of quotes can hold', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', ' ', '#', '=', '\\', "'", '"', '\n', 'é'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(value, (written) => {
        const text = written.trim();
        // Within double quotes, \n is a line break.
        fc.pre(text !== '' && (!text.includes("'") || !text.includes('"')));
        expect(valuesOf(`A=1\n${envLine('NAME', text)}\nB=2`)[1]).toEqual(['NAME', 2, text]);
      }),
    );
  });
});
