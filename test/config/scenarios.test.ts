import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../src/config/files/catalogue.ts';
import { parseEvents } from '../../src/config/files/events.ts';
import { loadJourneys } from '../../src/config/files/journeys.ts';
import { loadPages } from '../../src/config/files/urls.ts';
import { SETTINGS, type SettingKey } from '../../src/config/schema/settings.ts';
import { type LoadedSettings, loadSettings } from '../../src/config/sources/load.ts';
import { readTextFile } from '../../src/config/sources/text-files.ts';
import type { FunnelStep } from '../../src/types/content/journeys.ts';
import { createFakeHost, packageFiles } from '../doubles/fake-host.ts';

const SCENARIOS = [
  { name: 'shop', origin: 'https://www.fjellby.example', persona: 'gift shopper', products: 40 },
  { name: 'content', origin: 'https://www.dagbrytning.example', persona: 'daily reader', products: 1 },
  { name: 'saas', origin: 'https://www.tidlog.example', persona: 'developer', products: 6 },
] as const;
const VOLUMES = ['light', 'medium', 'heavy', 'extreme'];
const NOW_MS = Date.UTC(2026, 10, 20, 12);
/** Addresses that the plan itself takes, and those that only the course of a funnel leads to. */
const UNLISTED = /\/(cart|checkout|payment|confirmation|confirm|welcome|thank-you)$/;
const SEARCH_PARAMETERS = ['q', 'query', 's', 'search', 'searchword', 'k', 'keyword'];

const host = createFakeHost({ files: packageFiles() });

function load(...presets: string[]): LoadedSettings {
  return loadSettings({ host, command: 'run', presets, sink: true, nowMs: NOW_MS });
}

/** Keys that a preset of this name sets, with `others` loaded before it. */
function keysOf(name: string, ...others: string[]): SettingKey[] {
  const { origins } = load(...others, name);
  return SETTINGS.map(({ key }) => key).filter((key) => origins.get(key) === `preset ${name}`);
}

