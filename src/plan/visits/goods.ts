/** What there is to buy, and how popular it is: a few products sell often, many seldom. */
import type { CheckoutPage, Product } from '../../types/content/catalogue.ts';
import type { Page } from '../../types/content/content.ts';
import type { ProductView } from '../../types/visit.ts';
import type { Catalogue } from '../catalogue.ts';
import { createWeightedChoice, hasChance } from '../draw.ts';
import { power } from '../exact-math.ts';
import type { RandomStream } from '../random.ts';
import type { SitePage, SiteTree } from './site-tree.ts';

/** Popularity falls with the rank to this power, which is Zipf's law but for a flatter top. */
const SLOPE = 0.85;
const FLAT_TOP = 2;
/** Products that a visitor has in mind, and the share of those looked at that are among them. */
const WISHES = 5;
const WISH_SHARE = 0.55;

/** A product with its page, and the list that it is found in. */
export interface Good extends Product {
  readonly page: Page;
  readonly view: ProductView;
  readonly list: Page;
  readonly listView: ProductView;
}

/** Products as one visitor comes across them. */
export type Browse = (stream: RandomStream) => Good;

export interface Goods {
  readonly all: readonly Good[];
  /** Pages of the cart, the checkout and the confirmation, in this order. */
  readonly checkout: readonly Page[];
  /** True: the site's own pages have none of the products, which only shoppers see. */
  readonly isApart: boolean;
  /** What a page of this address shows. */
  viewAt(url: string): ProductView | undefined;
  /** The same for one of the site's own pages. */
  viewOn(page: SitePage): ProductView | undefined;
  goodAt(url: string): Good | undefined;
  /** The product of an item that was drawn from these. */
  goodOf(sku: string): Good;
  /** @param wishes a stream of the visitor's own: in every visit the same products are in mind */
  browse(wishes: RandomStream): Browse;
}

function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Ranks that are spread over the catalogue, so that no category has all that is popular. */
function popularityRanks(count: number): number[] {
  let stride = Math.max(1, Math.floor(count * 0.382));
  const shares = (a: number, b: number): number => (b === 0 ? a : shares(b, a % b));
  while (shares(count, stride) !== 1) stride++;
  return Array.from({ length: count }, (_, i) => (i * stride) % count);
}

function goodsOf({ origin }: SiteTree, products: readonly Product[]): Good[] {
  const lists = new Map<string, Page>();
  return products.map((product) => {
    const { sku, name, category, price } = product;
    const path = `/shop/${slugOf(category)}`;
    const list = lists.get(category) ?? { url: `${origin}${path}`, title: category };
    lists.set(category, list);
    return {
      ...product,
      page: { url: `${origin}${path}/${slugOf(name)}`, title: name },
      view: { sku, name, category, price },
      list,
      listView: { category },
    };
  });
}

export function createGoods(tree: SiteTree, catalogue: Catalogue): Goods {
  const all = goodsOf(tree, catalogue.products);
  const ranks = popularityRanks(all.length);
  const weights = new Map(all.map((good, i) => [good, 1 / power((ranks[i] as number) + FLAT_TOP, SLOPE)]));
  const popular = createWeightedChoice(all, (good) => weights.get(good) ?? 0);
  const byUrl = new Map(all.map((good) => [good.page.url, good]));
  const bySku = new Map(all.map((good) => [good.sku, good]));
  const views = new Map<string, ProductView>();
  for (const { page, view, list, listView } of all) views.set(page.url, view).set(list.url, listView);
  const ownViews = tree.pages.map(({ url }) => views.get(url));
  const page = ({ path, title }: CheckoutPage): Page => ({ url: `${tree.origin}${path}`, title });
  return {
    all,
    checkout: catalogue.checkout.map(page),
    isApart: !tree.leaves.some(({ url }) => byUrl.has(url)),
    viewAt: (url) => views.get(url),
    viewOn: ({ rank }) => ownViews[rank],
    goodAt: (url) => byUrl.get(url),
    goodOf: (sku) => bySku.get(sku) as Good,
    browse(wishes) {
      const wished = Array.from({ length: WISHES }, () => popular.pick(wishes));
      return (stream) =>
        hasChance(stream, WISH_SHARE)
          ? (wished[Math.floor(stream.next() * WISHES)] as Good)
          : popular.pick(stream);
    },
  };
}
