import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REASONS } from '../../src/report/reasons.ts';
import { SECTIONS } from '../../src/report/sections.ts';
import { exampleText, troublesOf, withOneFirewall } from '../../src/report/troubles.ts';

const troubleshooting = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');

describe('what goes wrong in a run', () => {
  const examples = { forbidden: { atMs: 0, url: 'https://shop.example/checkout', status: 403 } };

  it('has hits and attempts of a reason in one place, the most frequent first and what is intended last', () => {
    const troubles = troublesOf({
      reasons: { stopped: 900, forbidden: 2, 'http-503': 7 },
      failedAttempts: { 'http-503': 30, unreachable: 4 },
      examples,
    });
    expect(troubles.map(({ name, hits, attempts }) => [name, hits, attempts])).toEqual([
      ['http-503', 7, 30],
      ['forbidden', 2, 0],
      ['unreachable', 0, 4],
      ['stopped', 900, 0],
    ]);
    expect(troubles[1]).toMatchObject({ example: examples.forbidden, section: SECTIONS.firewall });
  });

  it('has refusals of one firewall in one row, once it is known what it dislikes', () => {
    const rowsOf = (reasons: Record<string, number>, failedAttempts: Record<string, number>) =>
      withOneFirewall(troublesOf({ reasons, failedAttempts, examples })).map(({ name, hits, attempts }) => [
        name,
        hits,
        attempts,
      ]);
    expect(rowsOf({ forbidden: 20, 'http-403': 1, late: 5 }, { 'http-403': 26, 'http-503': 3 })).toEqual([
      ['forbidden', 21, 26],
      ['late', 5, 0],
      ['http-503', 0, 3],
    ]);
    expect(rowsOf({ deferred: 4 }, { 'http-406': 2 })).toEqual([['deferred', 4, 2]]);
    // Without such hits it may be the token, or everything that is refused.
    expect(rowsOf({ 'http-403': 1 }, { 'http-403': 26 })).toEqual([['http-403', 1, 26]]);
    expect(rowsOf({ forbidden: 2, late: 3 }, {})).toEqual([
      ['late', 3, 0],
      ['forbidden', 2, 0],
    ]);
  });

  it('says of lost hits alone that they may have been recorded', () => {
    const remedyOf = (reasons: Record<string, number>) =>
      troublesOf({ reasons, failedAttempts: { 'no-answer': 3 } })[0]?.remedy;
    expect(remedyOf({})).not.toContain('may have been recorded');
    expect(remedyOf({ 'no-answer': 1 })).toContain('may have been recorded');
  });

  it('has examples with what is known of them', () => {
    const timeOf = (ms: number) => `at ${ms}`;
    expect(exampleText({ atMs: 5, url: '', status: 500 }, timeOf)).toBe('at 5, HTTP 500');
    expect(exampleText({ atMs: 5, url: '', status: 200, answer: '<title>Sign in' }, timeOf)).toBe(
      'at 5, HTTP 200, “<title>Sign in”',
    );
    expect(exampleText({ atMs: 5, url: 'https://a.example/b' }, timeOf)).toBe(
      'at 5, https://a.example/b, no response',
    );
  });
});

describe('docs/troubleshooting.md', () => {
  it('has the section that each reason names, and the reason in it', () => {
    for (const [name, { section }] of Object.entries(REASONS)) {
      const [, text = ''] = troubleshooting.split(`### ${SECTIONS[section]}\n`);
      expect(text.split(/\n##/)[0], name).toContain(`\`${name}\``);
    }
  });
});
