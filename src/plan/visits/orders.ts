/** Baskets and orders: prices from the catalogue, revenue inside the configured bounds to the cent. */
import type { OrderItem, Product } from '../../types/catalogue.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { Order } from '../../types/visit.ts';
import { drawBetween, drawInteger, drawSkewed, hasChance, pickOne } from '../draw.ts';
import type { RandomStream } from '../random.ts';

/** Baskets tried at catalogue prices before prices are bent to meet the bounds. */
const ATTEMPTS = 8;
const DISCOUNT_SHARE = 0.12;

/** What an order costs, before it has a number. */
export type PricedOrder = Omit<Order, 'id' | 'currency'>;

export function cents(amount: number): number {
  return Math.round(amount * 100);
}

function subtotalCentsOf(items: readonly OrderItem[]): number {
  return items.reduce((sum, item) => sum + cents(item.price) * item.quantity, 0);
}

function drawBasket(stream: RandomStream, products: readonly Product[], count: number): OrderItem[] {
  const chosen = new Map<string, OrderItem>();
  for (let i = 0; i < count; i++) {
    const product = pickOne(products, stream);
    const quantity = (chosen.get(product.sku)?.quantity ?? 0) + 1;
    chosen.set(product.sku, { ...product, quantity });
  }
  return [...chosen.values()];
}

function price(items: readonly OrderItem[], taxRate: number, shippingCents: number, discountPart: number) {
  const subtotalCents = subtotalCentsOf(items);
  const taxCents = Math.round(subtotalCents * taxRate);
  const discountCents = Math.round(subtotalCents * discountPart);
  const revenueCents = subtotalCents + taxCents + shippingCents - discountCents;
  return { items, subtotalCents, taxCents, shippingCents, discountCents, revenueCents };
}

/** The first product at a price, with a discount of some cents, that give exactly the wanted revenue. */
function bend(items: readonly OrderItem[], revenueCents: number, taxRate: number): PricedOrder {
  const quantity = items.reduce((sum, item) => sum + item.quantity, 0);
  const unitCents = Math.ceil(Math.ceil(revenueCents / (1 + taxRate)) / quantity);
  const subtotalCents = unitCents * quantity;
  const taxCents = Math.round(subtotalCents * taxRate);
  return {
    items: [{ ...(items[0] as OrderItem), price: unitCents / 100, quantity }],
    subtotalCents,
    taxCents,
    shippingCents: 0,
    discountCents: subtotalCents + taxCents - revenueCents,
    revenueCents,
  };
}

/** An order whose number of items and revenue lie within the settings' bounds. */
export function drawOrder(
  stream: RandomStream,
  settings: TrafficSettings,
  products: readonly Product[],
): PricedOrder {
  const least = Math.ceil(settings.orderValue.min * 100 - 1e-6);
  const most = Math.max(least, Math.floor(settings.orderValue.max * 100 + 1e-6));
  const count = drawInteger(stream, settings.orderItems.min, settings.orderItems.max);
  const wanted = least + Math.floor((most - least) * drawSkewed(stream, 0.35));
  const affordable = products.filter(
    (product) => cents(product.price) * count <= Math.max(wanted * 1.5, least),
  );
  const choice = affordable.length > 0 ? affordable : products;
  let basket: OrderItem[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    basket = drawBasket(stream, choice, count);
    const shipping = settings.shippingRates.length > 0 ? cents(pickOne(settings.shippingRates, stream)) : 0;
    const discount = hasChance(stream, DISCOUNT_SHARE) ? drawBetween(stream, 0.05, 0.25) : 0;
    const order = price(basket, settings.taxRate, shipping, discount);
    if (order.revenueCents >= least && order.revenueCents <= most) return order;
  }
  return bend(basket, Math.max(wanted, 1), settings.taxRate);
}

/** Goods that are not paid for yet. */
export interface Cart {
  readonly items: readonly OrderItem[];
  /** Their subtotal. */
  readonly revenueCents: number;
}

export function cartOf(items: readonly OrderItem[]): Cart {
  return { items, revenueCents: subtotalCentsOf(items) };
}
