/** Visits, hits and batches in a few words: what a test does not name has a plain value. */
import type { Batch } from '../../src/types/delivery.ts';
import type { EncodedVisit, Hit, HitKind, VisitRecord } from '../../src/types/hit.ts';
import type { FunnelProgress, VisitKey } from '../../src/types/visit.ts';

/** Noon UTC of a Tuesday. */
const START_MS = Date.UTC(2026, 9, 20, 12);

export interface VisitSpec extends Partial<VisitKey> {
  readonly lane?: number;
  /** One for each hit; one pageview unless told. */
  readonly kinds?: readonly HitKind[];
  readonly startMs?: number;
  /** Between two hits; 1 s unless told. */
  readonly gapMs?: number;
  /** Of each order. */
  readonly revenueCents?: number;
  readonly funnel?: FunnelProgress;
  readonly behaviour?: string;
  readonly visitorId?: string;
}

const NO_BODY: Buffer = Buffer.alloc(0);

export function visitOf(spec: VisitSpec = {}): VisitRecord {
  const { target = 'default', day = '2026-10-20', index = 0, lane = 0, kinds = ['pageview'] } = spec;
  const { startMs = START_MS, gapMs = 1000, revenueCents = 0, funnel, behaviour } = spec;
  const { visitorId = index.toString(16).padStart(16, '0') } = spec;
  const hits: Hit[] = [];
  const visit = {
    key: { target, day, index },
    lane,
    kinds,
    revenueCents: revenueCents * kinds.filter((kind) => kind === 'order').length,
    hits,
    funnel,
    behaviour,
    visitorId,
    userId: undefined,
    digest: '0'.repeat(64),
  };
  kinds.forEach((kind, seq) => {
    const dueMs = startMs + seq * gapMs;
    hits.push({ visit, seq, dueMs, kind, revenueCents: kind === 'order' ? revenueCents : 0 });
  });
  return visit;
}

/** So many pageviews. */
export function pageviews(count: number): HitKind[] {
  return new Array<HitKind>(count).fill('pageview');
}

/** A batch that leaves as soon as there is room. */
export function bulkBatch(hits: readonly Hit[], id = 0, body = NO_BODY): Batch {
  return { id, lane: hits[0]?.visit.lane ?? 0, leaveMs: 0, hits, body };
}

/** One batch a hit, each at its own time, as in a live run. */
export function liveBatches(visits: readonly VisitRecord[]): Batch[] {
  return visits
    .flatMap(({ hits }) => hits)
    .sort((a, b) => a.dueMs - b.dueMs)
    .map((hit) => ({ id: -1, lane: hit.visit.lane, leaveMs: hit.dueMs, hits: [hit], body: NO_BODY }));
}

/** The visit with the queries of its hits as they are to be sent. */
export function encoded(visit: VisitRecord, queries: readonly string[]): EncodedVisit {
  const lines = queries.map((query) => `${query}\n`);
  const starts = lines.map((_, i) => lines.slice(0, i).join('').length);
  const bytes = Buffer.from(lines.join(''), 'latin1');
  return { visit, bytes, starts: [...starts, bytes.length] };
}
