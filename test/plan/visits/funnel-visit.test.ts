import { describe, expect, it } from 'vitest';
import { BUILT_IN_CATALOGUE } from '../../../src/plan/catalogue.ts';
import { createPlan } from '../../../src/plan/plan.ts';
import { createFunnelWriter, longestFunnelMs } from '../../../src/plan/visits/funnel-visit.ts';
import { createGoods } from '../../../src/plan/visits/goods.ts';
import { createSiteTree } from '../../../src/plan/visits/site-tree.ts';
import { VisitBuilder } from '../../../src/plan/visits/visit-builder.ts';
import type { Funnel, FunnelStep } from '../../../src/types/content/journeys.ts';
import type { Step, Visit } from '../../../src/types/visit.ts';
import {
  anyStream,
  daysFrom,
  type Overrides,
  planVisits,
  share,
  trafficSettings,
  withFunnels,
} from '../fixtures.ts';

const SITE = 'https://www.nordhem.example';
const START = Date.UTC(2026, 4, 6, 12);
const END = Date.UTC(2026, 4, 7);
const base = { delaySecondsMin: 10, delaySecondsMax: 10, continueProbability: 1 };
const view = (path: string, overrides: Partial<FunnelStep> = {}): FunnelStep =>
  Object.assign({ ...base, type: 'pageview' as const, url: SITE + path }, overrides);

function funnel(steps: readonly FunnelStep[], overrides: Partial<Funnel> = {}): Funnel {
  const rest = { description: '', probability: 0.5, priority: 1, enabled: true, exitAfterCompletion: true };
  return { name: 'Test', ...rest, steps, ...overrides };
}

function write(steps: readonly FunnelStep[], seed = 'any') {
  const settings = trafficSettings();
  const tree = createSiteTree(settings.pages);
  const goods = createGoods(tree, BUILT_IN_CATALOGUE);
  const writer = createFunnelWriter(funnel(steps), settings, tree, goods);
  const script = new VisitBuilder(anyStream(`${seed} d`), anyStream(`${seed} t`), 1);
  const progress = writer(
    script,
    {
      journey: anyStream(`${seed} j`),
      commerce: anyStream(`${seed} c`),
      wishes: () => anyStream(`${seed} w`),
    },
    () => 'ID',
    () => {},
  );
  return { progress, steps: script.schedule(START, END) };
}

function orderIn(steps: readonly Step[]) {
  const step = steps.find(({ kind }) => kind === 'order');
  if (step?.kind !== 'order') throw new Error('There is no order.');
  return step.order;
}

function visitsWith(funnels: readonly Funnel[], overrides: Overrides = {}): Visit[] {
  const plan = createPlan(trafficSettings({ hasPlaces: false, ...overrides, ...withFunnels(funnels) }));
  return planVisits(plan, daysFrom(plan, '2026-05-04', 3));
}

