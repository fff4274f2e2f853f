import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_CATALOGUE } from '../../../src/plan/catalogue.ts';
import { pickOne } from '../../../src/plan/draw.ts';
import { type Choice, cartOf, cents, drawOrder, type PricedOrder } from '../../../src/plan/visits/orders.ts';
import { anyStream, draws, mean, type Overrides, share, trafficSettings } from '../fixtures.ts';

const { products } = BUILT_IN_CATALOGUE;
const CHOICE: Choice = { all: products, next: (stream) => pickOne(products, stream) };

function orders(count: number, overrides: Overrides = {}, seed = 'orders'): PricedOrder[] {
  const settings = trafficSettings(overrides);
  const stream = anyStream(seed);
  return draws(count, () => drawOrder(stream, settings, CHOICE));
}

const itemCount = (order: PricedOrder) => order.items.reduce((sum, { quantity }) => sum + quantity, 0);

describe('an order', () => {
  it('adds up to the cent, inside the bounds of value and items, whatever the bounds', () => {
    const money = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2_000_000 }));
    const range = (number: fc.Arbitrary<number>) =>
      fc.tuple(number, number).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
    fc.assert(
      fc.property(
        fc.string(),
        range(money),
        range(fc.integer({ min: 1, max: 50 })),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(money, { maxLength: 4 }),
        (seed, value, orderItems, taxRate, shipping) => {
          const [order] = orders(
            1,
            {
              orderValue: { min: value.min / 100, max: value.max / 100 },
              orderItems,
              taxRate,
              shippingRates: shipping.map((rate) => rate / 100),
            },
            seed,
          );
          if (!order) throw new Error('There is no order.');
          const { revenueCents, subtotalCents, taxCents, shippingCents, discountCents, items } = order;
          expect(revenueCents).toBe(subtotalCents + taxCents + shippingCents - discountCents);
          for (const amount of [revenueCents, subtotalCents, taxCents, shippingCents, discountCents]) {
            expect(Number.isInteger(amount) && amount >= 0).toBe(true);
          }
          expect(revenueCents).toBeGreaterThanOrEqual(value.min);
          expect(revenueCents).toBeLessThanOrEqual(value.max);
          expect(itemCount(order)).toBeGreaterThanOrEqual(orderItems.min);
          expect(itemCount(order)).toBeLessThanOrEqual(orderItems.max);
          expect(cartOf(items).revenueCents).toBe(subtotalCents);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has no value below or above bounds that are finer than a cent', () => {
    const overrides = { orderValue: { min: 20.004, max: 20.016 } };
    for (const { revenueCents } of orders(200, overrides)) expect(revenueCents).toBe(2001);
  });

  it('has the catalogue’s prices where they fit the bounds', () => {
    const prices = new Map(products.map(({ sku, price }) => [sku, price]));
    const all = orders(2000);
    const atCataloguePrices = share(all, ({ items }) =>
      items.every(({ sku, price }) => prices.get(sku) === price),
    );
    expect(atCataloguePrices).toBeGreaterThan(0.9);
  });

  it('names each product once', () => {
    for (const { items } of orders(2000, { orderItems: { min: 3, max: 20 } })) {
      expect(new Set(items.map(({ sku }) => sku)).size).toBe(items.length);
    }
  });

  it('is taxed at the configured rate and shipped at a configured price, mostly without a discount', () => {
    const shippingRates = [0, 5.99, 15.99];
    const all = orders(2000, { taxRate: 0.25, shippingRates, orderValue: { min: 1, max: 5000 } });
    const usual = all.filter(({ subtotalCents, taxCents }) => taxCents === Math.round(subtotalCents * 0.25));
    expect(usual).toHaveLength(all.length);
    const rates = new Set(all.map(({ shippingCents }) => shippingCents));
    expect([...rates].sort((a, b) => a - b)).toEqual([0, 599, 1599]);
    const discounted = share(all, ({ discountCents }) => discountCents > 0);
    expect(discounted).toBeGreaterThan(0.08);
    expect(discounted).toBeLessThan(0.16);
  });

  it('leans to the lower values of the range', () => {
    const values = orders(5000).map(({ revenueCents }) => revenueCents / 100);
    expect(mean(values)).toBeGreaterThan(15.99 + 0.15 * 284);
    expect(mean(values)).toBeLessThan(15.99 + 0.5 * 284);
  });
});

describe('cents', () => {
  it('rounds amounts that binary fractions miss', () => {
    expect([19.99, 0.07, 1.1, 299.99, 4.35].map(cents)).toEqual([1999, 7, 110, 29_999, 435]);
  });
});
