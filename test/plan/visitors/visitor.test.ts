import { describe, expect, it } from 'vitest';
import { BUILT_IN_CATALOGUE } from '../../../src/plan/catalogue.ts';
import { createHourProfile } from '../../../src/plan/days/day-curve.ts';
import { createRandomSource } from '../../../src/plan/random.ts';
import { createLoyalty } from '../../../src/plan/visitors/loyalty.ts';
import { clockShares, createVisitors } from '../../../src/plan/visitors/visitor.ts';
import type { Visitor } from '../../../src/types/visitor.ts';
import { draws, groupBy, type Overrides, share, trafficSettings } from '../fixtures.ts';

const NOON = 720;

function visitors(overrides: Overrides = {}, classCount = 214) {
  const settings = trafficSettings(overrides);
  return createVisitors({
    settings,
    catalogue: BUILT_IN_CATALOGUE,
    random: createRandomSource(settings.seed),
    profile: createHourProfile(settings.shape, BUILT_IN_CATALOGUE.rhythm.hours),
    classCount,
    loyalty: createLoyalty(0.3, classCount),
    leadMinutes: () => 0,
  });
}

function people(count: number, overrides: Overrides = {}): Visitor[] {
  const all = visitors(overrides);
  return draws(count, (i) => all.visitor(1_000_000 + i, NOON));
}

/** The visitor's country in the catalogue, found by city and timezone where the visitor tells no place. */
function countryOf({ place }: Visitor) {
  return BUILT_IN_CATALOGUE.countries.find((country) => country.code === place?.country);
}

describe('a visitor', () => {
  it('is the same whoever was asked for before', () => {
    const [a, b] = [visitors(), visitors()];
    draws(50, (i) => b.visitor(i, NOON));
    expect(draws(20, (i) => a.visitor(500 + i, NOON))).toEqual(draws(20, (i) => b.visitor(500 + i, NOON)));
  });

  it('is another person under another seed', () => {
    expect(visitors({ seed: 'a' }).visitor(1, NOON).id).not.toBe(visitors({ seed: 'b' }).visitor(1, NOON).id);
  });

  it('has 16 hexadecimal digits that nobody else has', () => {
    const ids = people(20_000).map((visitor) => visitor.id);
    expect(ids.every((id) => /^[1-9a-f][0-9a-f]{15}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lives in a city of its country, with that city’s region, coordinates and clock', () => {
    for (const visitor of people(3000)) {
      const city = countryOf(visitor)?.cities.find(({ name }) => name === visitor.place?.city);
      expect(visitor.place).toMatchObject({ region: city?.region, lat: city?.lat, long: city?.long });
      expect(visitor.timezone).toBe(city?.timezone);
    }
  });

  it('speaks a language of its country, the region in lower case', () => {
    for (const visitor of people(3000)) {
      expect(countryOf(visitor)?.languages.map(([name]) => name)).toContain(visitor.language);
      expect(visitor.language).toMatch(/^[a-z]{2,3}(-[a-z]{2})?$/);
    }
  });

  it('browses with client hints, device, speed and screen of its own browser', () => {
    for (const visitor of people(3000)) {
      const own = BUILT_IN_CATALOGUE.browsers.filter(
        ({ ua, uadata, device, speed, screens }) =>
          ua === visitor.userAgent &&
          (uadata ? JSON.stringify(uadata) : undefined) === visitor.clientHints &&
          device === visitor.device &&
          speed === visitor.speed &&
          screens.some(([size]) => size === visitor.resolution),
      );
      expect(own).not.toEqual([]);
    }
  });

  it('is on a phone as the client hints and the user agent say', () => {
    for (const { clientHints, userAgent } of people(3000)) {
      if (clientHints === undefined) continue;
      const { mobile, platform } = JSON.parse(clientHints);
      expect(/Mobile/.test(userAgent)).toBe(mobile);
      if (platform === 'Android') expect(userAgent).toContain('Android');
      if (platform === 'Windows') expect(userAgent).toContain('Windows NT');
    }
  });

  it('has an account in about one of eight cases, where places are on', () => {
    expect(share(people(20_000), ({ userId }) => userId !== undefined)).toBeCloseTo(0.12, 1.5);
  });

  it('has neither address nor account where places are off, but keeps language and clock', () => {
    const all = people(3000, { hasPlaces: false });
    expect(all.every(({ place, userId }) => place === undefined && userId === undefined)).toBe(true);
    for (const { language, timezone } of all) {
      const homes = BUILT_IN_CATALOGUE.countries.filter((country) =>
        country.cities.some((city) => city.timezone === timezone),
      );
      expect(homes.flatMap((country) => country.languages.map(([name]) => name))).toContain(language);
    }
  });

  it('is one of the personas, each by its share', () => {
    const all = people(20_000);
    const { personas } = trafficSettings().journeys;
    const total = personas.reduce((sum, persona) => sum + persona.share, 0);
    for (const persona of personas) {
      const found = share(all, (visitor) => visitor.persona === persona.name);
      expect(Math.abs(found - persona.share / total)).toBeLessThan(0.015);
    }
  });

  it('comes from 40 countries or more, each by its weight where people are awake everywhere', () => {
    const all = people(40_000, { shape: 'flat' });
    const total = BUILT_IN_CATALOGUE.countries.reduce((sum, country) => sum + country.weight, 0);
    const found = groupBy(all, (visitor) => visitor.place?.country);
    expect(found.size).toBeGreaterThanOrEqual(40);
    for (const { code, weight } of BUILT_IN_CATALOGUE.countries) {
      const expected = weight / total;
      const tolerance = 4.5 * Math.sqrt(expected / all.length);
      expect(Math.abs((found.get(code)?.length ?? 0) / all.length - expected)).toBeLessThan(tolerance);
    }
  });

  it('is more often from where it is day', () => {
    const settings = trafficSettings({ timezone: 'Europe/Stockholm' });
    const all = createVisitors({
      settings,
      catalogue: BUILT_IN_CATALOGUE,
      random: createRandomSource('night'),
      profile: createHourProfile('daily', BUILT_IN_CATALOGUE.rhythm.hours),
      classCount: 214,
      loyalty: createLoyalty(0.3, 214),
      leadMinutes: (timezone) => (timezone.startsWith('America/') ? -360 : 0),
    });
    const american = (minute: number) =>
      share(
        draws(8000, (i) => all.visitor(i, minute)),
        ({ timezone }) => timezone.startsWith('America/'),
      );
    expect(american(3 * 60)).toBeGreaterThan(1.8 * american(9 * 60));
  });
});

describe('the clocks of visitors', () => {
  it('share out the whole', () => {
    const shares = clockShares(BUILT_IN_CATALOGUE);
    expect(shares.reduce((sum, clock) => sum + clock.share, 0)).toBeCloseTo(1, 9);
    expect(new Set(shares.map((clock) => clock.timezone)).size).toBe(shares.length);
  });
});