describe('the steps of a funnel', () => {
  it('come in order, each as what it says, with its delay before the next', () => {
    const { steps, progress } = write([
      view('/offer', { delaySecondsMax: 20 }),
      { ...base, type: 'event', event: { category: 'Form', action: 'Start', name: 'Offer' } },
      { ...base, type: 'site_search', url: `${SITE}/search`, keyword: 'lamp', category: 'Light', results: 3 },
      { ...base, type: 'download', targetUrl: '/files/plan.pdf' },
      { ...base, type: 'outlink', targetUrl: 'https://other.example/?a=1' },
    ]);
    expect(steps.map(({ kind }) => kind)).toEqual(['pageview', 'event', 'search', 'download', 'outlink']);
    const gaps = steps.slice(1).map((step, i) => (step.atMs - (steps[i]?.atMs ?? 0)) / 1000);
    expect(gaps[0]).toBeGreaterThanOrEqual(10);
    expect(gaps[0]).toBeLessThanOrEqual(20);
    expect(gaps.slice(1)).toEqual([10, 10, 10]);
    expect(steps[2]).toMatchObject({ keyword: 'lamp', category: 'Light', results: 3 });
    expect(steps[3]).toMatchObject({ targetUrl: `${SITE}/files/plan.pdf` });
    expect(steps[4]).toMatchObject({ targetUrl: 'https://other.example/?a=1' });
    expect(progress).toEqual({ name: 'Test', stepsDone: 5, stepCount: 5 });
  });

  it('happen on the page of the step before when they name none', () => {
    const { steps } = write([
      view('/offer', { title: 'Our offer' }),
      { ...base, type: 'event', event: { category: 'A', action: 'B', name: 'C' } },
      { ...base, type: 'event', url: `${SITE}/form`, event: { category: 'A', action: 'B', name: 'C' } },
    ]);
    expect(steps.map(({ page }) => [page.url, page.title])).toEqual([
      [`${SITE}/offer`, 'Our offer'],
      [`${SITE}/offer`, 'Our offer'],
      [`${SITE}/form`, 'Form'],
    ]);
  });

  it('take their title from the step, else from the list of pages, else from the URL', () => {
    const [listed] = trafficSettings().pages;
    const path = new URL(listed?.url ?? SITE).pathname;
    const { steps } = write([
      view('/a', { actionName: 'Action name', title: 'Title' }),
      view('/b', { title: 'Title' }),
      view(path),
      view('/thank-you'),
    ]);
    expect(steps.map(({ page }) => page.title)).toEqual(['Action name', 'Title', listed?.title, 'Thank you']);
  });

  it('can never take longer together than is allowed for', () => {
    const steps = [view('/a', { delaySecondsMax: 60 }), view('/b'), view('/c')];
    expect(longestFunnelMs(funnel(steps))).toBe(80_000);
    for (let i = 0; i < 100; i++) {
      const planned = write(steps, String(i)).steps;
      expect((planned.at(-1)?.atMs ?? 0) - START).toBeLessThanOrEqual(80_000);
    }
  });
});

