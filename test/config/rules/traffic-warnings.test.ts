import { describe, expect, it } from 'vitest';
import { loadJourneys } from '../../../src/config/files/journeys.ts';
import { loadPages, parseUrls } from '../../../src/config/files/urls.ts';
import { trafficWarnings } from '../../../src/config/rules/traffic-warnings.ts';
import { loadSettings } from '../../../src/config/sources/load.ts';
import type { EventCatalogue } from '../../../src/types/content/content.ts';
import type { Funnel } from '../../../src/types/content/journeys.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';

const NO_EVENTS: EventCatalogue = { clickEvents: [], randomEvents: [] };
const PAGE = { delaySecondsMin: 0, delaySecondsMax: 5, continueProbability: 1 };
const VIEW = { ...PAGE, type: 'pageview', url: 'https://x.example/' } as const;
const SEARCH = { ...PAGE, type: 'site_search', keyword: 'lamp' } as const;

function funnel(over: Partial<Funnel> = {}): Funnel {
  return {
    name: 'Checkout',
    description: '',
    probability: 0.1,
    priority: 0,
    enabled: true,
    exitAfterCompletion: true,
    steps: [VIEW, VIEW],
    ...over,
  };
}

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly funnels?: readonly Funnel[];
  readonly events?: EventCatalogue;
  readonly urls?: string;
}

function warningsOf({ env = {}, funnels = [], events = NO_EVENTS, urls = 'https://x.example/' }: Given) {
  const host = createFakeHost({ env });
  const { settings } = loadSettings({ host, command: 'run', sink: true, nowMs: 0 });
  const files = {
    pages: parseUrls(urls, 'urls.txt'),
    events,
    journeys: { funnels, personas: [] },
    catalogue: {},
  };
  return trafficWarnings(settings, files);
}

const told = (given: Given) => warningsOf(given).map(({ code, subject }) => `${code}: ${subject}`);

describe('trafficWarnings', () => {
  it.each(['light', 'medium', 'heavy', 'extreme', 'shop', 'content', 'saas'])(
    'has nothing against the preset %s',
    (preset) => {
      const host = createFakeHost({ files: packageFiles() });
      const { settings } = loadSettings({ host, command: 'run', presets: [preset], sink: true, nowMs: 0 });
      const pages = loadPages(host, settings.urlsFile);
      const journeys = loadJourneys(host, settings.funnelConfigPath);
      expect(trafficWarnings(settings, { pages, events: NO_EVENTS, journeys, catalogue: {} })).toEqual([]);
    },
  );
});

describe('a wait in a funnel', () => {
  const waiting = (seconds: number, over: Partial<Funnel> = {}) =>
    told({ funnels: [funnel({ steps: [VIEW, { ...VIEW, delaySecondsMax: seconds }, VIEW], ...over })] });

  it('above 29 minutes would cut the visit in two', () => {
    expect(waiting(1740)).toEqual([]);
    expect(waiting(1741)).toEqual(['long-funnel-delay: funnel "Checkout"']);
  });

  it('counts only where it can happen', () => {
    expect(waiting(3600, { enabled: false })).toEqual([]);
    expect(waiting(3600, { probability: 0 })).toEqual([]);
    const steps = [VIEW, { ...VIEW, delaySecondsMax: 3600 }];
    expect(told({ funnels: [funnel({ steps })] })).toEqual([]);
    expect(told({ funnels: [funnel({ steps, exitAfterCompletion: false })] })).toHaveLength(1);
  });

  it('is told with its step, and what to write', () => {
    const steps = [{ ...VIEW, delaySecondsMax: 3000 }, VIEW];
    expect(warningsOf({ funnels: [funnel({ steps })] })).toMatchObject([
      { message: expect.stringMatching(/step 1 may wait 3000 seconds/), hint: expect.stringMatching(/1740/) },
    ]);
  });
});

