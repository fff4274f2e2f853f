/** What a row of Matomo's visitor log says of hits that were sent. */
import { createHash } from 'node:crypto';
import { offsetAt } from '../../timezone.ts';
import type { Hit, HitKind } from '../../types/hit.ts';

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

/** What the log shows of a visitor. */
export interface ShownVisitor {
  /** How often, by `type/second/local`, or `utc` in place of `local` where Matomo has not shifted the time. */
  readonly actions: Map<string, number>;
  /** First and last second of each visit. */
  readonly visits: { readonly first: number; readonly last: number }[];
  hasContent: boolean;
}
export type Shown = Map<string, ShownVisitor>;

/** The visitor id as Matomo stores it: of account holders, the start of their name's SHA-1. */
export function visitorIdOf({ visit: { visitorId, userId } }: Hit): string {
  return userId === undefined ? visitorId : createHash('sha1').update(userId).digest('hex').slice(0, 16);
}

function secondOf({ dueMs }: Hit): number {
  return Math.floor(dueMs / 1000);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Seconds to be added to UTC at the instant. */
function offsetSeconds(timezone: string, second: number): number {
  return offsetAt(timezone, second * 1000) / 1000;
}

/** Matomo shifts the times of actions, and no others, by the site's distance to UTC at their own instants. */
function addVisit(
  visit: Record<string, unknown>,
  actions: readonly unknown[],
  shown: Shown,
  timezone: string,
) {
  const first = Number(visit.firstActionTimestamp);
  const id = String(visit.visitorId);
  const visitor: ShownVisitor = shown.get(id) ?? { actions: new Map(), visits: [], hasContent: false };
  shown.set(id, visitor);
  visitor.visits.push({ first, last: first + Number(visit.visitDuration) - 1 });
  const rows = actions.filter(isRecord);
  // A version that does not shift them shows the first action when the visit begins.
  const earliest = Math.min(...rows.map(({ timestamp }) => Number(timestamp)));
  const isShifted = earliest !== first || offsetSeconds(timezone, first) === 0;
  for (const { type, timestamp, contentName } of rows) {
    const key = `${type}/${Number(timestamp)}/${isShifted ? 'local' : 'utc'}`;
    visitor.actions.set(key, (visitor.actions.get(key) ?? 0) + 1);
    visitor.hasContent ||= type === SHOWN_AS.content || typeof contentName === 'string';
  }
}

/** @param timezone of the site */
export function collectVisits(rows: unknown, timezone: string): Shown {
  const shown: Shown = new Map();
  for (const visit of Array.isArray(rows) ? rows : []) {
    if (isRecord(visit) && Array.isArray(visit.actionDetails))
      addVisit(visit, visit.actionDetails, shown, timezone);
  }
  return shown;
}

/** Hits of the visit up to this one that the log cannot tell from it: a part of them may be in another request. */
function rankOf(hit: Hit): number {
  const isAlike = (other: Hit) => other.kind === hit.kind && secondOf(other) === secondOf(hit);
  return hit.visit.hits.slice(0, hit.seq + 1).filter(isAlike).length;
}

/** Whether the log shows the hit; undefined where its absence says nothing. */
function isShown(hit: Hit, shown: Shown, timezone: string, showsContent: boolean): boolean | undefined {
  const visitor = shown.get(visitorIdOf(hit));
  const second = secondOf(hit);
  const type = SHOWN_AS[hit.kind];
  const local = second + offsetSeconds(timezone, second);
  const countAt = (key: string) => visitor?.actions.get(key) ?? 0;
  const countOf = (name: string) => countAt(`${name}/${local}/local`) + countAt(`${name}/${second}/utc`);
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

/**
 * One finding for each hit of a request, in their order.
 * @param showsContent true: the log hides no content
 */
export function findingsOf(
  hits: readonly Hit[],
  shown: Shown,
  timezone: string,
  showsContent: boolean,
): Finding[] {
  const seen = hits.map((hit) => isShown(hit, shown, timezone, showsContent));
  return hits.map((hit, i) => {
    const isSeen = seen[i];
    if (isSeen !== undefined) return isSeen ? 'recorded' : 'missing';
    const before = seen.slice(0, i).findLast((other) => other !== undefined);
    const after = seen.slice(i).find((other) => other !== undefined);
    return hiddenFinding(hit, before, after);
  });
}
