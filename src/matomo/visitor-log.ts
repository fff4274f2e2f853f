/** Matomo's visitor log, asked which hits of some requests it has: visitor by visitor and action by action. */
import { createHash } from 'node:crypto';
import type { Hit, HitKind } from '../types/hit.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { Clocks } from './hits.ts';
import type { ReportingApi } from './reporting.ts';
import { createSiteClock, type SiteClock } from './site-clock.ts';

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
/** Of those, the ones that change nothing when they come again. */
const HARMLESS_AGAIN: readonly HitKind[] = ['cart', 'ping'];

/** `unclear`: the log does not tell. */
export type Finding = 'recorded' | 'missing' | 'unclear';

export interface VisitorLog {
  /**
   * One finding for each hit of a request, in their order. What is asked for at the same time is asked together.
   * Rejects with the errors of the Reporting API.
   */
  find(hits: readonly Hit[]): Promise<Finding[]>;
  close(): Promise<void>;
}

/** What the log shows of a visitor. */
interface ShownVisitor {
  /** How often, by `type/second/local`, or `utc` in place of `local` where Matomo has not shifted the time. */
  readonly actions: Map<string, number>;
  /** First and last second of each visit. */
  readonly visits: { readonly first: number; readonly last: number }[];
  hasContent: boolean;
}
type Shown = Map<string, ShownVisitor>;

/** The visitor id as Matomo stores it: of account holders, the start of their name's SHA-1. */
function visitorIdOf({ visit: { visitorId, userId } }: Hit): string {
  return userId === undefined ? visitorId : createHash('sha1').update(userId).digest('hex').slice(0, 16);
}

