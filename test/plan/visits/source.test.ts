import { describe, expect, it } from 'vitest';
import { BUILT_IN_CATALOGUE } from '../../../src/plan/catalogue.ts';
import { createSources } from '../../../src/plan/visits/source.ts';
import type { VisitSource } from '../../../src/types/visit.ts';
import { anyStream, draws, share, trafficSettings } from '../fixtures.ts';

/** A third of them returning, all in May. */
function sources(direct: number, country?: string, count = 20_000): VisitSource[] {
  const all = createSources(trafficSettings({ shares: { direct } }), BUILT_IN_CATALOGUE, 1 / 3);
  const stream = anyStream();
  return draws(count, (i) => all.source(stream, country, i % 3 === 0, 5));
}

describe('the source of a visit', () => {
  it.each([0, 0.3, 0.8, 1])('is direct in the configured share of %d', (direct) => {
    const found = share(sources(direct), ({ type }) => type === 'direct');
    expect(Math.abs(found - direct)).toBeLessThan(0.013);
  });

  it('is otherwise search in 50 %, social in 21 %, website, campaign or assistant in 29 % of cases', () => {
    const all = sources(0);
    const of = (...types: VisitSource['type'][]) => share(all, ({ type }) => types.includes(type));
    expect(Math.abs(of('search') - 0.5)).toBeLessThan(0.014);
    expect(Math.abs(of('social') - 0.21)).toBeLessThan(0.012);
    expect(Math.abs(of('website', 'campaign', 'assistant') - 0.29)).toBeLessThan(0.013);
    expect(Math.min(of('website'), of('campaign'), of('assistant'))).toBeGreaterThan(0.03);
  });

  it('has an absolute referrer unless it is direct or a campaign', () => {
    for (const { type, url, parameters } of sources(0.2, undefined, 3000)) {
      const hasReferrer = type !== 'direct' && type !== 'campaign';
      expect(url !== undefined && URL.canParse(url)).toBe(hasReferrer);
      expect(parameters !== undefined).toBe(type === 'campaign');
    }
  });

  it('names a campaign in parameters that Matomo knows', () => {
    for (const { parameters } of sources(0).filter(({ type }) => type === 'campaign')) {
      const given = new URLSearchParams(parameters);
      expect(given.get('mtm_campaign')).toBeTruthy();
      for (const [name, value] of given) {
        expect(name).toMatch(/^mtm_(campaign|source|medium|content|keyword)$/);
        expect(value).not.toBe('');
      }
    }
  });

  it('is a page that is open to the visitor’s country', () => {
    const pages = Object.values(BUILT_IN_CATALOGUE.referrers).flat();
    for (const country of ['se', 'us', 'jp', undefined]) {
      for (const { url } of sources(0, country, 2000)) {
        const page = pages.find((candidate) => 'url' in candidate && candidate.url === url);
        if (!page || !('countries' in page) || page.countries === undefined) continue;
        expect(page.countries).toContain(country);
      }
    }
  });

  it('is direct more often where the visitor has been before', () => {
    const all = createSources(trafficSettings({ shares: { direct: 0.3 } }), BUILT_IN_CATALOGUE, 1 / 3);
    const stream = anyStream();
    const direct = (isReturning: boolean) =>
      share(
        draws(10_000, () => all.source(stream, 'se', isReturning, 5)),
        ({ type }) => type === 'direct',
      );
    expect(direct(true)).toBeGreaterThan(1.2 * direct(false));
  });

  it('is a campaign that runs in the month', () => {
    const campaign = (name: string, months: number[]) => ({
      name,
      source: 's',
      medium: 'm',
      weight: 1,
      months,
    });
    const catalogue = {
      ...BUILT_IN_CATALOGUE,
      campaigns: [campaign('winter', [12, 1]), campaign('summer', [6, 7])],
    };
    const all = createSources(trafficSettings({ shares: { direct: 0 } }), catalogue, 0);
    const names = (month: number) => {
      const stream = anyStream();
      const found = draws(2000, () => all.source(stream, 'se', false, month).parameters ?? '');
      return [...new Set(found.map((text) => new URLSearchParams(text).get('mtm_campaign') ?? ''))].filter(
        Boolean,
      );
    };
    expect(names(1)).toEqual(['winter']);
    expect(names(7)).toEqual(['summer']);
    expect(names(4).sort()).toEqual(['summer', 'winter']);
  });
});
