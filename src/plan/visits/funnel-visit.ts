/** A visit along a funnel: its steps in order, with their delays and with visitors who drop off. */
import type { OrderItem, Product } from '../../types/content/catalogue.ts';
import type { Page } from '../../types/content/content.ts';
import type { Funnel, FunnelStep } from '../../types/content/journeys.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { FunnelProgress, ProductView } from '../../types/visit.ts';
import { drawBetween, hasChance, pickOne } from '../draw.ts';
import type { PluginStep } from '../plugins/plugin-visits.ts';
import type { RandomStream } from '../random.ts';
import type { Good, Goods } from './goods.ts';
import { type Choice, cents, drawOrder, itemOf, type PricedOrder } from './orders.ts';
import { type SiteTree, titleFromSlug } from './site-tree.ts';
import type { VisitBuilder, VisitStreams } from './visit-builder.ts';

type EcommerceStep = Extract<FunnelStep, { type: 'ecommerce' }>;

/** Writes as much of the funnel as this visitor does, gaps in milliseconds. */
export type FunnelWriter = (
  script: VisitBuilder,
  streams: VisitStreams,
  orderId: () => string,
  writePluginStep: (step: PluginStep, rank: number, page: Page) => void,
) => FunnelProgress;

/** Longest time that all steps of the funnel can take together, in ms. */
export function longestFunnelMs(funnel: Funnel): number {
  const own = (step: FunnelStep) => (step.type === 'plugin' ? step.longestMs : 0);
  return funnel.steps.reduce((sum, step) => sum + step.delaySecondsMax * 1000 + own(step), 0);
}

/** The page of each step: its own, else the one of the step before. */
function pagesOf(funnel: Funnel, tree: SiteTree, titles: ReadonlyMap<string, string>): Page[] {
  let page: Page = tree.home;
  return funnel.steps.map((step) => {
    const url = step.url === undefined ? page.url : new URL(step.url, tree.origin).href;
    const slug = new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? '';
    const inherited = url === page.url ? page.title : undefined;
    const title = step.actionName ?? step.title ?? inherited ?? titles.get(url) ?? titleFromSlug(slug);
    page = { url, title };
    return page;
  });
}

/** So many items that come to the subtotal: one of the second product takes the cents that do not divide. */
function itemsWorth(
  subtotalCents: number,
  count: number,
  [first, second]: readonly OrderItem[],
): OrderItem[] {
  if (first === undefined) return [];
  const each = Math.floor(subtotalCents / count);
  const left = subtotalCents - each * count;
  if (left === 0 || second === undefined) {
    return [{ ...first, price: subtotalCents / count / 100, quantity: count }];
  }
  return [
    { ...first, price: each / 100, quantity: count - 1 },
    { ...second, price: (each + left) / 100, quantity: 1 },
  ];
}

/** An order as the funnel's author priced it; what is left open is drawn or follows from the rest. */
function orderOf(
  step: EcommerceStep,
  stream: RandomStream,
  settings: TrafficSettings,
  choice: Choice,
  products: readonly Product[],
): PricedOrder {
  const count = step.itemCount;
  const orderItems = count === undefined ? settings.orderItems : { min: count, max: count };
  const drawn = drawOrder(stream, { ...settings, orderItems }, choice, choice.all.length);
  if (step.revenue === undefined && step.subtotal === undefined && step.items === undefined) {
    const taxCents = step.tax === undefined ? drawn.taxCents : cents(step.tax);
    const shippingCents = step.shipping === undefined ? drawn.shippingCents : cents(step.shipping);
    const change = taxCents - drawn.taxCents + shippingCents - drawn.shippingCents;
    return { ...drawn, taxCents, shippingCents, revenueCents: drawn.revenueCents + change };
  }
  const taxCents = cents(step.tax ?? 0);
  const shippingCents = cents(step.shipping ?? 0);
  const ofItems = step.items?.reduce((sum, item) => sum + cents(item.price) * item.quantity, 0);
  const subtotalCents =
    step.subtotal !== undefined
      ? cents(step.subtotal)
      : (ofItems ?? cents(step.revenue ?? 0) - taxCents - shippingCents);
  const full = subtotalCents + taxCents + shippingCents;
  const revenueCents = step.revenue === undefined ? full : cents(step.revenue);
  const [product] = drawn.items;
  const other = products.find(({ sku }) => sku !== product?.sku);
  const items =
    step.items ??
    itemsWorth(Math.max(0, subtotalCents), count ?? 1, [
      ...(product ? [product] : []),
      ...(other ? [itemOf(other, 1)] : []),
    ]);
  return { items, subtotalCents, taxCents, shippingCents, revenueCents, discountCents: full - revenueCents };
}