describe('a share of visits', () => {
  const SEARCHES = 'share-out-of-reach: SITESEARCH_PROBABILITY';

  it.each([
    [{ env: { BOUNCE_PROBABILITY: '0.4', SITESEARCH_PROBABILITY: '0.6' } }, []],
    [{ env: { BOUNCE_PROBABILITY: '0.4', SITESEARCH_PROBABILITY: '0.61' } }, [SEARCHES]],
    [{ env: { BOUNCE_PROBABILITY: '0.4', SITESEARCH_PROBABILITY: '0.55' }, funnels: [funnel()] }, [SEARCHES]],
    [
      {
        env: { BOUNCE_PROBABILITY: '0.4', SITESEARCH_PROBABILITY: '0.6' },
        funnels: [funnel({ steps: [VIEW, SEARCH] })],
      },
      [],
    ],
    [
      {
        env: { BOUNCE_PROBABILITY: '0.4', SITESEARCH_PROBABILITY: '0.6' },
        funnels: [funnel({ exitAfterCompletion: false })],
      },
      [],
    ],
    [{ env: { BOUNCE_PROBABILITY: '0.95' }, funnels: [funnel()] }, 'BOUNCE_PROBABILITY'],
    [{ env: { CLICK_EVENTS_PROBABILITY: '0.8' } }, ['share-out-of-reach: CLICK_EVENTS_PROBABILITY']],
    [
      { events: { ...NO_EVENTS, randomEventsProbability: 1 } },
      ['share-out-of-reach: RANDOM_EVENTS_PROBABILITY'],
    ],
    [{ env: { OUTLINKS_PROBABILITY: '0.8' } }, ['share-out-of-reach: OUTLINKS_PROBABILITY']],
    [{ env: { DOWNLOADS_PROBABILITY: '0.8' } }, ['share-out-of-reach: DOWNLOADS_PROBABILITY']],
    [
      {
        funnels: [funnel({ probability: 0.6 }), funnel({ probability: 0.5 })],
        env: { BOUNCE_PROBABILITY: '0' },
      },
      ['share-out-of-reach: the funnels together'],
    ],
  ])('must be left over by bounces and funnels: %j', (given, expected) => {
    if (typeof expected === 'string') expect(told(given)).toContain(`share-out-of-reach: ${expected}`);
    else expect(told(given)).toEqual(expected);
  });

  it('of visitors who leave a funnel after one page is part of the bounces', () => {
    const env = { BOUNCE_PROBABILITY: '0.4', SITESEARCH_PROBABILITY: '0.55' };
    const steps = [{ ...VIEW, continueProbability: 0.5 }, VIEW];
    expect(told({ env, funnels: [funnel({ steps })] })).toEqual([]);
  });

  it.each([
    ['0.67', '0.2', []],
    ['0.67', '0.25', ['share-out-of-reach: carts (ECOMMERCE_PROBABILITY with CART_ABANDONMENT)']],
    ['1', '0.01', ['share-out-of-reach: carts (ECOMMERCE_PROBABILITY with CART_ABANDONMENT)']],
    ['1', '0', []],
  ])('of carts follows from orders: abandonment %s, orders %s', (abandonment, orders, expected) => {
    expect(told({ env: { CART_ABANDONMENT: abandonment, ECOMMERCE_PROBABILITY: orders } })).toEqual(expected);
  });

  it('is told with what is left, and what to lower', () => {
    expect(warningsOf({ env: { SITESEARCH_PROBABILITY: '0.9' } })).toMatchObject([
      {
        message: expect.stringMatching(/90 % for SITESEARCH_PROBABILITY .* 70 % of the visits are left/),
        hint: expect.stringMatching(/^Lower SITESEARCH_PROBABILITY/),
      },
    ]);
  });
});

describe('an address', () => {
  it.each(['q', 'query', 's', 'search', 'searchword', 'k', 'keyword'])(
    'with the parameter %s would be recorded as a search',
    (name) => {
      expect(told({ urls: `https://x.example/?a=1&${name}=lamp` })).toEqual([
        'search-parameter-in-url: urls.txt',
      ]);
    },
  );

  it.each(['?a=1&utm_source=news', '?pk_campaign=a', '#mtm_campaign=a'])(
    'with %s would begin a visit of its own',
    (end) => {
      expect(told({ urls: `https://x.example/${end}` })).toEqual(['campaign-parameter-in-url: urls.txt']);
    },
  );

  it('is fine with other parameters, or without a keyword', () => {
    expect(told({ urls: 'https://x.example/q/s?page=2&q=&utm_id=1\nhttps://x.example/#q=1' })).toEqual([]);
  });

  it('is told once for the list, with the first of them', () => {
    const [warning, ...others] = warningsOf({ urls: 'https://x.example/?s=1\nhttps://x.example/?q=2' });
    expect(others).toEqual([]);
    expect(warning?.message).toMatch(/2 pages have .* "s" in https:\/\/x.example\/\?s=1/);
  });
});
