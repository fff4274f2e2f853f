/** A visit along a funnel: its steps in order, with their delays and with visitors who drop off. */
import type { OrderItem } from '../../types/catalogue.ts';
import type { Page } from '../../types/content.ts';
import type { Funnel, FunnelStep } from '../../types/journeys.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { FunnelProgress } from '../../types/visit.ts';
import type { Catalogue } from '../catalogue.ts';
import { drawBetween, hasChance } from '../draw.ts';
import type { RandomStream } from '../random.ts';
import { cents, drawOrder, type PricedOrder } from './orders.ts';
import { type SiteTree, titleFromSlug } from './site-tree.ts';
import type { VisitBuilder, VisitStreams } from './visit-builder.ts';

type EcommerceStep = Extract<FunnelStep, { type: 'ecommerce' }>;

/** Writes as much of the funnel as this visitor does, gaps in milliseconds. */
export type FunnelWriter = (
  script: VisitBuilder,
  streams: VisitStreams,
  orderId: () => string,
) => FunnelProgress;

/** Longest time that all steps of the funnel can take together, in ms. */
export function longestFunnelMs(funnel: Funnel): number {
  return funnel.steps.reduce((sum, step) => sum + step.delaySecondsMax * 1000, 0);
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
  catalogue: Catalogue,
): PricedOrder {
  const count = step.itemCount;
  const orderItems = count === undefined ? settings.orderItems : { min: count, max: count };
  const drawn = drawOrder(stream, { ...settings, orderItems }, catalogue.products);
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
  const other = catalogue.products.find(({ sku }) => sku !== product?.sku);
  const choice = [product, other && { ...other, quantity: 1 }].filter((item) => item !== undefined);
  const items = step.items ?? itemsWorth(Math.max(0, subtotalCents), count ?? 1, choice);
  return { items, subtotalCents, taxCents, shippingCents, revenueCents, discountCents: full - revenueCents };
}

export function createFunnelWriter(
  funnel: Funnel,
  settings: TrafficSettings,
  tree: SiteTree,
  catalogue: Catalogue,
): FunnelWriter {
  const titles = new Map(settings.pages.map((page) => [page.url, page.title]));
  const pages = pagesOf(funnel, tree, titles);
  const targets = funnel.steps.map((step, i) =>
    step.type === 'outlink' || step.type === 'download' ? new URL(step.targetUrl, pages[i]?.url).href : '',
  );

  function write(
    step: FunnelStep,
    rank: number,
    script: VisitBuilder,
    commerce: RandomStream,
    orderId: () => string,
  ) {
    const page = pages[rank] as Page;
    if (step.type === 'pageview') return script.addPageview(page);
    if (step.type === 'site_search') {
      const { keyword, category, results } = step;
      return script.addSearch(page, {
        keyword,
        ...(category === undefined ? {} : { category }),
        ...(results === undefined ? {} : { results }),
      });
    }
    script.moveTo(page);
    if (step.type === 'event') return script.addEvent(step.event, 1);
    if (step.type === 'ecommerce') {
      const order = orderOf(step, commerce, settings, catalogue);
      const currency = step.currency ?? settings.currency;
      return script.addOrder({ ...order, id: `${orderId()}-${rank}`, currency }, 1);
    }
    return script.addLink(step.type, targets[rank] ?? '', 1);
  }

  return (script, { journey, commerce }, orderId) => {
    let stepsDone = 0;
    for (const step of funnel.steps) {
      write(step, stepsDone, script, commerce, orderId);
      stepsDone++;
      script.wait(drawBetween(journey, step.delaySecondsMin, step.delaySecondsMax) * 1000);
      if (!hasChance(journey, step.continueProbability)) break;
    }
    return { name: funnel.name, stepsDone, stepCount: funnel.steps.length };
  };
}
