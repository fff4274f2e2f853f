import { IANAZone } from 'luxon';
import { describe, expect, it } from 'vitest';
import countries from '../../src/data/countries.json' with { type: 'json' };
import { repeated, sum } from './read.ts';

function weightOf(code: string): number {
  return countries.find((country) => country.code === code)?.weight ?? 0;
}

/** Hours that a place is from Greenwich by its longitude. */
function solarOffsetHours(long: number): number {
  return long / 15;
}

describe('the countries', () => {
  it('are at least 45, each once, with positive weights', () => {
    expect(countries.length).toBeGreaterThanOrEqual(45);
    expect(repeated(countries.map(({ code }) => code))).toEqual([]);
    for (const { code, weight } of countries) {
      expect(code).toMatch(/^[a-z]{2}$/);
      expect(weight).toBeGreaterThan(0);
    }
  });

  it('have Sweden first by weight, and the other Nordic countries among the first seven', () => {
    const order = countries.toSorted((a, b) => b.weight - a.weight).map(({ code }) => code);
    expect(order[0]).toBe('se');
    expect(order.slice(0, 7)).toEqual(expect.arrayContaining(['no', 'dk', 'fi', 'de', 'gb', 'us']));
    const share = weightOf('se') / sum(countries.map(({ weight }) => weight));
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.5);
  });

  describe.each(countries)('$code', ({ code, languages, cities }) => {
    it('names languages with a lower-case region, the main one first', () => {
      for (const [language, weight] of languages) {
        expect(language).toMatch(/^[a-z]{2}-[a-z]{2}$/);
        expect(weight).toBeGreaterThan(0);
      }
      const weights = languages.map(([, weight]) => Number(weight));
      expect(weights).toEqual(weights.toSorted((a, b) => b - a));
      expect(sum(weights)).toBeCloseTo(1, 6);
      expect(repeated(languages.map(([language]) => String(language)))).toEqual([]);
    });

    it('can be guessed from the language of most visitors', () => {
      const own = languages.filter(([language]) => String(language).endsWith(`-${code}`));
      expect(String(languages[0]?.[0])).toMatch(new RegExp(`-${code}$`));
      expect(sum(own.map(([, weight]) => Number(weight)))).toBeGreaterThan(0.5);
    });

    it('has 4 to 12 cities with an ISO subdivision and a weight', () => {
      expect(cities.length).toBeGreaterThanOrEqual(4);
      expect(cities.length).toBeLessThanOrEqual(12);
      expect(repeated(cities.map(({ name }) => name))).toEqual([]);
      for (const city of cities) {
        expect(city.name).not.toBe('');
        expect(city.region).toMatch(/^[A-Z0-9]{1,3}$/);
        expect(city.weight).toBeGreaterThan(0);
      }
    });

    it('has coordinates with at most four decimals', () => {
      for (const { lat, long } of cities) {
        expect(Math.abs(lat)).toBeLessThan(72);
        expect(Math.abs(long)).toBeLessThanOrEqual(180);
        expect(Number(lat.toFixed(4))).toBe(lat);
        expect(Number(long.toFixed(4))).toBe(long);
      }
    });

    it('has timezones that exist and fit the longitude', () => {
      for (const { long, timezone } of cities) {
        expect(IANAZone.isValidZone(timezone)).toBe(true);
        const winterMs = Date.UTC(2026, 0, 15);
        const summerMs = Date.UTC(2026, 6, 15);
        const zone = IANAZone.create(timezone);
        const hours = Math.min(zone.offset(winterMs), zone.offset(summerMs)) / 60;
        expect(Math.abs(hours - solarOffsetHours(long))).toBeLessThan(2.6);
      }
    });
  });
});
