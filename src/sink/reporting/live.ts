/** `Live.getLastVisitsDetails`: visits in full. */
import type { SinkVisit } from '../visits/visit.ts';
import { OPEN_CART, ORDER } from '../visits/visit.ts';
import type { SiteVisits } from '../visits/visits.ts';
import { zoneNamed } from '../zone.ts';

const ACTION_TYPES = {
  pageview: 'action',
  event: 'event',
  search: 'search',
  outlink: 'outlink',
  download: 'download',
  content: 'content',
  interaction: 'content',
} as const;

const LABEL_NAMES = {
  pageview: 'pageTitle',
  event: 'eventCategory',
  search: 'siteSearchKeyword',
  outlink: 'pageTitle',
  download: 'pageTitle',
  content: 'contentName',
  interaction: 'contentName',
} as const;

/** As Matomo does: the times of actions, and no others, are shifted by the site's distance to UTC at those instants. */
function actionDetails(store: SiteVisits, visit: SinkVisit): Record<string, unknown>[] {
  const actions = [...store.actions.from(visit.firstAction)].map((action) => ({
    type: ACTION_TYPES[action.kind],
    url: action.url,
    timestamp: action.seconds,
    [LABEL_NAMES[action.kind]]: action.label,
  }));
  const conversions = visit.conversions.map(({ goalId, seconds, revenueCents, orderId }) => {
    const shared = { timestamp: seconds, revenue: revenueCents / 100 };
    if (goalId === ORDER) return { type: 'ecommerceOrder', orderId, ...shared };
    if (goalId === OPEN_CART) return { type: 'ecommerceAbandonedCart', ...shared };
    return { type: 'goal', goalId, ...shared };
  });
  const zone = zoneNamed(store.site.timezone);
  return [...actions, ...conversions]
    .sort((a, b) => a.timestamp - b.timestamp)
    .map((shown) => ({ ...shown, timestamp: shown.timestamp + zone.offset(shown.timestamp * 1000) * 60 }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** One row of the report. `serverTimestamp` is that of the last action; `serverDate` is UTC. */
export function visitDetails(store: SiteVisits, visit: SinkVisit): Record<string, unknown> {
  const orders = visit.conversions.filter((row) => row.goalId === ORDER);
  const carts = visit.conversions.filter((row) => row.goalId === OPEN_CART);
  return {
    idSite: store.site.id,
    idVisit: visit.id,
    visitorId: visit.visitorId,
    userId: visit.userId === '' ? null : visit.userId,
    serverDate: new Date(visit.lastSeconds * 1000).toISOString().slice(0, 10),
    serverTimestamp: visit.lastSeconds,
    firstActionTimestamp: visit.firstSeconds,
    lastActionTimestamp: visit.lastSeconds,
    visitDuration: visit.totalSeconds,
    referrerType: visit.referrer.type,
    actions: visit.actionCount,
    actionDetails: actionDetails(store, visit),
    goalConversions: visit.conversions.length - orders.length - carts.length,
    siteCurrency: store.site.currency,
    totalEcommerceConversions: orders.length,
    totalEcommerceRevenue: sum(orders.map((row) => row.revenueCents)) / 100,
    totalAbandonedCarts: carts.length,
    totalAbandonedCartsRevenue: sum(carts.map((row) => row.revenueCents)) / 100,
  };
}

/** The visitors of `visitorId==A,visitorId==B`; null for a segment of another kind. */
export function visitorsOfSegment(segment: string): string[] | null {
  const ids = segment.split(',').map((part) => /^visitorId==([0-9a-f]{16})$/i.exec(part)?.[1]?.toLowerCase());
  const known = ids.filter((id) => id !== undefined);
  return known.length === ids.length ? [...new Set(known)] : null;
}
