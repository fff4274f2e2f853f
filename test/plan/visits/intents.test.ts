import { describe, expect, it } from 'vitest';
import { createPlan } from '../../../src/plan/plan.ts';
import {
  divideAmongFunnels,
  type Intents,
  type Mix,
  solveIntents,
} from '../../../src/plan/visits/intents.ts';
import { SEGMENTS } from '../../../src/plan/visits/segments.ts';
import type { Funnel, FunnelStep, Persona } from '../../../src/types/content/journeys.ts';
import type { TrafficSettings } from '../../../src/types/traffic-settings.ts';
import type { Visit } from '../../../src/types/visit.ts';
import { daysFrom, type Overrides, planVisits, share, trafficSettings } from '../fixtures.ts';

const base = { delaySecondsMin: 1, delaySecondsMax: 5, continueProbability: 1 };
const view: FunnelStep = { ...base, type: 'pageview', url: 'https://www.nordhem.example/campaign' };
const search: FunnelStep = { ...base, type: 'site_search', keyword: 'lamp' };
const outlink: FunnelStep = { ...base, type: 'outlink', targetUrl: 'https://other.example/' };
const order: FunnelStep = { ...base, type: 'ecommerce' };

function funnel(overrides: Partial<Funnel>): Funnel {
  return {
    name: 'Funnel',
    description: '',
    probability: 0.1,
    priority: 1,
    enabled: true,
    exitAfterCompletion: true,
    steps: [view],
    ...overrides,
  };
}

function persona(name: string, weight: number, propensity: Partial<Persona['propensity']> = {}): Persona {
  const neutral = { bounce: 1, search: 1, outlink: 1, download: 1, clickEvent: 1, randomEvent: 1, order: 1 };
  return {
    name,
    share: weight,
    entry: { home: 1, category: 1, subcategory: 1, page: 1 },
    navigation: { down: 1, up: 1, sideways: 1, home: 1 },
    depth: 0.5,
    dwell: 0.5,
    loyalty: 1,
    account: 0,
    propensity: { ...neutral, ...propensity },
  };
}

describe('dividing visits among funnels', () => {
  const of = (...funnels: Partial<Funnel>[]) =>
    divideAmongFunnels(funnels.map(funnel)).map((entry) => [entry.funnel.name, entry.share]);

  it('gives each its probability where there is room for all', () => {
    expect(of({ name: 'a', probability: 0.2 }, { name: 'b', probability: 0.5, priority: 0 })).toEqual([
      ['b', 0.5],
      ['a', 0.2],
    ]);
  });

  it('leaves out those that are switched off or never entered', () => {
    expect(of({ enabled: false }, { probability: 0 })).toEqual([]);
  });

  it('lets those of one priority divide what is left by their probabilities', () => {
    const shares = of(
      { name: 'first', probability: 0.4, priority: 0 },
      { name: 'a', probability: 0.9 },
      { name: 'b', probability: 0.3 },
    );
    expect(shares[1]?.[1]).toBeCloseTo(0.45, 12);
    expect(shares[2]?.[1]).toBeCloseTo(0.15, 12);
  });

  it('leaves nothing to a lower priority when the higher ones take all', () => {
    expect(of({ name: 'all', probability: 1, priority: 0 }, { name: 'late' })).toEqual([
      ['all', 1],
      ['late', 0],
    ]);
  });
});

/** The chances of all personas where all visits are of one segment. */
function solve(settings: TrafficSettings): ReadonlyMap<string, Intents> {
  const { personas } = settings.journeys;
  const total = personas.reduce((sum, { share: weight }) => sum + weight, 0);
  const mix: Mix = ({ share: weight }, segment) => (segment === SEGMENTS[0] ? weight / total : 0);
  const all = [...solveIntents(settings, [], mix)];
  return new Map(all.flatMap(([name, [chances]]) => (chances ? [[name, chances] as const] : [])));
}

