import { describe, expect, it } from 'vitest';
import { createHitWriter } from '../../../src/matomo/requests/hits.ts';
import type { Step, Visit } from '../../../src/types/visit.ts';
import type { Visitor } from '../../../src/types/visitor.ts';
import {
  type Overrides,
  parametersOf,
  trafficSettings,
  visitsFrom,
  type WrittenHit,
  hitsOf as writtenHitsOf,
} from '../../plan/fixtures.ts';
import { violations } from '../../plan/parameter-rules.ts';

const SITE = 'https://shop.test';
const START = Date.UTC(2026, 4, 6, 21, 59, 58, 700);
const clocks = { offsetMs: (timezone: string) => (timezone === 'Europe/Stockholm' ? 7_200_000 : 0) };

const visitor: Visitor = {
  number: 7,
  id: 'a1b2c3d4e5f60718',
  userId: undefined,
  persona: 'buyer',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  clientHints: undefined,
  device: 'desktop',
  speed: 1,
  hasPdfViewer: true,
  resolution: '1920x1080',
  language: 'sv-se',
  timezone: 'Europe/Stockholm',
  place: {
    address: '2a02:1400::1',
    country: 'se',
    region: 'AB',
    city: 'Västerås & co',
    lat: 59.3,
    long: -18.07,
  },
};

const view = { kind: 'pageview', timings: [1, 2, 3, 4, 5, 6] };

/** The deeds of a visit as its steps: one a second, each on the page that was viewed last. */
function visitOf(deeds: readonly object[], overrides: Partial<Visit> = {}): Visit {
  let pages = 0;
  const steps = deeds.map((deed, i) => {
    const kind = 'kind' in deed ? deed.kind : '';
    if (kind === 'pageview' || kind === 'search') pages++;
    const page = { url: `${SITE}/page-${pages}`, title: `Page ${pages}` };
    return Object.assign({ atMs: START + i * 1000, page, pageviewId: `page0${pages}` }, deed);
  });
  return {
    key: { target: 'default', day: '2026-05-06', index: 3 },
    number: 1007,
    lane: 7,
    startMs: START,
    visitor,
    isReturning: true,
    behaviour: undefined,
    dimensions: undefined,
    source: { type: 'direct', url: undefined, parameters: undefined },
    steps: steps.filter(isStep),
    funnel: undefined,
    ...overrides,
  };
}

function isStep(step: object): step is Step {
  return 'kind' in step && 'atMs' in step;
}

function hitsOf(visit: Visit, overrides: Overrides = {}): WrittenHit[] {
  return writtenHitsOf(createHitWriter(trafficSettings(overrides), clocks).write(visit));
}

/** What the last of the given steps sends. */
function sent(deeds: readonly object[], overrides: Overrides = {}): Record<string, string> {
  const hit = hitsOf(visitOf(deeds), overrides).at(-1);
  return hit ? Object.fromEntries(parametersOf(hit)) : {};
}

describe('every hit', () => {
  const all = sent([view], { siteId: 42 });

  it('names site, visitor, browser, language and screen', () => {
    expect(all).toMatchObject({
      idsite: '42',
      rec: '1',
      apiv: '1',
      queuedtracking: '0',
      _id: visitor.id,
      cid: visitor.id,
      ua: visitor.userAgent,
      lang: 'sv-se',
      res: '1920x1080',
      url: `${SITE}/page-1`,
    });
  });

  it('carries the time in whole seconds, never later than it is due, and the visitor’s own clock', () => {
    expect(all).toMatchObject({ cdt: String((START - 700) / 1000), h: '23', m: '59', s: '58' });
    expect(sent([view, { kind: 'ping' }, { kind: 'ping', atMs: START + 2000 }])).toMatchObject({
      h: '0',
      m: '0',
      s: '0',
    });
  });

  it('carries address and place only where the visitor has them', () => {
    expect(all).toMatchObject({
      cip: '2a02:1400::1',
      country: 'se',
      region: 'AB',
      city: 'Västerås & co',
      lat: '59.3',
      long: '-18.07',
    });
    const [hit] = hitsOf(visitOf([view], { visitor: { ...visitor, place: undefined } }));
    expect(hit?.query).not.toMatch(/[?&](cip|country|region|city|lat|long)=/);
  });

  it('says which browser takes cookies and shows PDF files, and nothing of plugins that are gone', () => {
    expect(sent([view])).toMatchObject({ cookie: '1', pdf: '1' });
    const phone = visitOf([view], { visitor: { ...visitor, hasPdfViewer: false } });
    const names = hitsOf(phone).flatMap((hit) => [...parametersOf(hit)].map(([name]) => name));
    expect(names).toContain('cookie');
    for (const name of ['pdf', 'qt', 'realp', 'wma', 'fla', 'java', 'ag']) expect(names).not.toContain(name);
  });

  it('differs from the others in its random number', () => {
    const hits = hitsOf(visitOf([view, ...new Array<object>(30).fill({ kind: 'ping' })]));
    expect(new Set(hits.map((hit) => parametersOf(hit).get('rand'))).size).toBe(31);
  });

  it('carries client hints as JSON where the browser has them', () => {
    const clientHints = JSON.stringify({ brands: [{ brand: 'Not A;Brand', version: '99' }], mobile: false });
    const [hit] = hitsOf(visitOf([view], { visitor: { ...visitor, clientHints } }));
    expect(hit && parametersOf(hit).get('uadata')).toBe(clientHints);
    expect(all).not.toHaveProperty('uadata');
  });

  it('carries uid for an account holder who returns, never for the others', () => {
    const uidOf = (overrides: Partial<Visit>) => {
      const [hit] = hitsOf(visitOf([view], overrides));
      return hit && parametersOf(hit).get('uid');
    };
    const holder = { ...visitor, userId: 'user-1' };
    expect(uidOf({ visitor: holder, isReturning: true })).toBe('user-1');
    expect(uidOf({ visitor, isReturning: true })).toBeNull();
  });

  it('fills custom dimensions in the order of their ids', () => {
    const dimensions = sent([view], { customDimensions: [5, 2, 9, 11] });
    expect(dimensions).toMatchObject({ dimension5: 'buyer', dimension2: 'returning', dimension9: 'desktop' });
    expect(dimensions.dimension11).toMatch(/^group-[A-D]$/);
  });

  it('knows its visit, its place in it, its time and its kind', () => {
    const { visit: of } = createHitWriter(trafficSettings(), clocks).write(visitOf([view, { kind: 'ping' }]));
    expect(of.hits.map(({ seq, kind, dueMs, revenueCents }) => [seq, kind, dueMs, revenueCents])).toEqual([
      [0, 'pageview', START, 0],
      [1, 'ping', START + 1000, 0],
    ]);
    for (const { visit } of of.hits) expect(visit).toBe(of);
    expect(of).toMatchObject({ lane: 7, key: { index: 3 }, visitorId: visitor.id });
  });
});

