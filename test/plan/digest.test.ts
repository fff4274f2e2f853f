import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TrafficDigest } from '../../src/plan/digest.ts';
import { encoderOf, hitsOf, trafficSettings, visitsFrom } from './fixtures.ts';

const overrides = { visitsPerDay: 40 };
const written = visitsFrom(overrides, '2026-05-06', 1).map(encoderOf(trafficSettings(overrides), true).write);
const visits = written.map(({ visit }) => visit.digest);

function digestOf(all: readonly string[]): string {
  const digest = new TrafficDigest();
  for (const each of all) digest.add(each);
  return digest.value;
}

describe('the digest of traffic', () => {
  it('is 64 hexadecimal digits', () => {
    expect(digestOf(visits)).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf([])).toBe('0'.repeat(64));
  });

  it('is the same in any order of the visits', () => {
    expect(digestOf([...visits].reverse())).toBe(digestOf(visits));
  });

  it('changes when a visit is missing or comes twice', () => {
    const [first = '', ...others] = visits;
    expect(new Set([visits, others, [first, first, ...others]].map(digestOf)).size).toBe(3);
  });
});

describe('the digest of a visit', () => {
  it('is the SHA-256 of its hits, one a line', () => {
    for (const each of written) {
      const lines = hitsOf(each).map(({ query }) => `${query}\n`);
      expect(each.visit.digest).toBe(createHash('sha256').update(lines.join('')).digest('hex'));
    }
  });
});
