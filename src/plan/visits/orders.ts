/** Baskets and orders: prices from the catalogue, revenue inside the configured bounds to the cent. */
import type { OrderItem, Product } from '../../types/content/catalogue.ts';
import type { Range, TrafficSettings } from '../../types/traffic-settings.ts';
import type { Order } from '../../types/visit.ts';
import { drawBetween, drawSkewed, hasChance, pickOne } from '../draw.ts';
import type { RandomStream } from '../random.ts';

/** Baskets tried at catalogue prices before prices are bent to meet the bounds. */
const ATTEMPTS = 8;
/** Products looked at for one that is not too dear. */
const LOOKS = 12;
const DISCOUNT_SHARE = 0.12;
/** Where in the range of items orders are on average, and those that may have more items than products. */
const ITEMS_MEAN = 0.38;
const DOUBLE_SHARE = 0.15;

/** What an order costs, before it has a number. */
export type PricedOrder = Omit<Order, 'id' | 'currency'>;

/** What may be bought, and which of it a visitor comes across next. */
export interface Choice {
  readonly all: readonly Product[];
  readonly next: (stream: RandomStream) => Product;
}

export function cents(amount: number): number {
  return Math.round(amount * 100);
}

function subtotalCentsOf(items: readonly OrderItem[]): number {
  return items.reduce((sum, item) => sum + cents(item.price) * item.quantity, 0);
}

/** So many of a product, and nothing else that a product may carry along. */
export function itemOf({ sku, name, category, price }: Product, quantity: number): OrderItem {
  return { sku, name, category, price, quantity };
}

/** A product of at most the price; the cheapest of some where there is none. */
function pickAffordable(stream: RandomStream, { all, next }: Choice, mostCents: number): Product {
  let cheapest: Product | undefined;
  for (let look = 0; look < LOOKS; look++) {
    const product = next(stream);
    if (cents(product.price) <= mostCents) return product;
    if (!cheapest || product.price < cheapest.price) cheapest = product;
  }
  const affordable = all.filter(({ price }) => cents(price) <= mostCents);
  return affordable.length > 0 ? pickOne(affordable, stream) : (cheapest as Product);
}

/** So many items of at most so many products. */
function drawBasket(
  stream: RandomStream,
  choice: Choice,
  { count, distinct, mostCents }: { count: number; distinct: number; mostCents: number },
): OrderItem[] {
  const chosen = new Map<string, OrderItem>();
  for (let i = 0; i < count; i++) {
    const chosenBefore = [...chosen.values()];
    const isNew = chosen.size < distinct;
    const product = isNew ? pickAffordable(stream, choice, mostCents) : pickOne(chosenBefore, stream);
    const quantity = (chosen.get(product.sku)?.quantity ?? 0) + 1;
    chosen.set(product.sku, itemOf(product, quantity));
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

/** Items of an order: rather few, and seldom more of one product than the settings ask for. */
function drawCount(stream: RandomStream, { min, max }: Range, distinct: number): number {
  const drawn = min + Math.floor((max - min + 1) * drawSkewed(stream, ITEMS_MEAN));
  return hasChance(stream, DOUBLE_SHARE) ? drawn : Math.max(min, Math.min(drawn, distinct));
}

/** An order of at most `distinct` products whose number of items and revenue lie within the settings' bounds. */
export function drawOrder(
  stream: RandomStream,
  settings: TrafficSettings,
  choice: Choice,
  distinct = Number.POSITIVE_INFINITY,
): PricedOrder {
  const least = Math.ceil(settings.orderValue.min * 100 - 1e-6);
  const most = Math.max(least, Math.floor(settings.orderValue.max * 100 + 1e-6));
  const count = drawCount(stream, settings.orderItems, distinct);
  const wanted = least + Math.floor((most - least) * drawSkewed(stream, 0.35));
  const mostCents = Math.max(wanted * 1.5, least) / count;
  let basket: OrderItem[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    basket = drawBasket(stream, choice, { count, distinct, mostCents });
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