function read(name: string) {
  const { settings } = load(name);
  return {
    settings,
    pages: loadPages(host, settings.urlsFile),
    catalogue: loadCatalogue(host, settings.catalogueFile),
    journeys: loadJourneys(host, settings.funnelConfigPath),
    events: parseEvents(readTextFile(host, settings.eventsFile ?? '', 'EVENTS_FILE'), 'events.json'),
  };
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

function completion(steps: readonly FunnelStep[]): number {
  return steps.slice(0, -1).reduce((share, step) => share * step.continueProbability, 1);
}

describe.each(SCENARIOS)('the scenario $name', ({ name, origin, persona, products }) => {
  const { settings, pages, catalogue, journeys, events } = read(name);
  const titles = new Map(pages.map(({ url, title }) => [url, title]));

  it('loads without problems or warnings of its own, alone and before or after each preset of volume', () => {
    const codes = (loaded: LoadedSettings) => loaded.warnings.map(({ code, subject }) => [code, subject]);
    expect(codes(load(name))).toEqual(codes(load()));
    for (const volume of VOLUMES) {
      expect(codes(load(volume, name))).toEqual(codes(load(volume)));
      expect(codes(load(name, volume))).toEqual(codes(load(volume)));
    }
  });

  it('leaves the number of visits, pace and target alone, but not that days vary and visits are wide', () => {
    const own = keysOf(name);
    const groups = new Set(own.map((key) => SETTINGS.find((setting) => setting.key === key)?.group));
    expect([...groups].sort()).toEqual(['ecommerce', 'visits', 'volume']);
    const ofVolume = own.filter((key) => SETTINGS.find((row) => row.key === key)?.group === 'volume');
    expect(ofVolume).toEqual(['volumeMode']);
    expect(own).not.toContain('randomizeVisitorCountries');
    expect(settings.volumeMode).toBe('average');
    expect([settings.pageviewsMin, settings.pageviewsMax]).toEqual([1, 40]);
    expect([settings.visitMinutesMin, settings.visitMinutesMax]).toEqual([0.1, 40]);
    for (const volume of VOLUMES) {
      expect(load(volume, name).settings.visitsPerDay).toBe(load(volume).settings.visitsPerDay);
      expect(keysOf(name, volume)).toEqual(own);
    }
  });

  it('finds its files beside itself', () => {
    const { urlsFile, eventsFile, catalogueFile, funnelConfigPath } = settings;
    expect([urlsFile, eventsFile, catalogueFile, funnelConfigPath]).toEqual([
      `/package/presets/${name}/urls.txt`,
      `/package/presets/${name}/events.json`,
      `/package/presets/${name}/catalogue.yaml`,
      `/package/presets/${name}/journeys.yaml`,
    ]);
  });

  it('has 250 to 500 pages of one site, each with its own address and title', () => {
    expect(pages.length).toBeGreaterThanOrEqual(250);
    expect(pages.length).toBeLessThanOrEqual(500);
    expect(repeated(pages.map(({ url }) => url))).toEqual([]);
    expect(repeated(pages.map(({ title }) => title.toLowerCase()))).toEqual([]);
    expect(pages[0]?.url).toBe(`${origin}/`);
    for (const { url, title } of pages) {
      expect(url).toMatch(/^https:\/\/www\.\w+\.example\/([a-z0-9]+(-[a-z0-9]+)*(\/|$)){0,3}$/);
      expect(new URL(url).origin).toBe(origin);
      expect(title).toMatch(/^\p{Lu}|^Dr\. /u);
      expect(title).not.toMatch(/undefined|PRODUCTS|\||'| {2}/);
    }
  });

  it('lists the folder of every page too', () => {
    for (const { url } of pages.slice(1)) {
      const folder = url.slice(0, url.lastIndexOf('/'));
      expect(folder === origin || titles.has(folder), folder).toBe(true);
    }
  });

  it('has a catalogue that is large enough and names nothing twice', () => {
    const { searchTerms = [], outlinks = [], downloads = [], banners = [], campaigns = [] } = catalogue;
    expect(catalogue.products?.length).toBeGreaterThanOrEqual(products);
    expect(searchTerms.length).toBeGreaterThanOrEqual(40);
    expect(searchTerms.filter(({ results }) => Math.max(...results) === 0).length).toBeGreaterThan(3);
    for (const { keyword, results } of searchTerms) {
      expect(results[0] ?? 0, keyword).toBeLessThanOrEqual(results[1] ?? Number.POSITIVE_INFINITY);
    }
    expect(outlinks.length).toBeGreaterThanOrEqual(15);
    expect(downloads.length).toBeGreaterThanOrEqual(12);
    expect(banners.length).toBeGreaterThanOrEqual(8);
    expect(campaigns.length).toBeGreaterThanOrEqual(8);
    expect(repeated(catalogue.products?.map(({ sku }) => sku) ?? [])).toEqual([]);
    expect(repeated(catalogue.products?.map((product) => product.name) ?? [])).toEqual([]);
    expect(repeated(searchTerms.map(({ keyword }) => keyword))).toEqual([]);
    expect(repeated([...outlinks, ...downloads])).toEqual([]);
    expect(repeated(banners.map((banner) => JSON.stringify(banner)))).toEqual([]);
    expect(repeated(campaigns.map((campaign) => JSON.stringify(campaign)))).toEqual([]);
  });

  it('leads from banners to pages of the site, and from outlinks away from it', () => {
    for (const { target } of catalogue.banners ?? []) {
      expect(titles.has(new URL(target, origin).href), target).toBe(true);
    }
    for (const outlink of catalogue.outlinks ?? []) {
      expect(new URL(outlink).origin).not.toBe(origin);
      expect(
        [...new URL(outlink).searchParams.keys()].filter((key) => SEARCH_PARAMETERS.includes(key)),
      ).toEqual([]);
    }
    for (const path of catalogue.downloads ?? []) expect(path).toMatch(/^\/downloads\/[\w./-]+\.\w{2,7}$/);
  });

  it('has at least 15 events of both kinds, each once, and leaves their shares to the settings', () => {
    const { clickEvents, randomEvents, clickEventsProbability, randomEventsProbability } = events;
    expect([clickEventsProbability, randomEventsProbability]).toEqual([undefined, undefined]);
    for (const list of [clickEvents, randomEvents]) {
      expect(list.length).toBeGreaterThanOrEqual(15);
      expect(repeated(list.map(({ value, ...event }) => JSON.stringify(event)))).toEqual([]);
    }
  });

  it('has funnels on its own pages, called as they are called there', () => {
    for (const { steps } of journeys.funnels) {
      for (const step of steps) {
        const { url = origin } = step;
        expect(new URL(url).origin).toBe(origin);
        if (step.type !== 'pageview') continue;
        expect(titles.has(url) || UNLISTED.test(url), url).toBe(true);
        expect(step.title).toBe(titles.get(url) ?? step.title);
        expect(step.title ?? '').not.toBe('');
      }
    }
  });

  it('downloads in funnels what the catalogue has, and follows links to it', () => {
    const downloads = catalogue.downloads?.map((path) => new URL(path, origin).href);
    for (const { steps } of journeys.funnels) {
      for (const step of steps) {
        if (step.type === 'download') expect(downloads).toContain(step.targetUrl);
        if (step.type === 'outlink') expect(catalogue.outlinks).toContain(step.targetUrl);
      }
    }
  });

  it('has rare funnels that lose visitors on the way and leave prices to the plan', () => {
    expect(journeys.funnels.length).toBeGreaterThanOrEqual(3);
    const all = journeys.funnels.reduce((sum, { probability }) => sum + probability, 0);
    expect(all).toBeLessThan(0.15);
    for (const { probability, steps, description } of journeys.funnels) {
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThanOrEqual(0.05);
      expect(description).not.toBe('');
      expect(completion(steps)).toBeGreaterThan(0.15);
      expect(completion(steps)).toBeLessThan(0.55);
      for (const step of steps) {
        if (step.type === 'ecommerce') expect([step.revenue, step.items]).toEqual([undefined, undefined]);
      }
    }
  });

  it('sells in funnels no more than its share of orders', () => {
    const sold = journeys.funnels
      .filter(({ steps }) => steps.some(({ type }) => type === 'ecommerce'))
      .reduce((sum, { probability, steps }) => sum + probability * completion(steps), 0);
    expect(sold).toBeLessThanOrEqual(settings.ecommerceProbability);
  });

  it('has the three built-in personas in other shares, and one of its own', () => {
    const builtIn = new Map(loadJourneys(host, undefined).personas.map((own) => [own.name, own.share]));
    expect(journeys.personas.map((own) => own.name).sort()).toEqual([...builtIn.keys(), persona].sort());
    for (const own of journeys.personas) expect(own.share).not.toBe(builtIn.get(own.name));
  });

  it('is a world of its own: where its visitors come from, and when', () => {
    const { referrers, channels, rhythm } = catalogue;
    expect(referrers?.social?.length).toBeGreaterThanOrEqual(10);
    expect(referrers?.websites?.length).toBeGreaterThanOrEqual(20);
    const pages = [...(referrers?.social ?? []), ...(referrers?.websites ?? [])].map(({ url }) => url);
    expect(repeated(pages)).toEqual([]);
    expect(channels).toBeDefined();
    for (const weights of [rhythm?.weekdays, rhythm?.months]) {
      const mean = (weights ?? []).reduce((sum, weight) => sum + weight, 0) / (weights?.length ?? 1);
      expect(mean).toBeGreaterThan(0.97);
      expect(mean).toBeLessThan(1.03);
    }
    expect(rhythm?.holidays.length).toBeGreaterThanOrEqual(3);
  });

  it('has personas that average out to the ordinary visitor', () => {
    const shares = journeys.personas.reduce((sum, { share }) => sum + share, 0);
    expect(shares).toBe(100);
    const keys = ['bounce', 'search', 'outlink', 'download', 'clickEvent', 'randomEvent', 'order'] as const;
    for (const key of keys) {
      const mean = journeys.personas.reduce((sum, own) => sum + own.share * own.propensity[key], 0) / shares;
      expect(mean, key).toBeGreaterThan(0.85);
      expect(mean, key).toBeLessThan(1.15);
    }
  });
});

describe('the scenarios among each other', () => {
  const shop = read('shop').settings;
  const content = read('content').settings;
  const saas = read('saas').settings;

  it('sell much, little and nothing', () => {
    expect(shop.ecommerceProbability).toBeGreaterThanOrEqual(0.02);
    expect(shop.ecommerceProbability).toBeLessThanOrEqual(0.03);
    const carts = shop.ecommerceProbability / (1 - shop.cartAbandonment);
    expect(carts).toBeGreaterThanOrEqual(0.08);
    expect(carts).toBeLessThanOrEqual(0.1);
    expect(saas.ecommerceProbability).toBeLessThan(shop.ecommerceProbability);
    expect(content.ecommerceProbability).toBe(0);
  });

  it('differ in bounces, search and links to other sites', () => {
    expect(content.bounceProbability).toBeGreaterThan(shop.bounceProbability);
    expect(shop.sitesearchProbability).toBeGreaterThan(content.sitesearchProbability);
    expect(content.outlinksProbability).toBeGreaterThan(shop.outlinksProbability);
    expect(saas.downloadsProbability).toBeGreaterThan(shop.downloadsProbability);
  });

  it.each(['shop', 'saas'])('show the products of %s at the addresses that lead to the cart', (name) => {
    const { pages, catalogue } = read(name);
    const titles = new Map(pages.map(({ url, title }) => [new URL(url).pathname, title]));
    const slug = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    for (const product of catalogue.products ?? []) {
      const folder = `/shop/${slug(product.category)}`;
      expect(titles.get(folder)).toBe(product.category);
      expect(titles.get(`${folder}/${slug(product.name)}`)).toBe(product.name);
    }
  });

  it('sell one plan at a time, within the bounds of an order', () => {
    expect([saas.ecommerceItemsMin, saas.ecommerceItemsMax]).toEqual([1, 1]);
    const prices = read('saas').catalogue.products?.map(({ price }) => price) ?? [];
    expect(Math.min(...prices)).toBeGreaterThan(saas.ecommerceOrderValueMin);
    expect(Math.max(...prices) * (1 + saas.ecommerceTaxRate)).toBeLessThan(saas.ecommerceOrderValueMax);
  });

  it('play videos on the newspaper', () => {
    const { randomEvents } = read('content').events;
    const videos = randomEvents.filter(({ category }) => category === 'Video');
    expect(videos.length / randomEvents.length).toBeGreaterThan(0.4);
  });
});
