import { describe, expect, it } from 'vitest';
import { BUILT_IN_CATALOGUE } from '../../../src/plan/catalogue.ts';
import { drawOrder } from '../../../src/plan/visits/orders.ts';
import { createShop } from '../../../src/plan/visits/shop.ts';
import { createSiteTree } from '../../../src/plan/visits/site-tree.ts';
import { VisitBuilder } from '../../../src/plan/visits/visit-builder.ts';
import type { Step } from '../../../src/types/visit.ts';
import { anyStream, draws, trafficSettings } from '../fixtures.ts';

const START = Date.UTC(2026, 4, 6, 12);
const END = Date.UTC(2026, 4, 7);
const settings = trafficSettings({ orderItems: { min: 2, max: 5 } });
const shop = createShop(createSiteTree(settings.pages), BUILT_IN_CATALOGUE, 'SEK');
const order = drawOrder(anyStream(), settings, BUILT_IN_CATALOGUE.products);

function steps(write: (script: VisitBuilder) => void): Step[] {
  const script = new VisitBuilder(anyStream('detail'), anyStream('timing'), 1);
  write(script);
  return script.scheduleWithin(START, 300_000, END);
}

const purchase = (pages: number) => steps((script) => shop.order(script, order, 'A-1', pages));
const abandoned = (pages: number) => steps((script) => shop.abandonedCart(script, order.items, pages));
const viewed = (all: readonly Step[]) =>
  all.flatMap((step) => (step.kind === 'pageview' ? [new URL(step.page.url).pathname] : []));
const kindsOf = (all: readonly Step[]) => all.map(({ kind }) => kind);

describe('a purchase', () => {
  it.each([1, 2, 3, 4, 5])('fits on exactly %d pages, the last of which confirms it', (pages) => {
    const all = purchase(pages);
    expect(viewed(all)).toHaveLength(pages);
    expect(viewed(all).at(-1)).toBe('/checkout/confirmation');
    expect(kindsOf(all).at(-1)).toBe('order');
    expect(kindsOf(all)[0]).toBe('pageview');
  });

  it('goes by category, product, cart and checkout when there is room', () => {
    const all = purchase(shop.orderPages);
    expect(viewed(all).slice(2)).toEqual(['/cart', '/checkout', '/checkout/confirmation']);
    expect(viewed(all)[1]?.startsWith(`${viewed(all)[0]}/`)).toBe(true);
  });

  it('shows category and product as Matomo’s reports want them', () => {
    const [item] = order.items;
    const products = purchase(5).flatMap((step) =>
      step.kind === 'pageview' && step.product ? [step.product] : [],
    );
    expect(products).toEqual([
      { category: item?.category },
      { sku: item?.sku, name: item?.name, category: item?.category, price: item?.price },
    ]);
  });

  it('orders what the cart held last', () => {
    const all = purchase(5);
    const carts = all.flatMap((step) => (step.kind === 'cart' ? [step] : []));
    const last = all.at(-1);
    expect(carts.at(-1)?.items).toEqual(order.items);
    expect(last?.kind === 'order' ? last.order : undefined).toEqual({ ...order, id: 'A-1', currency: 'SEK' });
  });

  it('orders at once on the confirmation page', () => {
    for (const pages of [2, 3, 4, 5]) {
      const all = purchase(pages);
      expect((all.at(-1)?.atMs ?? 0) - (all.at(-2)?.atMs ?? 0)).toBeLessThan(10_000);
    }
  });
});

describe('a cart that is left behind', () => {
  it.each([1, 2, 3, 4])('fits on exactly %d pages and holds no order', (pages) => {
    const all = abandoned(pages);
    expect(viewed(all)).toHaveLength(pages);
    expect(kindsOf(all)).toContain('cart');
    expect(kindsOf(all)).not.toContain('order');
    expect(viewed(all)).not.toContain('/checkout/confirmation');
  });

  it('is worth the items in it', () => {
    for (const step of draws(4, (i) => abandoned(i + 1)).flat()) {
      if (step.kind !== 'cart') continue;
      const worth = step.items.reduce(
        (sum, { price, quantity }) => sum + Math.round(price * 100) * quantity,
        0,
      );
      expect(step.revenueCents).toBe(worth);
    }
  });
});
