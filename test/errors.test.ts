import { describe, expect, it } from 'vitest';
import { type Problem, SettingsError } from '../src/errors.ts';

const lines = (count: number, subject = 'urls.txt'): Problem[] =>
  Array.from({ length: count }, (_, i) => ({
    code: 'invalid-line',
    subject,
    message: `${subject} line ${i + 1} is wrong.`,
  }));

describe('SettingsError', () => {
  it('holds all problems that a person can read', () => {
    const problems = [...lines(10), ...lines(3, 'events.json')];
    expect(new SettingsError(problems).problems).toEqual(problems);
  });

  it('holds ten of a kind and the number of the others', () => {
    const { problems, message } = new SettingsError([...lines(100_000), ...lines(11, 'a.env')]);
    expect(problems).toHaveLength(22);
    expect(problems[9]?.message).toBe('urls.txt line 10 is wrong.');
    expect(problems[10]).toEqual({
      code: 'more-problems',
      subject: 'urls.txt',
      message: 'urls.txt has 99,990 more problems of this kind.',
    });
    expect(problems[21]?.message).toBe('a.env has 1 more problem of this kind.');
    expect(message.split('\n')).toHaveLength(22);
    // Collected with those of other files.
    expect(new SettingsError([...lines(1, 'b.env'), ...problems]).problems).toEqual([
      ...lines(1, 'b.env'),
      ...problems,
    ]);
  });

  it('holds fifty of all kinds', () => {
    const problems = Array.from({ length: 60 }, (_, i) => lines(1, `file-${i}`)).flat();
    const error = new SettingsError(problems);
    expect(error.problems).toHaveLength(51);
    expect(error.problems.at(-1)?.message).toBe('There are 10 more problems.');
  });
});
