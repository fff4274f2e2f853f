import { describe, expect, it } from 'vitest';
import { TrafficDigest } from '../../src/plan/digest.ts';
import { hitWriter, trafficSettings, visitsFrom } from './fixtures.ts';

const visits = visitsFrom({ visitsPerDay: 40 }, '2026-05-06', 1).map(
  hitWriter(trafficSettings({ visitsPerDay: 40 })),
);

function digestOf(all: typeof visits): string {
  const digest = new TrafficDigest();
  for (const hits of all) digest.add(hits);
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

  it('changes when a visit is missing, comes twice or has its hits in another order', () => {
    const [first = [], ...others] = visits;
    const variants = [others, [first, first, ...others], [[...first].reverse(), ...others]];
    const digests = [visits, ...variants].map(digestOf);
    expect(new Set(digests).size).toBe(first.length > 1 ? 4 : 3);
  });
});