describe('a pageview', () => {
  it('has title, load times and a name of 6 characters', () => {
    expect(sent([view])).toMatchObject({
      action_name: 'Page 1',
      pv_id: 'page01',
      pf_net: '1',
      pf_srv: '2',
      pf_tfr: '3',
      pf_dm1: '4',
      pf_dm2: '5',
      pf_onl: '6',
    });
  });

  it('shows a product with what is known of it', () => {
    const product = { sku: 'A-1', name: 'Lamp', category: 'Light & dark', price: 19.9 };
    expect(sent([{ ...view, product }])).toMatchObject({
      _pks: 'A-1',
      _pkn: 'Lamp',
      _pkc: 'Light & dark',
      _pkp: '19.9',
    });
    const category = sent([{ ...view, product: { category: 'Light' } }]);
    expect(category._pkc).toBe('Light');
    expect(Object.keys(category).filter((name) => /^_pk[snp]$/.test(name))).toEqual([]);
  });
});

describe('the referrer', () => {
  const source = {
    type: 'search',
    url: 'https://www.google.com/search?q=a&b',
    parameters: undefined,
  } as const;
  const urlrefs = (visit: Visit) => hitsOf(visit).map((hit) => parametersOf(hit).get('urlref'));

  it('is the source on the first hit, then the page before, on pages and searches alone', () => {
    const deeds = [view, { kind: 'ping' }, view, { kind: 'search', keyword: 'lamp' }, view];
    expect(urlrefs(visitOf(deeds, { source }))).toEqual([
      source.url,
      null,
      `${SITE}/page-1`,
      `${SITE}/page-2`,
      `${SITE}/page-3`,
    ]);
  });

  it('is missing on the first hit of a direct visit', () => {
    expect(urlrefs(visitOf([view, view]))).toEqual([null, `${SITE}/page-1`]);
  });
});

describe('a campaign', () => {
  const campaign = { type: 'campaign', url: undefined, parameters: 'mtm_campaign=spring%20sale' } as const;
  const urlsFrom = (url: string) => {
    const page = { url, title: 'Landing' };
    const visit = visitOf([{ ...view, page }, { kind: 'ping', page }, view], { source: campaign });
    return hitsOf(visit).map((hit) => parametersOf(hit).get('url'));
  };

  it.each([
    [`${SITE}/a`, `${SITE}/a?mtm_campaign=spring%20sale`],
    [`${SITE}/a?b=1`, `${SITE}/a?b=1&mtm_campaign=spring%20sale`],
    [`${SITE}/a?b=1#end`, `${SITE}/a?b=1&mtm_campaign=spring%20sale#end`],
    [`${SITE}/a#x#y`, `${SITE}/a?mtm_campaign=spring%20sale#x#y`],
  ])('is in the URL of the landing page %s and in no later one', (url, landing) => {
    expect(urlsFrom(url).slice(0, 2)).toEqual([landing, url]);
    expect(urlsFrom(url)[2]).toBe(`${SITE}/page-2`);
  });
});

