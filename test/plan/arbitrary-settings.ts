/** Random settings within the bounds that the settings allow, for properties that hold whatever they are. */
import fc from 'fast-check';
import type { Page } from '../../src/types/content/content.ts';
import type { Funnel, FunnelStep, Persona } from '../../src/types/content/journeys.ts';
import type { Range } from '../../src/types/traffic-settings.ts';
import type { Overrides } from './fixtures.ts';

/** Clocks that change in various ways, and one that never does. */
const TIMEZONES = [
  'UTC',
  'Europe/Stockholm',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Havana',
  'Asia/Kathmandu',
] as const;

/** Days on which some of the clocks change, ordinary ones, and those around the day from which visits are numbered. */
export const DATES = [
  '2006-12-30',
  '2009-03-28',
  '2009-12-30',
  '2010-08-10',
  '2025-03-08',
  '2025-03-29',
  '2025-04-05',
  '2025-04-24',
  '2025-05-07',
  '2025-10-04',
  '2025-10-25',
  '2025-10-30',
  '2025-11-01',
] as const;

const unit = fc.double({ min: 0, max: 1, noNaN: true });

function rangeOf(number: fc.Arbitrary<number>): fc.Arbitrary<Range> {
  return fc.tuple(number, number).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
}

const money = fc.integer({ min: 1, max: 5_000_00 }).map((cents) => cents / 100);
const weight = fc.integer({ min: 1, max: 10 });
const multiplier = fc.constantFrom(0, 0.3, 1, 2.5);

function personaCalled(name: string): fc.Arbitrary<Persona> {
  return fc.record({
    name: fc.constant(name),
    share: weight,
    entry: fc.record({ home: weight, category: weight, subcategory: weight, page: weight }),
    navigation: fc.record({ down: weight, up: weight, sideways: weight, home: weight }),
    depth: unit,
    dwell: unit,
    loyalty: multiplier,
    account: unit,
    propensity: fc.record({
      bounce: multiplier,
      search: multiplier,
      outlink: multiplier,
      download: multiplier,
      clickEvent: multiplier,
      randomEvent: multiplier,
      order: multiplier,
    }),
  });
}

const delays = rangeOf(fc.constantFrom(0, 1, 30, 600, 3600)).map(({ min, max }) => ({
  delaySecondsMin: min,
  delaySecondsMax: max,
}));
const continuing = fc.record({ continueProbability: fc.constantFrom(1, 1, 0.7, 0.2) });
const funnelUrl = fc.constantFrom('https://shop.test/a', 'https://shop.test/b/c?d=1', 'https://shop.test/é');

function stepOf(rank: number): fc.Arbitrary<FunnelStep> {
  const base = fc.tuple(delays, continuing).map(([delay, going]) => ({ ...delay, ...going }));
  const view = fc.tuple(base, funnelUrl).map(([rest, url]) => ({ ...rest, type: 'pageview' as const, url }));
  if (rank === 0) return view;
  const event = base.map((rest) => ({
    ...rest,
    type: 'event' as const,
    event: { category: 'Form', action: 'Send', name: 'Contact & more', value: 1.5 },
  }));
  const search = base.map((rest) => ({ ...rest, type: 'site_search' as const, keyword: 'räv + höns' }));
  const link = base.map((rest) => ({
    ...rest,
    type: 'outlink' as const,
    targetUrl: 'https://other.test/x?y=1&z=2',
  }));
  const file = base.map((rest) => ({ ...rest, type: 'download' as const, targetUrl: '/files/plan.pdf' }));
  const order = base.map((rest) => ({ ...rest, type: 'ecommerce' as const }));
  return fc.oneof(view, event, search, link, file, order);
}

function funnelCalled(name: string): fc.Arbitrary<Funnel> {
  return fc
    .integer({ min: 1, max: 5 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, rank) => stepOf(rank))))
    .chain((steps) =>
      fc.record({
        name: fc.constant(name),
        description: fc.constant(''),
        probability: fc.constantFrom(0, 0.1, 0.4),
        priority: fc.nat({ max: 2 }),
        enabled: fc.constantFrom(true, true, false),
        exitAfterCompletion: fc.boolean(),
        steps: fc.constant(steps),
      }),
    );
}

const pages: readonly Page[] = [
  { url: 'https://shop.test/', title: 'Start "here" & now' },
  { url: 'https://shop.test/rum/soffor', title: 'Soffor — för alla' },
  { url: 'https://shop.test/rum/bord?sida=2', title: 'Bord 100 %' },
  { url: 'https://shop.test/rum/bord#mått', title: 'Mått = längd' },
  { url: 'https://shop.test/kontakt', title: 'Kontakt+oss' },
];
const pageLists = [pages.slice(0, 1), pages.slice(1, 2), pages] as const;

const windows = fc.oneof(
  fc.constant({ from: 0, to: 1440 }),
  fc.constant({ from: 600, to: 610 }),
  fc.constant({ from: 1430, to: 1440 }),
  fc.constant({ from: 1380, to: 60 }),
  fc.constant({ from: 120, to: 180 }),
);

/** Few visits or some hundreds, most of them short or most of them very long, anywhere within the bounds. */
export const arbitrarySettings: fc.Arbitrary<Overrides> = fc.record(
  {
    seed: fc.string({ maxLength: 8 }),
    timezone: fc.constantFrom(...TIMEZONES),
    volume: fc.constantFrom('exact', 'average'),
    mostPerDay: fc.constantFrom(0, 0, 50),
    visitsPerDay: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 21, max: 300 })),
    activeMinutes: windows,
    shape: fc.constantFrom('daily', 'flat'),
    pageviews: rangeOf(fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 100 }))),
    durationMinutes: rangeOf(fc.constantFrom(0.1, 1, 8, 45, 120)),
    shares: fc.record({
      bounce: unit,
      returning: unit,
      search: unit,
      outlink: unit,
      download: unit,
      clickEvent: unit,
      randomEvent: unit,
      direct: unit,
      order: unit,
    }),
    cartAbandonment: unit,
    orderValue: rangeOf(money),
    orderItems: rangeOf(fc.integer({ min: 1, max: 50 })),
    taxRate: fc.constantFrom(0, 0.06, 0.1, 0.25, 1),
    shippingRates: fc.array(fc.constantFrom(0, 5.99, 49), { maxLength: 3 }),
    hasPlaces: fc.boolean(),
    goalIds: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
    customDimensions: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 4 }),
    pages: fc.constantFrom(...pageLists),
    journeys: fc.record({
      funnels: fc.tuple(funnelCalled('First'), funnelCalled('Second')).map((list) => [...list]),
      personas: fc.tuple(personaCalled('one'), personaCalled('two')).map((list) => [...list]),
    }),
  },
  { requiredKeys: ['seed', 'timezone', 'visitsPerDay'] },
);
