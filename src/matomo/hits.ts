/** Turns a planned visit into tracking requests, each parameter as Matomo's tracking API wants it. */
import type { Hit, Step, TrafficSettings, Visit, VisitOfHits, Visitor } from '../types.ts';
import { createEncoder, type Encoder, formatCents } from './encode.ts';

/** Local clocks by timezone: milliseconds to add to UTC. */
export interface Clocks {
  offsetMs(timezone: string, instantMs: number): number;
}

export type HitWriter = (visit: Visit) => Hit[];

/** Names of the six timings of a pageview, in the order in which a step holds them. */
const TIMINGS = ['pf_net', 'pf_srv', 'pf_tfr', 'pf_dm1', 'pf_dm2', 'pf_onl'];

/** Visit-scope values for custom dimensions, in the order in which the settings name the ids. */
function dimensionValue(rank: number, visit: Visit): string {
  const { visitor, isReturning } = visit;
  const values = [visitor.persona, isReturning ? 'returning' : 'new', visitor.device];
  return values[rank] ?? `group-${'ABCD'.charAt((visitor.number + rank) % 4)}`;
}

/** What stays the same in every hit of a visit. `cid` keeps visitors apart who share address, browser and language. */
function visitorPart(visit: Visit, settings: TrafficSettings, encode: Encoder): string {
  const { visitor } = visit;
  const { id, place } = visitor;
  let part = `idsite=${settings.siteId}&rec=1&apiv=1&queuedtracking=0&_id=${id}&cid=${id}`;
  if (visitor.userId !== undefined) part += `&uid=${visitor.userId}`;
  part += `&ua=${encode(visitor.userAgent)}`;
  if (visitor.clientHints !== undefined) part += `&uadata=${encode(visitor.clientHints)}`;
  part += `&lang=${visitor.language}&res=${visitor.resolution}`;
  if (place) {
    part += `&cip=${encodeURIComponent(place.address)}&country=${place.country}&region=${place.region}`;
    part += `&city=${encode(place.city)}&lat=${place.lat}&long=${place.long}`;
  }
  if (settings.runDimensionId !== undefined) {
    part += `&dimension${settings.runDimensionId}=${encode(settings.seed)}`;
  }
  settings.customDimensions.forEach((dimension, rank) => {
    part += `&dimension${dimension}=${encode(dimensionValue(rank, visit))}`;
  });
  return part;
}

/** The visitor's own clock, the time for Matomo, and what tells two equal hits apart for caches on the way. */
function timePart(visitor: Visitor, atMs: number, rand: number, clocks: Clocks): string {
  const second = Math.floor(atMs / 1000);
  const local = second + clocks.offsetMs(visitor.timezone, atMs) / 1000;
  const ofDay = ((local % 86_400) + 86_400) % 86_400;
  const hour = Math.floor(ofDay / 3600);
  const minute = Math.floor(ofDay / 60) % 60;
  return `&h=${hour}&m=${minute}&s=${ofDay % 60}&cdt=${second}&rand=${rand}`;
}

function pageviewPart(step: Extract<Step, { kind: 'pageview' }>, encode: Encoder): string {
  let part = `&action_name=${encode(step.page.title)}`;
  for (let i = 0; i < TIMINGS.length; i++) part += `&${TIMINGS[i]}=${step.timings[i]}`;
  const { product } = step;
  if (product) {
    part += `&_pkc=${encode(product.category)}`;
    if (product.sku !== undefined) part += `&_pks=${encode(product.sku)}`;
    if (product.name !== undefined) part += `&_pkn=${encode(product.name)}`;
    if (product.price !== undefined) part += `&_pkp=${product.price}`;
  }
  return part;
}

function itemsPart(step: Extract<Step, { kind: 'cart' | 'order' }>): string {
  const items = step.kind === 'cart' ? step.items : step.order.items;
  const rows = items.map((item) => [item.sku, item.name, item.category, item.price, item.quantity]);
  return `&ec_items=${encodeURIComponent(JSON.stringify(rows))}`;
}

/** What the kind of the step asks for. */
function actionPart(step: Step, encode: Encoder): string {
  switch (step.kind) {
    case 'pageview':
      return pageviewPart(step, encode);
    case 'event': {
      const { category, action, name, value } = step.event;
      const worth = value === undefined ? '' : `&e_v=${value}`;
      return `&e_c=${encode(category)}&e_a=${encode(action)}&e_n=${encode(name)}${worth}&ca=1`;
    }
    case 'search': {
      const category = step.category === undefined ? '' : `&search_cat=${encode(step.category)}`;
      const count = step.results === undefined ? '' : `&search_count=${step.results}`;
      return `&search=${encode(step.keyword)}${category}${count}`;
    }
    case 'outlink':
      return `&link=${encode(step.targetUrl)}&ca=1`;
    case 'download':
      return `&download=${encode(step.targetUrl)}&ca=1`;
    case 'content': {
      const interaction = step.isInteraction ? '&c_i=click' : '';
      return `&c_n=${encode(step.name)}&c_p=${encode(step.piece)}&c_t=${encode(step.targetUrl)}${interaction}&ca=1`;
    }
    case 'goal':
      return `&idgoal=${step.goalId}`;
    case 'cart':
      return `&idgoal=0&revenue=${formatCents(step.revenueCents)}${itemsPart(step)}`;
    case 'order': {
      const { order } = step;
      const money = `&revenue=${formatCents(order.revenueCents)}&ec_st=${formatCents(order.subtotalCents)}`;
      const extra = `&ec_tx=${formatCents(order.taxCents)}&ec_sh=${formatCents(order.shippingCents)}`;
      const discount = `&ec_dt=${formatCents(order.discountCents)}&ec_currency=${order.currency}`;
      return `&idgoal=0&ec_id=${order.id}${money}${extra}${discount}${itemsPart(step)}`;
    }
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

export function createHitWriter(settings: TrafficSettings, clocks: Clocks): HitWriter {
  const encode = createEncoder();
  return (visit) => {
    const { steps, source, visitor } = visit;
    const always = visitorPart(visit, settings, encode);
    const hits: Hit[] = new Array(steps.length);
    const of: VisitOfHits = { key: visit.key, lane: visit.lane, hits, funnel: visit.funnel };
    let referrer = source.url;
    for (let seq = 0; seq < steps.length; seq++) {
      const step = steps[seq] as Step;
      const url =
        seq === 0 && source.parameters !== undefined
          ? encodeURIComponent(landingUrl(step.page.url, source.parameters))
          : encode(step.page.url);
      let query = `${always}&url=${url}${actionPart(step, encode)}`;
      if (step.kind === 'pageview' || step.kind === 'search') {
        if (referrer !== undefined) query += `&urlref=${encode(referrer)}`;
        referrer = step.page.url;
      }
      if (step.kind !== 'order' && step.kind !== 'cart' && step.kind !== 'goal') {
        query += `&pv_id=${step.pageviewId}`;
      }
      const rand = (visit.number * 64 + seq * 7) % 1_000_003;
      query += timePart(visitor, step.atMs, rand, clocks);
      const revenueCents = step.kind === 'order' ? step.order.revenueCents : 0;
      hits[seq] = { visit: of, seq, dueMs: step.atMs, kind: step.kind, query, revenueCents };
    }
    return hits;
  };
}
