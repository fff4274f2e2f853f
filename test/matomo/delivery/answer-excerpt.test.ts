import { describe, expect, it } from 'vitest';
import { answerExcerpt } from '../../../src/matomo/delivery/answer-excerpt.ts';

const TOKEN = 'a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4';
const NO_SECRETS = { token: undefined };

describe('the excerpt of a wrong answer', () => {
  it('is one short line of its text', () => {
    const page = '<html>\r\n  <title>Sign in</title>\u0000\u001b[2J\u202e';
    expect(answerExcerpt(page, NO_SECRETS)).toBe('<html> <title>Sign in</title> [2J');
    expect(answerExcerpt('word '.repeat(500), NO_SECRETS)).toMatch(/^(word ){15}word…$/);
    expect(answerExcerpt(' \n', NO_SECRETS)).toBeUndefined();
  });

  it('is none of an answer of Matomo', () => {
    expect(answerExcerpt('GIF89a…', NO_SECRETS)).toBeUndefined();
    expect(answerExcerpt('{"status":"success","tracked":3', NO_SECRETS)).toBeUndefined();
  });

  it('has nothing that our requests carry, nor what looks like a secret', () => {
    const access = { token: TOKEN, headers: [{ name: 'authorization', value: 'Basic bWU6aXQ=' }] };
    expect(answerExcerpt(`token_auth=${TOKEN} Basic bWU6aXQ= bWU6aXQ= me`, access)).toBe(
      'token_auth=*** *** *** me',
    );
    expect(answerExcerpt(`id ${TOKEN.slice(3)} ${'x'.repeat(30)} end`, NO_SECRETS)).toBe('id *** *** end');
    // A secret that the end of what is looked at would cut in two.
    const far = `${' '.repeat(1990)}${TOKEN}`;
    expect(answerExcerpt(`begin${far}`, access)).toBe('begin');
  });
});
