/** The plan of a backfill unrolled into bulk requests, in the order in which they leave. */
import type { Batch, Encoder, OpenBody } from '../types/delivery.ts';
import type { Hit, VisitRecord } from '../types/hit.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { Shard } from '../types/shard.ts';
import type { Visit } from '../types/visit.ts';
import type { LocalDay } from './days/calendar.ts';
import type { Plan } from './plan.ts';
import { isInShard } from './timeline.ts';

/** Hits in open bulk requests at once, over all lanes: more lanes for smaller requests. */
const OPEN_HITS = 3200;
const FEWEST_LANES = 16;
const MOST_LANES = 512;

/** Batches that a day has. */
export interface BatchSpan {
  readonly firstBatch: number;
  readonly batches: number;
}

export interface BulkTimelineOptions {
  readonly days: readonly LocalDay[];
  /** Days that are left out; the batches of the others are what they would be with them. */
  readonly settled?: ReadonlyMap<LocalDate, BatchSpan>;
  readonly shard: Shard;
  /** Hits a request, at least 1. */
  readonly batchSize: number;
  /** Visits at most over all days and shards. */
  readonly maxVisits: number;
  /** Visits that end after this instant are left out. */
  readonly untilMs: number;
}

/** Lanes for requests of the given size: the same for the same plan, whatever the concurrency. */
export function laneCountFor(batchSize: number): number {
  return Math.min(MOST_LANES, Math.max(FEWEST_LANES, Math.floor(OPEN_HITS / batchSize)));
}

/** Places of the visits of the given days that are within the shard and the total, in the order of their starts. */
function* placesOfDays(plan: Plan, options: Omit<BulkTimelineOptions, 'batchSize'>) {
  const { days, shard, maxVisits, settled } = options;
  let left = maxVisits;
  for (const day of days) {
    const isSettled = settled?.has(day.date) === true;
    const count = Math.min(isSettled ? plan.countOf(day) : plan.startsOf(day).length, left);
    left -= count;
    if (isSettled) continue;
    for (let index = 0; index < count; index++) {
      if (isInShard(plan.laneOf(day, index), shard)) yield { day, index };
    }
  }
}

/** Visits of the given days that are within the shard, the total and the past; planned in the order of their starts. */
export function* visitsOfDays(plan: Plan, options: Omit<BulkTimelineOptions, 'batchSize'>): Generator<Visit> {
  for (const visit of plan.visits(placesOfDays(plan, options))) {
    if ((visit.steps.at(-1)?.atMs ?? 0) <= options.untilMs) yield visit;
  }
}

/** A batch while it is filled. */
interface OpenBatch {
  /** Hits of a visit that alone is larger than a batch, before those of the visits; single hits. */
  readonly part: Hit[];
  readonly visits: VisitRecord[];
  readonly body: OpenBody;
  hitCount: number;
}

/** Hits become objects only for those who ask for one of them, where they are those of whole visits. */
function closed(id: number, lane: number, { part, visits, hitCount, body: open }: OpenBatch): Batch {
  const body = open.close();
  const { parts } = open;
  if (visits.length === 0) return { id, lane, leaveMs: 0, hits: part, body, parts };
  const hitsOfVisits = () => part.concat(visits.flatMap(({ hits }) => hits));
  if (part.length > 0) return { id, lane, leaveMs: 0, hits: hitsOfVisits(), body, parts };
  let made: readonly Hit[] | undefined;
  return {
    id,
    lane,
    leaveMs: 0,
    hitCount,
    wholeVisits: visits,
    get hits() {
      made ??= hitsOfVisits();
      return made;
    },
    body,
    parts,
  };
}

/** Batches of whole visits, a visitor always in the same lane; a visit is split only when it alone is too large. */
export function* bulkTimeline(
  plan: Plan,
  encoder: Encoder,
  options: BulkTimelineOptions,
): Generator<Batch, undefined> {
  const { batchSize } = options;
  const laneCount = laneCountFor(batchSize);
  const open: (OpenBatch | undefined)[] = new Array(laneCount).fill(undefined);
  const skipped = options.days.flatMap(({ date }) => {
    const span = options.settled?.get(date);
    return span ? [{ date, span }] : [];
  });
  let day = '';
  let id = 0;

  /** The numbers of days that are left out are not given to others. */
  function passSkipped(until: LocalDate): void {
    for (let next = skipped[0]; next && next.date < until; next = skipped[0]) {
      const { date, span } = next;
      if (span.firstBatch !== id) {
        throw new Error(`expected ${date} to begin with batch ${id}, and the ledger says ${span.firstBatch}`);
      }
      id += span.batches;
      skipped.shift();
    }
  }

  function* close(lane: number): Generator<Batch, void> {
    const batch = open[lane];
    if (!batch) return;
    open[lane] = undefined;
    yield closed(id++, lane, batch);
  }

  for (const planned of visitsOfDays(plan, options)) {
    if (planned.key.day !== day) {
      for (let lane = 0; lane < laneCount; lane++) yield* close(lane);
      day = planned.key.day;
      passSkipped(day);
    }
    const lane = planned.lane % laneCount;
    const written = encoder.writeInPlace(planned);
    const { visit } = written;
    const hitCount = visit.kinds.length;
    if ((open[lane]?.hitCount ?? 0) + hitCount > batchSize) yield* close(lane);
    for (let from = 0; from < hitCount; from += batchSize) {
      const upTo = Math.min(hitCount, from + batchSize);
      const batch = open[lane] ?? { part: [], visits: [], body: encoder.openBody(), hitCount: 0 };
      open[lane] = batch;
      if (upTo - from === hitCount && batchSize > 1) batch.visits.push(visit);
      else for (let seq = from; seq < upTo; seq++) batch.part.push(visit.hits[seq] as Hit);
      batch.hitCount += upTo - from;
      for (let seq = from; seq < upTo; seq++) batch.body.add(written, seq);
      if (batch.hitCount === batchSize) yield* close(lane);
    }
  }
  for (let lane = 0; lane < laneCount; lane++) yield* close(lane);
}
