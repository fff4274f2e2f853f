import { BlockList, isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import countries from '../../../src/data/countries.json' with { type: 'json' };
import { BUILT_IN_CATALOGUE, type Country } from '../../../src/plan/catalogue.ts';
import { createAddressBook } from '../../../src/plan/visitors/address.ts';
import { anyStream, draws, share } from '../fixtures.ts';

const COUNTRIES = BUILT_IN_CATALOGUE.countries;

function countryWith(ipv4: readonly string[], ipv6: readonly string[] = []): Country {
  const [first] = COUNTRIES;
  if (!first) throw new Error('There is no country.');
  return { ...first, ipv4, ipv6 };
}

function rangesOf(country: Country): BlockList {
  const list = new BlockList();
  for (const range of [...country.ipv4, ...country.ipv6]) {
    const [address = '', prefix] = range.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

function isInside(ranges: BlockList, address: string): boolean {
  return ranges.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

describe('an address book', () => {
  it.each(COUNTRIES.map((country) => ({ code: country.code, country })))(
    'gives $code addresses inside the declared ranges alone',
    ({ country }) => {
      const book = createAddressBook(country, 214);
      const ranges = rangesOf(country);
      const stream = anyStream(country.code);
      const addresses = draws(1500, (i) => book.addressOf(5_000_000 + i * 7919, (i * 7919) % 214, stream));
      expect(addresses.filter((address) => !isInside(ranges, address))).toEqual([]);
    },
  );

  it('never gives two classes one IPv4 address', () => {
    const book = createAddressBook(countryWith(['10.0.0.0/24', '10.9.0.0/25']), 60);
    const classes = new Map<string, number>();
    const stream = anyStream();
    for (let i = 0; i < 20_000; i++) {
      const lane = i % 60;
      const address = book.addressOf(i, lane, stream);
      expect(classes.get(address) ?? lane).toBe(lane);
      classes.set(address, lane);
    }
    expect(classes.size).toBe(360);
  });

  it('never gives two classes one address, whatever the country and the number of classes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...COUNTRIES),
        fc.integer({ min: 1, max: 500_000 }),
        fc.array(fc.nat(), { minLength: 2, maxLength: 60 }),
        (country, classCount, picks) => {
          const book = createAddressBook(country, classCount);
          const classes = new Map<string, number>();
          for (const pick of picks) {
            const lane = pick % classCount;
            const address = book.addressOf(pick, lane, anyStream(String(pick)));
            expect(classes.get(address) ?? lane).toBe(lane);
            classes.set(address, lane);
          }
        },
      ),
    );
  });

  it('tells all classes apart at once, as many as a million visits a day have', () => {
    const [country] = COUNTRIES;
    if (!country) throw new Error('There is no country.');
    const book = createAddressBook(country, 70_000);
    const stream = anyStream();
    const addresses = draws(70_000, (lane) => book.addressOf(9_000_000 + lane, lane, stream));
    expect(new Set(addresses).size).toBe(70_000);
  });

  it('falls back on IPv6 for classes that a small country has no IPv4 address for', () => {
    const book = createAddressBook(countryWith(['10.0.0.0/28'], ['2001:2040::/32']), 40);
    const stream = anyStream();
    const addresses = draws(40, (lane) => book.addressOf(lane, lane, stream));
    expect(new Set(addresses).size).toBe(40);
    expect(addresses.slice(16).every(isIPv6)).toBe(true);
  });

  it('uses IPv4 for most visitors and IPv6 for some', () => {
    const [country] = COUNTRIES;
    if (!country) throw new Error('There is no country.');
    const book = createAddressBook(country, 214);
    const stream = anyStream();
    const addresses = draws(20_000, (i) => book.addressOf(i, i % 214, stream));
    expect(share(addresses, isIPv6)).toBeGreaterThan(0.1);
    expect(share(addresses, isIPv6)).toBeLessThan(0.14);
    expect(addresses.every((address) => isIPv4(address) || isIPv6(address))).toBe(true);
  });

  it('reaches every range of a country', () => {
    for (const country of COUNTRIES.slice(0, 5)) {
      const book = createAddressBook(country, 500);
      const stream = anyStream();
      const addresses = draws(8000, (i) => book.addressOf(i, i % 500, stream)).filter(isIPv4);
      for (const range of country.ipv4) {
        const ranges = rangesOf(countryWith([range]));
        expect(addresses.some((address) => isInside(ranges, address))).toBe(true);
      }
    }
  });

  it('has 40 countries or more to choose from', () => {
    expect(countries.length).toBeGreaterThanOrEqual(40);
  });
});
