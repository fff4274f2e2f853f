import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createVisitDigest } from '../../src/matomo/requests/visit-digest.ts';
import { TrafficDigest } from '../../src/plan/digest.ts';
import { encoderOf, trafficSettings, visitsFrom } from './fixtures.ts';

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
  const digest = createVisitDigest();

  it('is the SHA-256 of its hits, one a line', () => {
    for (const { visit, common, own } of written) {
      const lines = own.map((text) => `${common}${text}\n`).join('');
      expect(visit.digest).toBe(createHash('sha256').update(lines).digest('hex'));
    }
  });

  it('changes with the order of the hits, and knows one long visit from the next', () => {
    const own = Array.from({ length: 900 }, (_, i) => `&action_name=${'a'.repeat(i)}`);
    const digests = [own, [...own].reverse(), own.slice(1), []].map((each) => digest('idsite=1', each));
    expect(new Set(digests).size).toBe(4);
    expect(digest('idsite=1', own)).toBe(digests[0]);
  });
});