describe('an order in a funnel', () => {
  const order = (overrides: object = {}): FunnelStep[] => [
    view('/cart'),
    Object.assign({ ...base, type: 'ecommerce' as const }, overrides),
  ];

  it('is drawn like any other when the step prices nothing', () => {
    const { revenueCents } = orderIn(write(order()).steps);
    const { orderValue } = trafficSettings();
    expect(revenueCents).toBeGreaterThanOrEqual(orderValue.min * 100);
    expect(revenueCents).toBeLessThanOrEqual(orderValue.max * 100);
  });

  it.each([
    { revenue: 120.5 },
    { subtotal: 100 },
    { subtotal: 100, tax: 25, shipping: 4.9 },
    { revenue: 110, subtotal: 100, tax: 25, shipping: 0 },
    { items: [{ sku: 'A', name: 'Lamp', category: 'Light', price: 19.99, quantity: 3 }] },
    { tax: 7.5 },
    { shipping: 3.25 },
  ])('costs what the step says and adds up to the cent: %j', (overrides) => {
    const made = orderIn(write(order(overrides)).steps);
    expect(made.revenueCents).toBe(
      made.subtotalCents + made.taxCents + made.shippingCents - made.discountCents,
    );
    const wanted: Record<string, unknown> = { ...overrides };
    const found = {
      revenue: made.revenueCents,
      subtotal: made.subtotalCents,
      tax: made.taxCents,
      shipping: made.shippingCents,
    };
    for (const [name, amount] of Object.entries(found)) {
      const given = wanted[name];
      if (typeof given === 'number') expect([name, amount]).toEqual([name, Math.round(given * 100)]);
    }
    if (overrides.items) expect(made.items).toEqual(overrides.items);
  });

  it('has the step’s currency, else that of the settings', () => {
    expect(orderIn(write(order({ currency: 'NOK' })).steps).currency).toBe('NOK');
    expect(orderIn(write(order()).steps).currency).toBe('SEK');
  });

  it.each([{}, { revenue: 90 }, { revenue: 100.01 }, { subtotal: 20, tax: 2 }])(
    'has as many items as the step says, worth what it says: %j',
    (overrides) => {
      const { items, subtotalCents } = orderIn(write(order({ itemCount: 3, ...overrides })).steps);
      expect(items.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(3);
      const worth = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
      expect(Math.round(worth * 100)).toBe(subtotalCents);
      expect(new Set(items.map(({ sku }) => sku)).size).toBe(items.length);
    },
  );

  it('has an id of its own when a funnel orders twice', () => {
    const { steps } = write([...order(), ...order()]);
    const ids = steps.flatMap((step) => (step.kind === 'order' ? [step.order.id] : []));
    expect(new Set(ids).size).toBe(2);
  });
});

describe('visits in funnels', () => {
  it('are the share that the probability names, and drop off as the steps say', () => {
    const steps = [
      view('/a', { continueProbability: 0.5 }),
      view('/b', { continueProbability: 0.8 }),
      view('/c', { continueProbability: 0.1 }),
    ];
    const visits = visitsWith([funnel(steps, { probability: 0.4 })]);
    const entered = visits.filter((visit) => visit.funnel);
    const reached = (count: number) =>
      share(entered, ({ funnel: progress }) => (progress?.stepsDone ?? 0) >= count);
    expect(Math.abs(entered.length / visits.length - 0.4)).toBeLessThan(0.025);
    expect(Math.abs(reached(2) - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(reached(3) - 0.4)).toBeLessThan(0.04);
    for (const visit of entered) expect(visit.steps).toHaveLength(visit.funnel?.stepsDone ?? 0);
  });

  it('divide among funnels of one priority, after those of a lower one', () => {
    const visits = visitsWith([
      funnel([view('/late')], { name: 'late', probability: 0.9, priority: 5 }),
      funnel([view('/a')], { name: 'a', probability: 0.9, priority: 2 }),
      funnel([view('/b')], { name: 'b', probability: 0.3, priority: 2 }),
      funnel([view('/first')], { name: 'first', probability: 0.2, priority: 1 }),
      funnel([view('/off')], { name: 'off', probability: 0.9, priority: 0, enabled: false }),
    ]);
    const of = (name: string) => share(visits, (visit) => visit.funnel?.name === name);
    expect(Math.abs(of('first') - 0.2)).toBeLessThan(0.025);
    expect(Math.abs(of('a') - 0.6)).toBeLessThan(0.025);
    expect(Math.abs(of('b') - 0.2)).toBeLessThan(0.025);
    expect([of('late'), of('off')]).toEqual([0, 0]);
  });

  it('end with the funnel when they are to exit after completion', () => {
    for (const { steps } of visitsWith([funnel([view('/a'), view('/b')])]).filter((visit) => visit.funnel)) {
      expect(steps.map(({ page }) => new URL(page.url).pathname)).toEqual(['/a', '/b']);
    }
  });

  it('go on browsing after completion when they are not to exit, within the bounds of other visits', () => {
    const going = funnel([view('/a', { continueProbability: 0.5 }), view('/b')], {
      exitAfterCompletion: false,
    });
    const visits = visitsWith([going]).filter((visit) => visit.funnel);
    const completed = visits.filter(({ funnel: progress }) => progress?.stepsDone === 2);
    expect(completed.length).toBeGreaterThan(1000);
    for (const { steps } of completed) {
      const after = steps.slice(2).filter(({ kind }) => kind === 'pageview').length;
      expect(after).toBeGreaterThanOrEqual(3);
      expect(after).toBeLessThanOrEqual(6);
    }
    for (const visit of visits) if (visit.funnel?.stepsDone === 1) expect(visit.steps).toHaveLength(1);
  });

  it('order once at most, though they go on browsing', () => {
    const buying = funnel([view('/a'), { ...base, type: 'ecommerce' }], { exitAfterCompletion: false });
    const visits = visitsWith([buying], { shares: { order: 0.9 } });
    for (const { steps, funnel: progress } of visits) {
      const orders = steps.filter(({ kind }) => kind === 'order');
      expect(orders.length).toBeLessThanOrEqual(1);
      if (progress) expect(orders).toHaveLength(1);
    }
  });
});
