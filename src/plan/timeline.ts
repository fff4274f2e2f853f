/** The plan unrolled into batches in the order in which they leave: hit by hit for live runs, in bulk for backfill. */
import type { Batch, Hit, Shard, Visit } from '../types.ts';
import type { LocalDay } from './calendar.ts';
import { drawBetween } from './draw.ts';
import type { Plan } from './plan.ts';
import { CONCERN } from './random.ts';

/** Hits in open bulk requests at once, over all lanes: more lanes for smaller requests. */
const OPEN_HITS = 3200;
const FEWEST_LANES = 16;
const MOST_LANES = 512;

export type HitsOfVisit = (visit: Visit) => Hit[];

/** All of a visitor's visits are in one shard. */
export function isInShard(lane: number, shard: Shard): boolean {
  return shard.count === 1 || (Math.imul(lane + 1, 0x9e3779b1) >>> 8) % shard.count === shard.index - 1;
}

/** When each hit of a visit leaves, in epoch ms: never before it is due. */
export type LeaveTimes = (hits: readonly Hit[], day: LocalDay, index: number) => number[];

/** Each hit leaves when the visitor does it. */
export const leaveInRealTime: LeaveTimes = (hits) => hits.map((hit) => hit.dueMs);

/**
 * Hits leave the given seconds apart, the last one when it is due: all times that they carry lie in the past, and the
 * visit in Matomo is the planned one.
 */
export function leaveCompressed(plan: Plan, pauseSeconds: { min: number; max: number }): LeaveTimes {
  return (hits, day, index) => {
    const stream = plan.random.stream(CONCERN.pauses, day.number, index);
    const leaves = hits.map((hit) => hit.dueMs);
    for (let i = hits.length - 2; i >= 0; i--) {
      const pauseMs = drawBetween(stream, pauseSeconds.min, pauseSeconds.max) * 1000;
      leaves[i] = Math.max(leaves[i] as number, (leaves[i + 1] as number) - pauseMs);
    }
    return leaves;
  };
}

interface OpenVisit {
  readonly hits: readonly Hit[];
  readonly leaves: readonly number[];
  next: number;
}

/** Open visits by the time at which their next hit leaves: a binary heap. */
class OpenVisits {
  private readonly heap: OpenVisit[] = [];

  get nextLeaveMs(): number {
    const first = this.heap[0];
    return first ? (first.leaves[first.next] as number) : Number.POSITIVE_INFINITY;
  }

  add(visit: OpenVisit): void {
    this.heap.push(visit);
    let i = this.heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.isBefore(i, parent)) break;
      this.swap(i, parent);
      i = parent;
    }
  }

  /** Takes the next hit; there is one. */
  take(): Batch {
    const visit = this.heap[0] as OpenVisit;
    const hit = visit.hits[visit.next] as Hit;
    const leaveMs = visit.leaves[visit.next] as number;
    visit.next++;
    if (visit.next === visit.hits.length) {
      const last = this.heap.pop() as OpenVisit;
      if (this.heap.length > 0) this.heap[0] = last;
    }
    this.sink();
    return { id: -1, lane: hit.visit.lane, leaveMs, hits: [hit] };
  }

  private sink(): void {
    let i = 0;
    for (;;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < this.heap.length && this.isBefore(child, least)) least = child;
      }
      if (least === i) return;
      this.swap(i, least);
      i = least;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const [x, y] = [this.heap[a] as OpenVisit, this.heap[b] as OpenVisit];
    return (x.leaves[x.next] as number) < (y.leaves[y.next] as number);
  }

  private swap(a: number, b: number): void {
    const kept = this.heap[a] as OpenVisit;
    this.heap[a] = this.heap[b] as OpenVisit;
    this.heap[b] = kept;
  }
}

/** Index of the first start at or after the instant. */
function firstFrom(starts: Float64Array, instantMs: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) < instantMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface LiveTimelineOptions {
  readonly fromMs: number;
  readonly shard: Shard;
  readonly leaveTimes: LeaveTimes;
}

/** All hits from the instant on, one a batch, in the order in which they leave; visits under way are left out. */
export function* liveTimeline(
  plan: Plan,
  hitsOf: HitsOfVisit,
  { fromMs, shard, leaveTimes }: LiveTimelineOptions,
): Generator<Batch, never> {
  const open = new OpenVisits();
  const earliestMs = fromMs - plan.longestVisitMs;
  for (let day = plan.calendar.dayAt(earliestMs); ; day = plan.calendar.dayNumbered(day.number + 1)) {
    const starts = plan.startsOf(day);
    for (let index = firstFrom(starts, earliestMs); index < starts.length; index++) {
      if (!isInShard(plan.laneOf(day, index), shard)) continue;
      const startMs = starts[index] as number;
      while (open.nextLeaveMs <= startMs) yield open.take();
      const hits = hitsOf(plan.visit(day, index));
      const leaves = leaveTimes(hits, day, index);
      if ((leaves[0] as number) >= fromMs) open.add({ hits, leaves, next: 0 });
    }
    while (open.nextLeaveMs < day.endMs) yield open.take();
  }
}

export interface BulkTimelineOptions {
  readonly days: readonly LocalDay[];
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

/** Visits of the given days that are within the shard, the total and the past; planned in the order of their starts. */
export function* visitsOfDays(plan: Plan, options: Omit<BulkTimelineOptions, 'batchSize'>): Generator<Visit> {
  let left = options.maxVisits;
  for (const day of options.days) {
    const count = Math.min(plan.startsOf(day).length, left);
    left -= count;
    for (let index = 0; index < count; index++) {
      if (!isInShard(plan.laneOf(day, index), options.shard)) continue;
      const visit = plan.visit(day, index);
      if ((visit.steps.at(-1)?.atMs ?? 0) <= options.untilMs) yield visit;
    }
  }
}

/** Batches of whole visits, a visitor always in the same lane; a visit is split only when it alone is too large. */
export function* bulkTimeline(
  plan: Plan,
  hitsOf: HitsOfVisit,
  options: BulkTimelineOptions,
): Generator<Batch, undefined> {
  const { batchSize } = options;
  const laneCount = laneCountFor(batchSize);
  const open: Hit[][] = Array.from({ length: laneCount }, () => []);
  let day = '';
  let id = 0;

  const close = (lane: number): Batch => {
    const batch = { id, lane, leaveMs: 0, hits: open[lane] as Hit[] };
    id++;
    open[lane] = [];
    return batch;
  };

  for (const visit of visitsOfDays(plan, options)) {
    if (visit.key.day !== day) {
      for (let lane = 0; lane < laneCount; lane++) if (open[lane]?.length) yield close(lane);
      day = visit.key.day;
    }
    const lane = visit.lane % laneCount;
    const hits = hitsOf(visit);
    if ((open[lane] as Hit[]).length + hits.length > batchSize && open[lane]?.length) yield close(lane);
    for (const hit of hits) {
      (open[lane] as Hit[]).push(hit);
      if (open[lane]?.length === batchSize) yield close(lane);
    }
  }
  for (let lane = 0; lane < laneCount; lane++) if (open[lane]?.length) yield close(lane);
}