/** What is bought in a funnel, and where it is looked at before. */
interface Offer {
  /** The products whose pages the funnel has; undefined where it has none. */
  readonly shown: readonly Good[] | undefined;
  /** Rank of the pageview that shows what is bought where no page of a product does; -1 for none. */
  readonly showAt: number;
}

/** Nothing is bought unseen: where the funnel has no page of a product, an early page shows it. */
function offerOf(funnel: Funnel, pages: readonly Page[], goods: Goods): Offer {
  const orderAt = funnel.steps.findIndex(({ type }) => type === 'ecommerce');
  if (orderAt < 0) return { shown: undefined, showAt: -1 };
  const shown = pages.slice(0, orderAt).flatMap(({ url }) => goods.goodAt(url) ?? []);
  if (shown.length > 0) return { shown: [...new Set(shown)], showAt: -1 };
  const views = funnel.steps.slice(0, orderAt).flatMap(({ type }, rank) => (type === 'pageview' ? rank : []));
  return { shown: undefined, showAt: views[Math.floor((views.length - 1) / 3)] ?? -1 };
}

function viewOf({ sku, name, category, price }: OrderItem): ProductView {
  return { sku, name, category, price };
}

export function createFunnelWriter(
  funnel: Funnel,
  settings: TrafficSettings,
  tree: SiteTree,
  goods: Goods,
): FunnelWriter {
  const titles = new Map(settings.pages.map((page) => [page.url, page.title]));
  const pages = pagesOf(funnel, tree, titles);
  const views = pages.map(({ url }) => goods.viewAt(url));
  const { shown, showAt } = offerOf(funnel, pages, goods);
  const bought = funnel.steps.find((step): step is EcommerceStep => step.type === 'ecommerce');
  const targets = funnel.steps.map((step, i) =>
    step.type === 'outlink' || step.type === 'download' ? new URL(step.targetUrl, pages[i]?.url).href : '',
  );

  function drawOrderOf(step: EcommerceStep, { commerce, wishes }: VisitStreams): PricedOrder {
    if (shown) {
      const next = (stream: RandomStream) => pickOne(shown, stream);
      return orderOf(step, commerce, settings, { all: shown, next }, goods.all);
    }
    // What one page shows is one product.
    const good = goods.browse(wishes())(commerce);
    return orderOf(step, commerce, settings, { all: [good], next: () => good }, goods.all);
  }

  function write(
    step: FunnelStep,
    rank: number,
    builder: VisitBuilder,
    orderFor: (step: EcommerceStep) => PricedOrder,
    orderId: () => string,
    writePluginStep: (step: PluginStep, rank: number, page: Page) => void,
  ) {
    const page = pages[rank] as Page;
    if (step.type === 'pageview') {
      const item = rank === showAt && bought ? orderFor(bought).items[0] : undefined;
      return builder.addPageview(page, item ? viewOf(item) : views[rank]);
    }
    if (step.type === 'site_search') {
      const { keyword, category, results } = step;
      return builder.addSearch(page, {
        keyword,
        ...(category === undefined ? {} : { category }),
        ...(results === undefined ? {} : { results }),
      });
    }
    builder.moveTo(page);
    if (step.type === 'plugin') return writePluginStep(step, rank, page);
    if (step.type === 'event') return builder.addEvent(step.event, 1);
    if (step.type === 'ecommerce') {
      const currency = step.currency ?? settings.currency;
      return builder.addOrder({ ...orderFor(step), id: `${orderId()}-${rank}`, currency }, 1);
    }
    return builder.addLink(step.type, targets[rank] ?? '', 1);
  }

  return (builder, streams, orderId, writePluginStep) => {
    const orders = new Map<EcommerceStep, PricedOrder>();
    const orderFor = (step: EcommerceStep): PricedOrder => {
      const order = orders.get(step) ?? drawOrderOf(step, streams);
      orders.set(step, order);
      return order;
    };
    let stepsDone = 0;
    for (const step of funnel.steps) {
      write(step, stepsDone, builder, orderFor, orderId, writePluginStep);
      stepsDone++;
      builder.wait(drawBetween(streams.journey, step.delaySecondsMin, step.delaySecondsMax) * 1000);
      if (!hasChance(streams.journey, step.continueProbability)) break;
    }
    return { name: funnel.name, stepsDone, stepCount: funnel.steps.length };
  };
}
