/** Shopping within a visit: category, product, cart, checkout and order, on as many pages as there is room for. */
import type { OrderItem, Product } from '../../types/catalogue.ts';
import type { Page } from '../../types/content.ts';
import type { Catalogue } from '../catalogue.ts';
import { cartOf, type PricedOrder } from './orders.ts';
import type { SiteTree } from './site-tree.ts';
import type { VisitBuilder } from './visit-builder.ts';

/** Part of the time on a page before what the page itself triggers: an order on its confirmation. */
const AT_ONCE = 0.004;

export interface Shop {
  /** Most pageviews that a purchase takes, and a cart left behind. */
  readonly orderPages: number;
  readonly cartPages: number;
  /** Writes a purchase on exactly `pages` pageviews, at least one. */
  order(script: VisitBuilder, order: PricedOrder, id: string, pages: number): void;
  /** Writes a cart that is left behind, on exactly `pages` pageviews, at least one. */
  abandonedCart(script: VisitBuilder, items: readonly OrderItem[], pages: number): void;
}

function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** @param currency ISO 4217 */
export function createShop(tree: SiteTree, catalogue: Catalogue, currency: string): Shop {
  const page = (path: string, title: string): Page => ({ url: `${tree.origin}${path}`, title });
  const cart = page('/cart', 'Shopping cart');
  const checkout = page('/checkout', 'Checkout');
  const confirmation = page('/checkout/confirmation', 'Order confirmation');
  const categoryPages = new Map<string, Page>();
  const productPages = new Map<string, Page>();
  for (const { sku, name, category } of catalogue.products) {
    const path = `/shop/${slugOf(category)}`;
    categoryPages.set(category, page(path, category));
    productPages.set(sku, page(`${path}/${slugOf(name)}`, name));
  }
  const productPage = (product: Pick<Product, 'sku' | 'name'>) =>
    productPages.get(product.sku) ?? page(`/shop/${slugOf(product.name)}`, product.name);

  /** Category and product pages on the way to the cart, the first product put into it. */
  function choose(script: VisitBuilder, items: readonly OrderItem[], pages: number): void {
    const first = items[0] as OrderItem;
    if (pages > 1) {
      const { category } = first;
      script.addPageview(categoryPages.get(category) ?? page(`/shop/${slugOf(category)}`, category), {
        category,
      });
    }
    if (pages > 0) {
      const { sku, name, category, price } = first;
      script.addPageview(productPage(first), { sku, name, category, price });
      script.addCart(cartOf([first]));
    }
  }

  return {
    orderPages: 5,
    cartPages: 4,
    order(script, order, id, pages) {
      choose(script, order.items, Math.min(2, pages - 1 - Number(pages > 2) - Number(pages > 3)));
      if (pages > 2) {
        script.addPageview(cart);
        if (order.items.length > 1) script.addCart(cartOf(order.items));
      }
      if (pages > 3) script.addPageview(checkout);
      script.addPageview(confirmation);
      script.addOrder({ ...order, id, currency }, AT_ONCE);
    },
    abandonedCart(script, items, pages) {
      choose(script, items, Math.min(2, pages - Number(pages > 1) - Number(pages > 3)));
      if (pages > 1) {
        script.addPageview(cart);
        if (items.length > 1) script.addCart(cartOf(items));
      }
      if (pages > 3) script.addPageview(checkout);
    },
  };
}