function secondOf({ dueMs }: Hit): number {
  return Math.floor(dueMs / 1000);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Matomo shifts the times of actions, and no others, by the site's distance to UTC at their own instants. */
function addVisit(
  visit: Record<string, unknown>,
  actions: readonly unknown[],
  shown: Shown,
  clock: SiteClock,
) {
  const first = Number(visit.firstActionTimestamp);
  const id = String(visit.visitorId);
  const visitor: ShownVisitor = shown.get(id) ?? { actions: new Map(), visits: [], hasContent: false };
  shown.set(id, visitor);
  visitor.visits.push({ first, last: first + Number(visit.visitDuration) - 1 });
  const rows = actions.filter(isRecord);
  // A version that does not shift them shows the first action when the visit begins.
  const earliest = Math.min(...rows.map(({ timestamp }) => Number(timestamp)));
  const isShifted = earliest !== first || clock.offsetSeconds(first) === 0;
  for (const { type, timestamp } of rows) {
    const key = `${type}/${Number(timestamp)}/${isShifted ? 'local' : 'utc'}`;
    visitor.actions.set(key, (visitor.actions.get(key) ?? 0) + 1);
    visitor.hasContent ||= type === SHOWN_AS.content;
  }
}

function collect(rows: unknown, clock: SiteClock): Shown {
  const shown: Shown = new Map();
  for (const visit of Array.isArray(rows) ? rows : []) {
    if (isRecord(visit) && Array.isArray(visit.actionDetails))
      addVisit(visit, visit.actionDetails, shown, clock);
  }
  return shown;
}

async function askTimezone(api: ReportingApi, siteId: number): Promise<string> {
  const site = await api.ask('SitesManager.getSiteFromId', { idSite: siteId });
  // Older versions answer with a list of one.
  const facts: unknown = Array.isArray(site) ? site[0] : site;
  return isRecord(facts) && typeof facts.timezone === 'string' ? facts.timezone : 'UTC';
}

/** The days around a local day: the site's own timezone may put its hits on a neighbour. */
function daysAround(day: LocalDate): string {
  const noonMs = Date.parse(`${day}T12:00:00Z`);
  return [-DAY_MS, DAY_MS].map((ms) => new Date(noonMs + ms).toISOString().slice(0, 10)).join(',');
}

/** Hits of the visit up to this one that the log cannot tell from it: a part of them may be in another request. */
function rankOf(hit: Hit): number {
  const isAlike = (other: Hit) => other.kind === hit.kind && secondOf(other) === secondOf(hit);
  return hit.visit.hits.slice(0, hit.seq + 1).filter(isAlike).length;
}

/** Whether the log shows the hit; undefined where its absence says nothing. */
function isShown(hit: Hit, shown: Shown, clock: SiteClock, showsContent: boolean): boolean | undefined {
  const visitor = shown.get(visitorIdOf(hit));
  const second = secondOf(hit);
  const type = SHOWN_AS[hit.kind];
  const local = second + clock.offsetSeconds(second);
  const countOf = (name: string) =>
    (visitor?.actions.get(`${name}/${local}/local`) ?? 0) +
    (visitor?.actions.get(`${name}/${second}/utc`) ?? 0);
  const isThere =
    type === undefined
      ? visitor?.visits.some(({ first, last }) => first <= second && second <= last)
      : countOf(type) >= rankOf(hit);
  if (isThere) return true;
  // A site without site search records a search as a pageview.
  if (hit.kind === 'search' && countOf('action') > 0) return true;
  if (hit.kind === 'content' && showsContent) return false;
  return MAY_BE_HIDDEN.includes(hit.kind) ? undefined : false;
}

/** What the log says of a hit that it may hide: Matomo works in order, so that it has fared as those around it. */
function hiddenFinding({ kind }: Hit, before: boolean | undefined, after: boolean | undefined): Finding {
  const isShownAround = before === undefined || after === undefined ? (before ?? after) : before;
  const isCertain = isShownAround !== undefined && (before ?? isShownAround) === (after ?? isShownAround);
  if (isCertain) return isShownAround ? 'recorded' : 'missing';
  return HARMLESS_AGAIN.includes(kind) ? 'missing' : 'unclear';
}

function findingsOf(hits: readonly Hit[], seen: readonly (boolean | undefined)[]): Finding[] {
  return hits.map((hit, i) => {
    const isSeen = seen[i];
    if (isSeen !== undefined) return isSeen ? 'recorded' : 'missing';
    const before = seen.slice(0, i).findLast((other) => other !== undefined);
    return hiddenFinding(
      hit,
      before,
      seen.slice(i).find((other) => other !== undefined),
    );
  });
}

/** A visitor who is to be asked about, for somebody who waits. */
interface Wanted {
  readonly day: LocalDate;
  readonly visitorId: string;
  readonly answer: (visitor: ShownVisitor | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** @param clocks of the sites' timezones; which one the site has, Matomo says */
export function createVisitorLog(api: ReportingApi, siteId: number, clocks: Clocks): VisitorLog {
  let wanted: Wanted[] = [];
  let isAsking = false;
  let clock: SiteClock | undefined;
  /** The log has shown content before: it hides none. */
  let showsContent = false;

  async function ask(day: LocalDate, visitorIds: readonly string[]): Promise<Shown> {
    clock ??= createSiteClock(await askTimezone(api, siteId), clocks);
    const rows = await api.ask('Live.getLastVisitsDetails', {
      idSite: siteId,
      period: 'range',
      date: daysAround(day),
      segment: visitorIds.map((id) => `visitorId==${id}`).join(','),
      filter_limit: -1,
      doNotFetchActions: 0,
    });
    return collect(rows, clock);
  }

  /** One question at a time: each takes along whoever has come to be asked about the same days meanwhile. */
  async function askAll(): Promise<void> {
    isAsking = true;
    for (let next = wanted[0]; next; next = wanted[0]) {
      const { day } = next;
      const sameDay = wanted.filter((entry) => entry.day === day);
      const ids = [...new Set(sameDay.map(({ visitorId }) => visitorId))].slice(0, VISITORS_A_QUESTION);
      const asked = sameDay.filter(({ visitorId }) => ids.includes(visitorId));
      wanted = wanted.filter((entry) => !asked.includes(entry));
      try {
        const shown = await ask(day, ids);
        for (const { visitorId, answer } of asked) answer(shown.get(visitorId));
      } catch (error) {
        for (const { fail } of asked) fail(error);
      }
    }
    isAsking = false;
  }

  function lookUp(day: LocalDate, visitorId: string): Promise<ShownVisitor | undefined> {
    return new Promise((answer, fail) => {
      wanted.push({ day, visitorId, answer, fail });
    });
  }

  return {
    close: api.close,
    async find(hits) {
      const day = hits[0]?.visit.key.day ?? '';
      const visitorIds = [...new Set(hits.map(visitorIdOf))];
      const looking = visitorIds.map((id) => lookUp(day, id));
      if (!isAsking) void askAll();
      const visitors = await Promise.all(looking);
      const shown: Shown = new Map();
      visitors.forEach((visitor, i) => {
        if (visitor) shown.set(visitorIds[i] ?? '', visitor);
      });
      showsContent ||= visitors.some((visitor) => visitor?.hasContent);
      return findingsOf(
        hits,
        hits.map((hit) => isShown(hit, shown, clock as SiteClock, showsContent)),
      );
    },
  };
}
