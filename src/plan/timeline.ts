/** The plan of a live run unrolled into batches, one a hit, in the order in which they leave. */
import type { Batch, Encoder } from '../types/delivery.ts';
import type { EncodedVisit, Hit } from '../types/hit.ts';
import type { Shard } from '../types/shard.ts';
import type { Range } from '../types/traffic-settings.ts';
import type { LocalDay } from './days/calendar.ts';
import { drawBetween } from './draw.ts';
import type { HitNumbers } from './hit-numbers.ts';
import type { Plan } from './plan.ts';
import { CONCERN } from './random.ts';

/** All of a visitor's visits are in one shard. */
export function isInShard(lane: number, shard: Shard): boolean {
  return shard.count === 1 || (Math.imul(lane + 1, 0x9e3779b1) >>> 8) % shard.count === shard.index - 1;
}

/** A visit's place among those of its day, and when it comes. */
export interface Arrival {
  readonly day: LocalDay;
  readonly index: number;
  readonly startMs: number;
}

/** A visit and when each of its hits leaves, in epoch ms: never before it is due. */
export interface ScheduledVisit {
  readonly written: EncodedVisit;
  readonly leaves: readonly number[];
}

/** Plans the visit that arrives. */
export type VisitOpener = (arrival: Arrival) => ScheduledVisit;

/** Each hit leaves when the visitor does it. */
export function inRealTime(plan: Plan, encoder: Encoder): VisitOpener {
  return ({ day, index, startMs }) => {
    const written = encoder.write(plan.visitAt(day, index, startMs));
    return { written, leaves: written.visit.hits.map(({ dueMs }) => dueMs) };
  };
}

/**
 * Hits leave the given seconds apart, the last one when it is due: all times that they carry lie in the past, and the
 * visit in Matomo is the planned one.
 */
export function compressed(plan: Plan, encoder: Encoder, pauseSeconds: Range): VisitOpener {
  return ({ day, index, startMs }) => {
    const written = encoder.write(plan.visitAt(day, index, startMs));
    const stream = plan.random.stream(CONCERN.pauses, day.number, index);
    const leaves = written.visit.hits.map(({ dueMs }) => dueMs);
    for (let i = leaves.length - 2; i >= 0; i--) {
      const pauseMs = drawBetween(stream, pauseSeconds.min, pauseSeconds.max) * 1000;
      leaves[i] = Math.max(leaves[i] as number, (leaves[i + 1] as number) - pauseMs);
    }
    return { written, leaves };
  };
}

/** As compressed, but the visit has begun so much earlier that its first hit leaves on arrival. */
export function compressedFromArrival(plan: Plan, encoder: Encoder, pauseSeconds: Range): VisitOpener {
  const open = compressed(plan, encoder, pauseSeconds);
  return (arrival) => {
    const { day, startMs } = arrival;
    const waitMs = (open(arrival).leaves[0] as number) - startMs;
    const { written, leaves } = open({ ...arrival, startMs: Math.max(day.startMs, startMs - waitMs) });
    const earlyMs = Math.max(0, startMs - (leaves[0] as number));
    return { written, leaves: leaves.map((leaveMs) => leaveMs + earlyMs) };
  };
}

interface OpenVisit extends ScheduledVisit {
  next: number;
}

/** Open visits by the time at which their next hit leaves: a binary heap. */
class OpenVisits {
  private readonly heap: OpenVisit[] = [];
  private readonly encoder: Encoder;
  private readonly numberOf: HitNumbers;

  constructor(encoder: Encoder, numberOf: HitNumbers) {
    this.encoder = encoder;
    this.numberOf = numberOf;
  }

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
    const { written, leaves, next } = visit;
    const hit = written.visit.hits[next] as Hit;
    const leaveMs = leaves[next] as number;
    const body = this.encoder.openBody();
    body.add(written, next);
    visit.next++;
    if (visit.next === leaves.length) {
      const last = this.heap.pop() as OpenVisit;
      if (this.heap.length > 0) this.heap[0] = last;
    }
    this.sink();
    return { id: this.numberOf(hit), lane: hit.visit.lane, leaveMs, hits: [hit], body: body.close() };
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

/** The arrivals from the instant on, day after day, in their order. */
export function* dailyArrivals(plan: Plan, fromMs: number): Generator<Arrival, never> {
  for (let day = plan.calendar.dayAt(fromMs); ; day = plan.calendar.dayNumbered(day.number + 1)) {
    const starts = plan.startsOf(day);
    for (let index = firstFrom(starts, fromMs); index < starts.length; index++) {
      yield { day, index, startMs: starts[index] as number };
    }
  }
}

/** Visits that came before the instant and whose first hit leaves at it or after it. */
export function visitsToLeave(plan: Plan, open: VisitOpener, shard: Shard, fromMs: number): ScheduledVisit[] {
  const scheduled: ScheduledVisit[] = [];
  for (const arrival of dailyArrivals(plan, fromMs - plan.longestVisitMs)) {
    if (arrival.startMs >= fromMs) break;
    if (!isInShard(plan.laneOf(arrival.day, arrival.index), shard)) continue;
    const departure = open(arrival);
    if ((departure.leaves[0] as number) >= fromMs) scheduled.push(departure);
  }
  return scheduled;
}

export interface LiveTimelineOptions {
  readonly encoder: Encoder;
  /** Visits that are planned already, before those that arrive. */
  readonly planned: readonly ScheduledVisit[];
  readonly arrivals: Iterable<Arrival>;
  readonly open: VisitOpener;
  /** Visits that are under way at this instant are left out. */
  readonly fromMs: number;
  /** Visits whose first hit leaves from this instant on are left out. */
  readonly untilMs: number;
  /** What leaves from this instant on is left out. */
  readonly endMs: number;
  readonly shard: Shard;
  /** Names the batches for good, where that is needed. */
  readonly numberOf?: HitNumbers | undefined;
}

const UNNUMBERED: HitNumbers = () => -1;

/** The hits of arriving visits, one a batch, in the order in which they leave. */
export function* liveTimeline(
  plan: Plan,
  { encoder, planned, arrivals, open, fromMs, untilMs, endMs, shard, numberOf }: LiveTimelineOptions,
): Generator<Batch, undefined> {
  const visits = new OpenVisits(encoder, numberOf ?? UNNUMBERED);
  const add = ({ written, leaves }: ScheduledVisit) => {
    const firstMs = leaves[0] as number;
    if (firstMs >= fromMs && firstMs < untilMs) visits.add({ written, leaves, next: 0 });
  };
  planned.forEach(add);
  for (const arrival of arrivals) {
    if (arrival.startMs >= untilMs) break;
    if (arrival.startMs < fromMs - plan.longestVisitMs) continue;
    if (!isInShard(plan.laneOf(arrival.day, arrival.index), shard)) continue;
    while (visits.nextLeaveMs <= arrival.startMs) yield visits.take();
    add(open(arrival));
  }
  while (visits.nextLeaveMs < endMs) yield visits.take();
}