describe('the chances of a persona', () => {
  it('are those of the settings when all personas are alike and there are no funnels', () => {
    const settings = trafficSettings({
      shares: { bounce: 0.2, search: 0.16 },
      journeys: { funnels: [], personas: [persona('only', 1)] },
    });
    const intents = solve(settings).get('only');
    expect(intents?.bounce).toBeCloseTo(0.2, 9);
    expect(intents?.search).toBeCloseTo(0.2, 9);
  });

  it('are as many times as likely as the propensities say', () => {
    const personas = [persona('calm', 3, { search: 0.5 }), persona('keen', 1, { search: 2 })];
    const intents = solve(trafficSettings({ journeys: { funnels: [], personas } }));
    expect((intents.get('keen')?.search ?? 0) / (intents.get('calm')?.search ?? 1)).toBeCloseTo(4, 6);
  });

  it('make up over the others for a persona that reaches certainty', () => {
    const personas = [persona('calm', 1, { download: 0.1 }), persona('keen', 1, { download: 10 })];
    const settings = trafficSettings({
      shares: { bounce: 0, download: 0.7 },
      journeys: { funnels: [], personas },
    });
    const intents = solve(settings);
    expect(intents.get('keen')?.download).toBeCloseTo(1, 9);
    expect(intents.get('calm')?.download).toBeCloseTo(0.4, 6);
  });

  it('never exceed 1, however much is wanted', () => {
    const settings = trafficSettings({
      shares: { bounce: 0.9, search: 1, order: 1, outlink: 1 },
      cartAbandonment: 1,
    });
    for (const chances of solve(settings).values()) {
      for (const chance of Object.values(chances)) {
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
      }
      expect(chances.order + chances.abandonedCart).toBeLessThanOrEqual(1 + 1e-9);
    }
  });
});

/** Shares of 20,000 visits; four standard errors of the largest are 0.014. */
function sharesOf(overrides: Overrides) {
  const settings = trafficSettings({ visitsPerDay: 5000, hasPlaces: false, ...overrides });
  const plan = createPlan(settings);
  const visits = planVisits(plan, daysFrom(plan, '2026-05-04', 4));
  const having = (...kinds: string[]) =>
    share(visits, ({ steps }) => steps.some(({ kind }) => kinds.includes(kind)));
  const withEvent = (names: ReadonlySet<unknown>) => (visit: Visit) =>
    visit.steps.some((step) => step.kind === 'event' && names.has(step.event));
  return {
    bounce: share(visits, ({ steps }) => steps.length === 1),
    search: having('search'),
    outlink: having('outlink'),
    download: having('download'),
    order: having('order'),
    clickEvent: share(visits, withEvent(new Set(settings.events.clickEvents))),
    randomEvent: share(visits, withEvent(new Set(settings.events.randomEvents))),
    abandoned:
      share(visits, ({ steps }) => {
        const kinds = new Set(steps.map(({ kind }) => kind));
        return kinds.has('cart') && !kinds.has('order');
      }) / having('cart', 'order'),
  };
}

describe('the configured shares', () => {
  const personas = [
    persona('lost', 5, { bounce: 2, search: 0.3, order: 0.2 }),
    persona('keen', 1, { bounce: 0.1, search: 4, outlink: 3, download: 5, clickEvent: 3, order: 6 }),
  ];
  const quitting = [
    funnel({
      name: 'drops off',
      probability: 0.15,
      steps: [{ ...view, continueProbability: 0.5 }, { ...search, continueProbability: 0.5 }, outlink],
    }),
    funnel({ name: 'goes on', probability: 0.1, exitAfterCompletion: false, steps: [view, search] }),
    funnel({ name: 'buys', probability: 0.02, steps: [view, order] }),
  ];
  const shares = { bounce: 0.25, search: 0.2, outlink: 0.12, download: 0.1, order: 0.04 };

  it.each([
    { what: 'the built-in personas and funnels', overrides: {} },
    { what: 'personas far apart, no funnels', overrides: { shares, journeys: { funnels: [], personas } } },
    {
      what: 'personas far apart and funnels',
      overrides: { shares, journeys: { funnels: quitting, personas } },
    },
  ])('hold over all visits with $what', ({ overrides }) => {
    const wanted = trafficSettings(overrides);
    const found = sharesOf(overrides);
    expect(Math.abs(found.search - wanted.shares.search)).toBeLessThan(0.014);
    expect(Math.abs(found.outlink - wanted.shares.outlink)).toBeLessThan(0.014);
    expect(Math.abs(found.download - wanted.shares.download)).toBeLessThan(0.014);
    expect(Math.abs(found.clickEvent - wanted.shares.clickEvent)).toBeLessThan(0.014);
    expect(Math.abs(found.randomEvent - wanted.shares.randomEvent)).toBeLessThan(0.014);
    expect(Math.abs(found.order - wanted.shares.order)).toBeLessThan(0.006);
    expect(Math.abs(found.abandoned - wanted.cartAbandonment)).toBeLessThan(0.04);
    expect(Math.abs(found.bounce - wanted.shares.bounce)).toBeLessThan(0.014);
  });
});