describe('an action on a page', () => {
  it('is an event with all its parts, the value with a point', () => {
    const event = { category: 'A & b', action: 'Click', name: '100 %', value: 2.5 };
    expect(sent([view, { kind: 'event', event }])).toMatchObject({
      e_c: 'A & b',
      e_a: 'Click',
      e_n: '100 %',
      e_v: '2.5',
      ca: '1',
      pv_id: 'page01',
    });
    expect(
      sent([view, { kind: 'event', event: { category: 'A', action: 'B', name: 'C' } }]),
    ).not.toHaveProperty('e_v');
  });

  it('is an outlink or a download of an absolute URL', () => {
    const targetUrl = 'https://other.test/a?b=1&c=ä';
    expect(sent([view, { kind: 'outlink', targetUrl }])).toMatchObject({
      link: targetUrl,
      ca: '1',
      pv_id: 'page01',
    });
    expect(sent([view, { kind: 'download', targetUrl }])).toMatchObject({ download: targetUrl, ca: '1' });
  });

  it('is content seen, and content clicked', () => {
    const content = { kind: 'content', name: 'Banner', piece: 'a.jpg', targetUrl: `${SITE}/sale` };
    const seen = sent([view, { ...content, isInteraction: false }]);
    expect(seen).toMatchObject({ c_n: 'Banner', c_p: 'a.jpg', c_t: `${SITE}/sale`, ca: '1' });
    expect(seen).not.toHaveProperty('c_i');
    expect(sent([view, { ...content, isInteraction: true }])).toHaveProperty('c_i');
  });

  it('is a heartbeat on the open page', () => {
    expect(sent([view, { kind: 'ping' }])).toMatchObject({ ping: '1', rec: '1', pv_id: 'page01' });
  });
});

describe('a site search', () => {
  it('carries keyword, category and number of results, none included, in place of a title', () => {
    const search = sent([view, { kind: 'search', keyword: 'blå lampa', category: 'Light', results: 0 }]);
    expect(search).toMatchObject({
      search: 'blå lampa',
      search_cat: 'Light',
      search_count: '0',
      pv_id: 'page02',
    });
    expect(search).not.toHaveProperty('action_name');
  });

  it('leaves out what the step does not know', () => {
    const search = sent([view, { kind: 'search', keyword: 'lamp' }]);
    expect(Object.keys(search).filter((name) => name.startsWith('search_'))).toEqual([]);
  });
});

describe('a conversion', () => {
  const items = [{ sku: 'A', name: 'Lamp "big"', category: 'Light', price: 19.9, quantity: 2 }];
  const rows = JSON.stringify([['A', 'Lamp "big"', 'Light', 19.9, 2]]);

  it('is a goal by its id', () => {
    expect(sent([view, { kind: 'goal', goalId: 3 }])).toMatchObject({ idgoal: '3' });
  });

  it('is a cart without an order id', () => {
    const cart = sent([view, { kind: 'cart', items, revenueCents: 3980 }]);
    expect(cart).toMatchObject({ idgoal: '0', revenue: '39.80', ec_items: rows });
    expect(cart).not.toHaveProperty('ec_id');
  });

  it('is an order with its parts to the cent, and counts its revenue', () => {
    const order = {
      id: 'X-20260506-3',
      currency: 'SEK',
      items,
      subtotalCents: 3980,
      taxCents: 398,
      shippingCents: 599,
      discountCents: 100,
      revenueCents: 4877,
    };
    const visit = visitOf([view, { kind: 'order', order }]);
    const hit = hitsOf(visit).at(-1);
    expect(hit && Object.fromEntries(parametersOf(hit))).toMatchObject({
      idgoal: '0',
      ec_id: 'X-20260506-3',
      revenue: '48.77',
      ec_st: '39.80',
      ec_tx: '3.98',
      ec_sh: '5.99',
      ec_dt: '1.00',
      ec_items: rows,
    });
    expect(hit?.revenueCents).toBe(4877);
  });
});

describe('the hits of planned visits', () => {
  it.each([{ hasPlaces: true }, { hasPlaces: false }])(
    'break no rule of the tracking API: %j',
    (overrides) => {
      const settings = { ...overrides, visitsPerDay: 1500, goalIds: [1, 2], customDimensions: [1, 2, 3, 4] };
      const traffic = trafficSettings(settings);
      const visits = visitsFrom(settings, '2026-05-06', 1);
      const writer = createHitWriter(traffic, { offsetMs: offsetByIntl });
      expect(
        visits.flatMap((visit) => violations(writtenHitsOf(writer.write(visit)), visit, traffic)),
      ).toEqual([]);
    },
  );
});

/** The distance to UTC in ms, as Intl writes it: `GMT+05:45`. */
function offsetByIntl(timeZone: string, instantMs: number): number {
  let format = offsetFormats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    offsetFormats.set(timeZone, format);
  }
  const name = format.formatToParts(instantMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name) ?? [];
  return (sign === '-' ? -60_000 : 60_000) * (Number(hours) * 60 + Number(minutes));
}

const offsetFormats = new Map<string, Intl.DateTimeFormat>();
