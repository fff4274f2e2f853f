/** Turns a planned visit into tracking requests, each parameter as Matomo's tracking API wants it. */
import type { OrderItem } from '../../types/catalogue.ts';
import type { Page } from '../../types/content.ts';
import type { EncodedVisit, Hit, VisitRecord } from '../../types/hit.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { Step, Visit } from '../../types/visit.ts';
import type { Visitor } from '../../types/visitor.ts';
import { countParameter, formatCents, parameter, remembering, textParameter } from './encode.ts';
import { createVisitDigest } from './visit-digest.ts';

/** Local clocks by timezone: milliseconds to add to UTC. */
export interface Clocks {
  offsetMs(timezone: string, instantMs: number): number;
}

export type HitWriter = (visit: Visit) => EncodedVisit;

type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

/** The random numbers, which tell two equal hits apart for caches on the way, are below this prime. */
const RAND_BELOW = 1_000_003;

/** Hour and minute of the visitor's clock, by minute of the day. */
const CLOCK_PARTS = Array.from({ length: 1440 }, (_, minute) =>
  ['&h=', Math.floor(minute / 60), '&m=', minute % 60, '&s='].join(''),
);

/** What a page adds to the hits on it. */
interface PageParts {
  readonly url: string;
  /** To the next page, that the visitor came from this one. */
  readonly urlref: string;
  readonly actionName: string;
}

function partsOfPage({ url, title }: Page): PageParts {
  const encoded = encodeURIComponent(url);
  return {
    url: parameter('url', encoded),
    urlref: parameter('urlref', encoded),
    actionName: parameter('action_name', encodeURIComponent(title)),
  };
}

/** What comes again and again, each value written once. */
function createParameters() {
  return {
    ua: textParameter('ua'),
    uadata: textParameter('uadata'),
    city: textParameter('city'),
    page: remembering(partsOfPage),
    urlref: textParameter('urlref'),
    timings: ['pf_net', 'pf_srv', 'pf_tfr', 'pf_dm1', 'pf_dm2', 'pf_onl'].map(countParameter),
    productCategory: textParameter('_pkc'),
    productSku: textParameter('_pks'),
    productName: textParameter('_pkn'),
    eventCategory: textParameter('e_c'),
    eventAction: textParameter('e_a'),
    eventName: textParameter('e_n'),
    search: textParameter('search'),
    searchCategory: textParameter('search_cat'),
    searchCount: countParameter('search_count'),
    link: textParameter('link'),
    download: textParameter('download'),
    contentName: textParameter('c_n'),
    contentPiece: textParameter('c_p'),
    contentTarget: textParameter('c_t'),
    json: remembering((text: string) => encodeURIComponent(JSON.stringify(text))),
  };
}

type Parameters = ReturnType<typeof createParameters>;

/** Visit-scope value for the custom dimension that the settings name at this rank. */
function dimensionValue(rank: number, { visitor, isReturning }: Visit): string {
  if (rank === 0) return visitor.persona;
  if (rank === 1) return isReturning ? 'returning' : 'new';
  if (rank === 2) return visitor.device;
  return `group-${'ABCD'.charAt((visitor.number + rank) & 3)}`;
}

/** What stays the same in every hit of a visit. `cid` keeps visitors apart who share address, browser and language. */
function visitorPart(visit: Visit, settings: TrafficSettings, parameters: Parameters): string {
  const { id, userId, userAgent, clientHints, language, resolution, hasPdfViewer, place } = visit.visitor;
  let part = `idsite=${settings.siteId}&rec=1&apiv=1&queuedtracking=0&_id=${id}&cid=${id}`;
  if (userId !== undefined) part += `&uid=${userId}`;
  part += parameters.ua(userAgent);
  if (clientHints !== undefined) part += parameters.uadata(clientHints);
  // Matomo's own tracker also says 0 for plugins that no browser has any more; what is not said counts as 0.
  part += `&lang=${language}&res=${resolution}${hasPdfViewer ? '&pdf=1&cookie=1' : '&cookie=1'}`;
  if (place) {
    const { address, country, region, city, lat, long } = place;
    part += `&cip=${encodeURIComponent(address)}&country=${country}&region=${region}`;
    part += `${parameters.city(city)}&lat=${lat}&long=${long}`;
  }
  if (settings.runDimensionId !== undefined) {
    part += `&dimension${settings.runDimensionId}=${encodeURIComponent(settings.seed)}`;
  }
  for (let rank = 0; rank < settings.customDimensions.length; rank++) {
    part += `&dimension${settings.customDimensions[rank]}=${encodeURIComponent(dimensionValue(rank, visit))}`;
  }
  return part;
}

