/** Shopping within a visit: lists and products, a cart that fills, and a checkout that loses people at each step. */
import type { Page } from '../../types/content/content.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { Order } from '../../types/visit.ts';
import { drawInteger, hasChance } from '../draw.ts';
import { power } from '../exact-math.ts';
import type { RandomStream } from '../random.ts';
import type { Browse, Good, Goods } from './goods.ts';
import { cartOf, drawOrder, type PricedOrder } from './orders.ts';
import type { VisitBuilder } from './visit-builder.ts';

/** Part of the time on a page before what the page itself triggers: an order on its confirmation. */
const AT_ONCE = 0.004;
/** Of carts that never come to a checkout, those whose page is opened. */
const CART_SEEN = 0.6;
/** Steps of a checkout from which people go back to the one before. */
const BACK_SHARE = 0.14;
/** Most products in a cart, and most that are looked at besides. */
const MOST_PRODUCTS = 4;
const MOST_LOOKED_AT = 3;

/** How far a visitor goes: a number of pages from the cart on, or all of them, and the order. */
type Stage = number | 'order';

/** A purchase or a cart left behind, before it is written down. */
export interface ShoppingTrip {
  readonly order: PricedOrder;
  readonly isOrder: boolean;
  readonly looked: readonly Good[];
  /** Pages from the cart on, in order. */
  readonly tail: readonly Page[];
  /** Pageviews that it takes with everything in it. */
  readonly pages: number;
}

export interface Shop {
  /** @param pages pageviews that there is room for, at least one */
  plan(stream: RandomStream, browse: Browse, isOrder: boolean, pages: number): ShoppingTrip;
  /** Writes it on exactly `pages` pageviews, at least one and at most those of the trip. */
  write(builder: VisitBuilder, trip: ShoppingTrip, pages: number, orderId: () => string): void;
  /** Fewest pageviews of a purchase that shows every step. */
  readonly fewestPages: number;
  /** A list and some of its products, on so many pageviews. */
  look(builder: VisitBuilder, stream: RandomStream, browse: Browse, pages: number): void;
}

export function createShop(goods: Goods, settings: TrafficSettings): Shop {
  const { checkout } = goods;
  const { cartAbandonment, currency } = settings;
  /** Chance to go on from a cart to the checkout, and from each of its pages to the next. */
  const goingOn = power(1 - cartAbandonment, 1 / (checkout.length - 1));

  /** Where a cart is left: each step loses as many of those who come to it. */
  function leaveAt(stream: RandomStream): number {
    let left = stream.next() * cartAbandonment;
    let coming = 1;
    for (let step = 0; step < checkout.length - 2; step++) {
      left -= coming * (1 - goingOn);
      if (left < 0) return step;
      coming *= goingOn;
    }
    return checkout.length - 2;
  }

  /** The pages, with some of those before the last seen twice: back to look once more. */
  function withDetours(pages: readonly Page[], stream: RandomStream): Page[] {
    return pages.flatMap((page, rank) => {
      const before = rank > 0 && rank < checkout.length - 1 ? pages[rank - 1] : undefined;
      return before && hasChance(stream, BACK_SHARE) ? [page, before, page] : page;
    });
  }

  function tailOf(stage: Stage, stream: RandomStream): readonly Page[] {
    if (stage === 'order') return withDetours(checkout, stream);
    if (stage === 0 && !hasChance(stream, CART_SEEN)) return [];
    return withDetours(checkout.slice(0, stage + 1), stream);
  }

  /** Lists, products looked at and products put into the cart, on so many pages, at least one for each item. */
  function choose(builder: VisitBuilder, { order, looked }: ShoppingTrip, pages: number): void {
    const { items } = order;
    let spare = pages - items.length;
    let list: Page | undefined;
    let next = 0;
    items.forEach((item, rank) => {
      const good = goods.goodOf(item.sku);
      if (spare > 0 && good.list !== list) {
        list = good.list;
        builder.addPageview(list, good.listView);
        spare--;
      }
      const lookedUntil = Math.ceil((looked.length * (rank + 1)) / items.length);
      for (; next < lookedUntil && spare > 0; next++) {
        const other = looked[next] as Good;
        builder.addPageview(other.page, other.view);
        spare--;
      }
      builder.addPageview(good.page, good.view);
      builder.addCart(cartOf(items.slice(0, rank + 1)));
    });
  }

  return {
    fewestPages: checkout.length + 1,
    plan(stream, browse, isOrder, pages) {
      const tail = tailOf(isOrder ? 'order' : leaveAt(stream), stream);
      const room = Math.max(1, pages - tail.length);
      const distinct = Math.min(MOST_PRODUCTS, Math.max(1, Math.floor((room + 1) / 2)));
      const order = drawOrder(stream, settings, { all: goods.all, next: browse }, distinct);
      const looked = Array.from({ length: drawInteger(stream, 0, MOST_LOOKED_AT) }, () => browse(stream));
      const lists = order.items.reduce(
        (count, item, i, all) => count + Number(item.category !== all[i - 1]?.category),
        0,
      );
      return {
        order,
        isOrder,
        looked,
        tail,
        pages: order.items.length + lists + looked.length + tail.length,
      };
    },
    write(builder, trip, pages, orderId) {
      const { order, tail, isOrder } = trip;
      const front = Math.max(order.items.length, pages - tail.length);
      choose(builder, trip, front);
      const shown = Math.max(0, pages - front);
      if (shown > 0) for (const page of tail.slice(-shown)) builder.addPageview(page);
      if (isOrder) {
        const placed: Order = { ...order, id: orderId(), currency };
        builder.addOrder(placed, shown > 0 ? AT_ONCE : undefined);
      }
    },
    look(builder, stream, browse, pages) {
      const first = browse(stream);
      if (pages > 1) builder.addPageview(first.list, first.listView);
      for (let i = pages > 1 ? 1 : 0; i < pages; i++) {
        const good = i === pages - 1 ? first : browse(stream);
        builder.addPageview(good.page, good.view);
      }
    },
  };
}
