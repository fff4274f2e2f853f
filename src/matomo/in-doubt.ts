/** Finds out which hits of a request that was never answered Matomo has recorded, by asking for their visitors. */
import { createHash } from 'node:crypto';
import type { Hit, HitKind } from '../types/hit.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { ReportingApi } from './reporting.ts';

const DAY_MS = 86_400_000;

/** Visitors asked for in one question: a segment that no server finds too long. */
const VISITORS_A_QUESTION = 40;

/** What the visitor log calls each kind of hit. A heartbeat is not in it, but lengthens its visit. */
const SHOWN_AS: Readonly<Partial<Record<HitKind, string>>> = {
  pageview: 'action',
  event: 'event',
  search: 'search',
  outlink: 'outlink',
  download: 'download',
  content: 'content',
  goal: 'goal',
  cart: 'ecommerceAbandonedCart',
  order: 'ecommerceOrder',
};

/** Kinds whose absence says nothing: a cart that was ordered or replaced is gone, a log need not show content. */
const MAY_BE_HIDDEN: readonly HitKind[] = ['cart', 'content', 'ping'];

/** What the visitor log shows of some visitors. */
interface Shown {
  /** How often, by `visitor/type/second`. */
  readonly actions: Map<string, number>;
  /** First and last second of each visit, by visitor. */
  readonly visits: Map<string, { readonly first: number; readonly last: number }[]>;
}

/** The visitor id as Matomo stores it: of account holders, the start of their name's SHA-1. */
function visitorIdOf({ visit: { visitorId, userId } }: Hit): string {
  return userId === undefined ? visitorId : createHash('sha1').update(userId).digest('hex').slice(0, 16);
}

function secondOf({ dueMs }: Hit): number {
  return Math.floor(dueMs / 1000);
}

function keyOf(visitorId: string, type: string, second: number): string {
  return `${visitorId}/${type}/${second}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function collect(rows: unknown, { actions, visits }: Shown): void {
  if (!Array.isArray(rows)) return;
  for (const visit of rows) {
    if (!isRecord(visit) || !Array.isArray(visit.actionDetails)) continue;
    const visitorId = String(visit.visitorId);
    const first = Number(visit.firstActionTimestamp);
    const spans = visits.get(visitorId) ?? [];
    spans.push({ first, last: first + Number(visit.visitDuration) - 1 });
    visits.set(visitorId, spans);
    for (const action of visit.actionDetails) {
      if (!isRecord(action)) continue;
      const key = keyOf(visitorId, String(action.type), Number(action.timestamp));
      actions.set(key, (actions.get(key) ?? 0) + 1);
    }
  }
}

/** The days around a local day: the site's own timezone may put its hits on a neighbour. */
function daysAround(day: LocalDate): string {
  const noonMs = Date.parse(`${day}T12:00:00Z`);
  return [-DAY_MS, DAY_MS].map((ms) => new Date(noonMs + ms).toISOString().slice(0, 10)).join(',');
}

async function askFor(
  api: ReportingApi,
  siteId: number,
  day: LocalDate,
  visitorIds: readonly string[],
): Promise<Shown> {
  const shown: Shown = { actions: new Map(), visits: new Map() };
  for (let i = 0; i < visitorIds.length; i += VISITORS_A_QUESTION) {
    const ids = visitorIds.slice(i, i + VISITORS_A_QUESTION);
    const rows = await api.ask('Live.getLastVisitsDetails', {
      idSite: siteId,
      period: 'range',
      date: daysAround(day),
      segment: ids.map((id) => `visitorId==${id}`).join(','),
      filter_limit: -1,
      doNotFetchActions: 0,
    });
    collect(rows, shown);
  }
  return shown;
}

/** Hits of the visit up to this one that the log cannot tell from it: a part of them may be in another request. */
function rankOf(hit: Hit): number {
  const isAlike = (other: Hit) => other.kind === hit.kind && secondOf(other) === secondOf(hit);
  return hit.visit.hits.slice(0, hit.seq + 1).filter(isAlike).length;
}

/** Whether the log shows the hit; undefined where its absence says nothing. */
function isShown(hit: Hit, { actions, visits }: Shown): boolean | undefined {
  const visitorId = visitorIdOf(hit);
  const second = secondOf(hit);
  const type = SHOWN_AS[hit.kind];
  const countOf = (name: string) => actions.get(keyOf(visitorId, name, second)) ?? 0;
  const isThere =
    type === undefined
      ? visits.get(visitorId)?.some(({ first, last }) => first <= second && second <= last)
      : countOf(type) >= rankOf(hit);
  if (isThere) return true;
  // A site without site search records a search as a pageview.
  if (hit.kind === 'search' && countOf('action') > 0) return true;
  return MAY_BE_HIDDEN.includes(hit.kind) ? undefined : false;
}

/**
 * For each hit of one request, whether Matomo has it. A hit that the log may hide goes with the others: a request is
 * recorded as a whole. Alone it counts as not recorded, since sending a cart or a heartbeat again changes nothing.
 * @param hits all of one local day
 */
export async function findRecordedHits(
  api: ReportingApi,
  siteId: number,
  hits: readonly Hit[],
): Promise<boolean[]> {
  const day = hits[0]?.visit.key.day ?? '';
  const visitors = [...new Set(hits.map(visitorIdOf))];
  const shown = await askFor(api, siteId, day, visitors);
  const seen = hits.map((hit) => isShown(hit, shown));
  const isAnySeen = seen.includes(true);
  return seen.map((isSeen) => isSeen ?? isAnySeen);
}