/** The visitor's own clock and the time for Matomo. */
function timePart({ timezone }: Visitor, atMs: number, clocks: Clocks): string {
  const second = Math.floor(atMs / 1000);
  const ofDay = (second + clocks.offsetMs(timezone, atMs) / 1000) % 86_400;
  return `${CLOCK_PARTS[Math.floor(ofDay / 60)]}${ofDay % 60}&cdt=${second}`;
}

function pageviewPart(
  { timings, product }: StepOf<'pageview'>,
  { actionName }: PageParts,
  parameters: Parameters,
): string {
  let part = actionName;
  for (let i = 0; i < timings.length; i++) part += parameters.timings[i]?.(timings[i] as number);
  if (product) {
    const { category, sku, name, price } = product;
    part += parameters.productCategory(category);
    if (sku !== undefined) part += parameters.productSku(sku);
    if (name !== undefined) part += parameters.productName(name);
    if (price !== undefined) part += `&_pkp=${price}`;
  }
  return part;
}

function eventPart({ event }: StepOf<'event'>, parameters: Parameters): string {
  const { category, action, name, value } = event;
  const names =
    parameters.eventCategory(category) + parameters.eventAction(action) + parameters.eventName(name);
  return value === undefined ? `${names}&ca=1` : `${names}&e_v=${value}&ca=1`;
}

function searchPart({ keyword, category, results }: StepOf<'search'>, parameters: Parameters): string {
  let part = parameters.search(keyword);
  if (category !== undefined) part += parameters.searchCategory(category);
  if (results !== undefined) part += parameters.searchCount(results);
  return part;
}

function contentPart(step: StepOf<'content'>, parameters: Parameters): string {
  const { name, piece, targetUrl, isInteraction } = step;
  const banner =
    parameters.contentName(name) + parameters.contentPiece(piece) + parameters.contentTarget(targetUrl);
  return isInteraction ? `${banner}&c_i=click&ca=1` : `${banner}&ca=1`;
}

/** JSON of one row for each item, `["sku","name","category",price,quantity]`, percent-encoded. */
function itemsPart(items: readonly OrderItem[], { json }: Parameters): string {
  const rows = items.map(({ sku, name, category, price, quantity }) =>
    ['%5B', json(sku), '%2C', json(name), '%2C', json(category), '%2C', price, '%2C', quantity, '%5D'].join(
      '',
    ),
  );
  return `&ec_items=%5B${rows.join('%2C')}%5D`;
}

function orderPart({ order }: StepOf<'order'>, parameters: Parameters): string {
  const money = `&revenue=${formatCents(order.revenueCents)}&ec_st=${formatCents(order.subtotalCents)}`;
  const extra = `&ec_tx=${formatCents(order.taxCents)}&ec_sh=${formatCents(order.shippingCents)}`;
  const discount = `&ec_dt=${formatCents(order.discountCents)}&ec_currency=${order.currency}`;
  return `&idgoal=0&ec_id=${order.id}${money}${extra}${discount}${itemsPart(order.items, parameters)}`;
}

