/** Finds out which hits of a request that was never answered Matomo has recorded, by asking for their visitors. */
import { createHash } from 'node:crypto';
import type { Hit, HitKind, LocalDate } from '../types.ts';
import type { ReportingApi } from './reporting.ts';

/** Visitors asked for in one question: a segment that no server finds too long. */
const VISITORS_A_QUESTION = 40;

/** What the visitor log calls each kind of hit. A cart that was ordered or replaced and a heartbeat are not in it. */
const SHOWN_AS: Readonly<Partial<Record<HitKind, string>>> = {
  pageview: 'action',
  event: 'event',
  search: 'search',
  outlink: 'outlink',
  download: 'download',
  content: 'content',
  goal: 'goal',
  order: 'ecommerceOrder',
};

/** `visitor/type/second` of every action that Matomo shows. */
type Shown = ReadonlySet<string>;

/** The visitor id as Matomo stores it: of account holders, the start of their name's SHA-1. */
export function visitorIdOf(hit: Hit): string {
  const uid = /&uid=([^&]+)/.exec(hit.query)?.[1];
  if (uid !== undefined) return createHash('sha1').update(decodeURIComponent(uid)).digest('hex').slice(0, 16);
  return /&_id=([0-9a-f]{16})/.exec(hit.query)?.[1] ?? '';
}

function keyOf(visitorId: string, type: string, seconds: number): string {
  return `${visitorId}/${type}/${seconds}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function collect(rows: unknown, into: Set<string>): void {
  if (!Array.isArray(rows)) return;
  for (const visit of rows) {
    if (!isRecord(visit) || !Array.isArray(visit.actionDetails)) continue;
    for (const action of visit.actionDetails) {
      if (!isRecord(action)) continue;
      into.add(keyOf(String(visit.visitorId), String(action.type), Number(action.timestamp)));
    }
  }
}

async function askFor(
  api: ReportingApi,
  siteId: number,
  day: LocalDate,
  visitorIds: readonly string[],
): Promise<Shown> {
  const shown = new Set<string>();
  for (let i = 0; i < visitorIds.length; i += VISITORS_A_QUESTION) {
    const ids = visitorIds.slice(i, i + VISITORS_A_QUESTION);
    const rows = await api.ask('Live.getLastVisitsDetails', {
      idSite: siteId,
      period: 'day',
      date: day,
      segment: ids.map((id) => `visitorId==${id}`).join(','),
      filter_limit: -1,
      doNotFetchActions: 0,
    });
    collect(rows, shown);
  }
  return shown;
}

/** Whether the log shows the hit; undefined for a kind that it does not show by itself. */
function isShown(hit: Hit, shown: Shown): boolean | undefined {
  const type = SHOWN_AS[hit.kind];
  if (type === undefined) return undefined;
  const visitor = visitorIdOf(hit);
  const seconds = Math.floor(hit.dueMs / 1000);
  if (shown.has(keyOf(visitor, type, seconds))) return true;
  // A site without site search records a search as a pageview.
  return hit.kind === 'search' && shown.has(keyOf(visitor, 'action', seconds));
}

/**
 * For each hit of one request, whether Matomo has it. A hit that the log does not show by itself goes with the others:
 * a request is recorded as a whole.
 * @param hits all of one local day
 */
export async function askWhetherRecorded(
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
