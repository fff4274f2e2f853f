import { describe, expect, it } from 'vitest';
import { BUILT_IN_CATALOGUE } from '../../../src/plan/catalogue.ts';
import { createGoods } from '../../../src/plan/visits/goods.ts';
import { createShop, type ShoppingTrip } from '../../../src/plan/visits/shop.ts';
import { createSiteTree } from '../../../src/plan/visits/site-tree.ts';
import { VisitBuilder } from '../../../src/plan/visits/visit-builder.ts';
import type { Step } from '../../../src/types/visit.ts';
import { anyStream, draws, share, trafficSettings } from '../fixtures.ts';

const START = Date.UTC(2026, 4, 6, 12);
const END = Date.UTC(2026, 4, 7);
const settings = trafficSettings({ orderItems: { min: 2, max: 5 }, cartAbandonment: 0.7 });
const goods = createGoods(createSiteTree(settings.pages), BUILT_IN_CATALOGUE);
const shop = createShop(goods, settings);
const STEPS = ['/cart', '/checkout', '/checkout/payment', '/checkout/confirmation'];

function trip(isOrder: boolean, pages: number, seed = 'any'): ShoppingTrip {
  return shop.plan(anyStream(seed), goods.browse(anyStream(`${seed} wishes`)), isOrder, pages);
}

function written(planned: ShoppingTrip, pages: number): Step[] {
  const builder = new VisitBuilder(anyStream('detail'), anyStream('timing'), 1);
  shop.write(builder, planned, Math.min(pages, planned.pages), () => 'A-1');
  return builder.scheduleWithin(START, 300_000, END);
}

const shopping = (isOrder: boolean, pages: number, seed?: string) =>
  written(trip(isOrder, pages, seed), pages);
const viewed = (steps: readonly Step[]) =>
  steps.flatMap((step) => (step.kind === 'pageview' ? [new URL(step.page.url).pathname] : []));
const kindsOf = (steps: readonly Step[]) => steps.map(({ kind }) => kind);

describe.each([true, false])('shopping, with an order: %s', (isOrder) => {
  it.each([1, 2, 3, 4, 5, 8, 12])('fits on at most %d pages, and on as many where it wants them', (pages) => {
    for (const seed of draws(30, (i) => `${i}`)) {
      const planned = trip(isOrder, pages, seed);
      const steps = written(planned, pages);
      expect(viewed(steps)).toHaveLength(Math.min(pages, planned.pages));
      expect(kindsOf(steps)[0]).toBe('pageview');
      expect(kindsOf(steps)).toContain('cart');
      expect(kindsOf(steps).includes('order')).toBe(isOrder);
      expect(viewed(steps).includes('/checkout/confirmation')).toBe(isOrder && pages > 1);
    }
  });

  it.each([1, 2, 4, 6, 12])('puts nothing into the cart that was not looked at, on %d pages', (pages) => {
    for (const seed of draws(50, (i) => `${i}`)) {
      const seen = new Set<string>();
      for (const step of shopping(isOrder, pages, seed)) {
        if (step.kind === 'pageview' && step.product?.sku !== undefined) seen.add(step.product.sku);
        const items = step.kind === 'cart' ? step.items : step.kind === 'order' ? step.order.items : [];
        expect(items.filter(({ sku }) => !seen.has(sku))).toEqual([]);
      }
    }
  });

  it('fills the cart product by product, worth what is in it', () => {
    for (const seed of draws(30, (i) => `${i}`)) {
      const carts = shopping(isOrder, 14, seed).flatMap((step) => (step.kind === 'cart' ? [step] : []));
      carts.forEach(({ items, revenueCents }, rank) => {
        expect(items).toHaveLength(rank + 1);
        const worth = items.reduce((sum, item) => sum + Math.round(item.price * 100) * item.quantity, 0);
        expect(revenueCents).toBe(worth);
      });
    }
  });
});

describe('a purchase', () => {
  it('goes by lists, products, cart and every step of the checkout when there is room', () => {
    const all = viewed(shopping(true, 12));
    expect(all.slice(-4)).toEqual(STEPS);
    const lists = new Set(goods.all.map(({ list }) => new URL(list.url).pathname));
    expect(lists).toContain(all[0]);
  });

  it('leaves out the first steps of the checkout where there is no room', () => {
    expect(viewed(shopping(true, 3)).slice(1)).toEqual(STEPS.slice(-2));
  });

  it('shows lists and products as Matomo’s reports want them', () => {
    const views = shopping(true, 12).flatMap((step) =>
      step.kind === 'pageview' && step.product ? [step.product] : [],
    );
    expect(Object.keys(views[0] ?? {})).toEqual(['category']);
    for (const { sku, name, category, price } of views) {
      if (sku === undefined) continue;
      expect(BUILT_IN_CATALOGUE.products).toContainEqual({ sku, name, category, price });
    }
  });

  it('orders what the cart held last, at once on the confirmation page', () => {
    const all = shopping(true, 12);
    const carts = all.flatMap((step) => (step.kind === 'cart' ? [step] : []));
    const last = all.at(-1);
    expect(last?.kind === 'order' ? last.order.items : []).toEqual(carts.at(-1)?.items);
    expect((last?.atMs ?? 0) - (all.at(-2)?.atMs ?? 0)).toBeLessThan(10_000);
  });
});

describe('carts that are left behind', () => {
  const all = draws(4000, (i) => new Set(viewed(shopping(false, 12, `${i}`))));
  const seen = (path: string) => share(all, (paths) => paths.has(path));

  it('are left at each step by about as many of those who come to it', () => {
    // Of all carts, three in ten become orders.
    const carts = 1;
    const checkout = seen('/checkout') * 0.7 + 0.3;
    const payment = seen('/checkout/payment') * 0.7 + 0.3;
    for (const [from, to] of [
      [carts, checkout],
      [checkout, payment],
      [payment, 0.3],
    ] as const) {
      expect(1 - to / from).toBeGreaterThan(0.3);
      expect(1 - to / from).toBeLessThan(0.36);
    }
  });

  it('are looked at on a page of their own by most', () => {
    expect(seen('/cart')).toBeGreaterThan(0.7);
    expect(seen('/cart')).toBeLessThan(0.95);
  });
});

describe('products', () => {
  it('are popular in a long tail', () => {
    const stream = anyStream();
    const counts = new Map<string, number>();
    for (let i = 0; i < 20_000; i++) {
      const { sku } = goods.browse(anyStream(`${i}`))(stream);
      counts.set(sku, (counts.get(sku) ?? 0) + 1);
    }
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect(sorted.length).toBe(goods.all.length);
    const topTenth = sorted.slice(0, Math.ceil(sorted.length / 10)).reduce((sum, count) => sum + count, 0);
    expect(topTenth / 20_000).toBeGreaterThan(0.3);
    expect(topTenth / 20_000).toBeLessThan(0.6);
  });

  it('are on a visitor’s mind in every visit', () => {
    const browsed = (seed: string) => {
      const browse = goods.browse(anyStream('one visitor'));
      const stream = anyStream(seed);
      return new Set(draws(10, () => browse(stream).sku));
    };
    expect([...browsed('first')].filter((sku) => browsed('second').has(sku)).length).toBeGreaterThan(2);
  });
});