/** What the kind of the step asks for. */
function actionPart(step: Step, page: PageParts, parameters: Parameters): string {
  switch (step.kind) {
    case 'pageview':
      return pageviewPart(step, page, parameters);
    case 'event':
      return eventPart(step, parameters);
    case 'search':
      return searchPart(step, parameters);
    case 'outlink':
      return `${parameters.link(step.targetUrl)}&ca=1`;
    case 'download':
      return `${parameters.download(step.targetUrl)}&ca=1`;
    case 'content':
      return contentPart(step, parameters);
    case 'goal':
      return `&idgoal=${step.goalId}`;
    case 'cart':
      return `&idgoal=0&revenue=${formatCents(step.revenueCents)}${itemsPart(step.items, parameters)}`;
    case 'order':
      return orderPart(step, parameters);
    case 'ping':
      return '&ping=1';
  }
}

/** The landing page with what a campaign link adds to it. */
function landingUrl(url: string, parameters: string): string {
  const end = url.includes('#') ? url.indexOf('#') : url.length;
  const path = url.slice(0, end);
  return `${path}${path.includes('?') ? '&' : '?'}${parameters}${url.slice(end)}`;
}

/** What each hit of the visit has beyond the part that all have. */
function ownParts(visit: Visit, clocks: Clocks, parameters: Parameters): string[] {
  const { number, steps, source, visitor } = visit;
  const firstRand = (((number * 64) % RAND_BELOW) + RAND_BELOW) % RAND_BELOW;
  const own: string[] = new Array(steps.length);
  let urlref = source.url === undefined ? '' : parameters.urlref(source.url);
  for (let seq = 0; seq < steps.length; seq++) {
    const step = steps[seq] as Step;
    const { kind, atMs } = step;
    const page = parameters.page(step.page);
    const url =
      seq > 0 || source.parameters === undefined
        ? page.url
        : `&url=${encodeURIComponent(landingUrl(step.page.url, source.parameters))}`;
    const isPage = kind === 'pageview' || kind === 'search';
    const from = isPage ? urlref : '';
    if (isPage) urlref = page.urlref;
    const hasPageview = kind !== 'order' && kind !== 'cart' && kind !== 'goal';
    const pageview = hasPageview ? `&pv_id=${step.pageviewId}` : '';
    const time = timePart(visitor, atMs, clocks);
    const rand = (firstRand + seq * 7) % RAND_BELOW;
    const action = actionPart(step, page, parameters);
    // Joined, a text is one piece at once; put together with `+` it would be gathered from all over the heap later.
    own[seq] = [url, action, from, pageview, time, '&rand=', rand].join('');
  }
  return own;
}

/** The visit as it is accounted for. @param digest of what is sent of it */
export function visitRecordOf({ key, lane, funnel, steps, visitor }: Visit, digest: string): VisitRecord {
  const hits: Hit[] = new Array(steps.length);
  const { id: visitorId, userId } = visitor;
  const visit: VisitRecord = { key, lane, hits, funnel, visitorId, userId, digest };
  for (let seq = 0; seq < steps.length; seq++) {
    const step = steps[seq] as Step;
    const { kind, atMs: dueMs } = step;
    const revenueCents = kind === 'order' ? step.order.revenueCents : 0;
    hits[seq] = { visit, seq, dueMs, kind, revenueCents };
  }
  return visit;
}

export function createHitWriter(settings: TrafficSettings, clocks: Clocks): HitWriter {
  const parameters = createParameters();
  const digestOf = createVisitDigest();
  return (planned) => {
    const common = visitorPart(planned, settings, parameters);
    const own = ownParts(planned, clocks, parameters);
    return { visit: visitRecordOf(planned, digestOf(common, own)), common, own };
  };
}

/** The visit with another time in one of its hits, which Matomo takes for the time at which it happened. */
export function withTimeShifted(visit: EncodedVisit, seq: number, seconds: number): EncodedVisit {
  const own = visit.own.with(
    seq,
    visit.own[seq]?.replace(/&cdt=(\d+)/, (_, time) => `&cdt=${Number(time) + seconds}`) ?? '',
  );
  return { ...visit, own };
}
