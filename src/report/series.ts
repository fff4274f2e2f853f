/** What happened when: a run's hits and answers in steps of time, for curves and for windows that slide. */
import { build, type Histogram } from 'hdr-histogram-js';
import { type Batch, type Delivery, hitCountOf } from '../types/delivery.ts';
import type { Outcome, OutcomeKind } from '../types/outcome.ts';
import { OUTCOME_KINDS } from '../types/outcome.ts';
import { isOverdue } from './counts.ts';

/** Length of a step that is not merged. */
export const STEP_MS = 1000;
/** Latencies above it count as it: enough to see that something is wrong. */
const LONGEST_MS = 120_000;

/** One step of time. Hits that were to leave in it, hits that left in it, and outcomes of answers that came in it. */
export interface Point {
  readonly startMs: number;
  readonly lengthMs: number;
  offered: number;
  sent: number;
  /** Of the hits that were to leave in it, those that were accepted, whenever the answer came. */
  offeredAccepted: number;
  outcomes: Record<OutcomeKind, number>;
  /** Hits that were given up in it, for they were to leave too long ago. */
  overdue: number;
  requests: number;
  visits: number;
  latencyMs: Histogram | undefined;
}

function createPoint(startMs: number, lengthMs: number): Point {
  const outcomes = Object.fromEntries(OUTCOME_KINDS.map((kind) => [kind, 0])) as Record<OutcomeKind, number>;
  return {
    startMs,
    lengthMs,
    offered: 0,
    sent: 0,
    offeredAccepted: 0,
    outcomes,
    overdue: 0,
    requests: 0,
    visits: 0,
    latencyMs: undefined,
  };
}

/** No latencies yet, of a point. */
export function createLatencies(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_MS,
    numberOfSignificantValueDigits: 2,
  });
}

function addTo(sum: Point, point: Point): void {
  sum.offered += point.offered;
  sum.sent += point.sent;
  sum.offeredAccepted += point.offeredAccepted;
  sum.overdue += point.overdue;
  sum.requests += point.requests;
  sum.visits += point.visits;
  for (const kind of OUTCOME_KINDS) sum.outcomes[kind] += point.outcomes[kind];
  if (!point.latencyMs) return;
  sum.latencyMs ??= createLatencies();
  sum.latencyMs.add(point.latencyMs);
}

/** One point for all of them, of their whole time; undefined for none. */
export function merged(points: readonly Point[]): Point | undefined {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return undefined;
  const sum = createPoint(first.startMs, last.startMs + last.lengthMs - first.startMs);
  for (const point of points) addTo(sum, point);
  return sum;
}

export interface Series {
  /** A visit begins now. */
  visit(): void;
  sent(batch: Batch, delivery: Delivery, latencyMs: number): void;
  /** A hit that is settled without having been sent. */
  skipped(outcome: Outcome): void;
  /** What another series has counted, in the step in which the point begins. */
  add(point: Point): void;
  /** The points so far; the series goes on with the rest of the present step. */
  take(): readonly Point[];
  /** In the order of time, without gaps; the last one may still change. */
  readonly points: readonly Point[];
  /** Has steps up to that instant, also where nothing happened. */
  reach(instantMs: number): void;
}

/** What becomes of the oldest steps when there are too many: `merge` keeps them, two in one, `drop` forgets them. */
export interface SeriesLimit {
  readonly mostPoints: number;
  readonly beyond: 'merge' | 'drop';
}

/**
 * Steps of a second; merged ones are twice as long each time, so that a run of any length fits.
 * @param now epoch ms
 */
export function createSeries(now: () => number, { mostPoints, beyond }: SeriesLimit): Series {
  let firstMs = now();
  let lengthMs = STEP_MS;
  let points: Point[] = [];

  const indexOf = (instantMs: number) => Math.max(0, Math.floor((instantMs - firstMs) / lengthMs));

  function makeRoom(): void {
    if (beyond === 'merge') {
      points = mergedInPairs(points);
      lengthMs *= 2;
    } else {
      // Many at once: each is a copy of the rest.
      const dropped = Math.ceil(mostPoints / 2);
      points = points.slice(dropped);
      firstMs += dropped * lengthMs;
    }
  }

  /** The point of the instant; what happened before the first one counts in that. */
  function at(instantMs: number): Point {
    while (indexOf(instantMs) >= mostPoints) makeRoom();
    const index = indexOf(instantMs);
    while (points.length <= index) points.push(createPoint(firstMs + points.length * lengthMs, lengthMs));
    return points[index] as Point;
  }

  return {
    visit() {
      at(now()).visits++;
    },
    sent(batch, { outcomes, sentMs, answeredMs, furtherMs = [] }, latencyMs) {
      const { known } = batch;
      const count = known ? known.filter((outcome) => outcome === undefined).length : hitCountOf(batch);
      const leftMs = sentMs ?? answeredMs;
      const dueMs = batch.leaveMs > 0 ? batch.leaveMs : leftMs;
      at(dueMs).offered += count;
      at(leftMs).sent += count;
      const point = at(answeredMs);
      point.requests += 1 + furtherMs.length;
      const before = point.outcomes.accepted;
      // What was skipped is told hit by hit.
      for (let i = 0; i < outcomes.length; i++) {
        const { kind } = outcomes[i] as Outcome;
        if (kind !== 'skipped' && known?.[i] === undefined) point.outcomes[kind]++;
      }
      const accepted = point.outcomes.accepted - before;
      point.latencyMs ??= createLatencies();
      for (const ms of [latencyMs, ...furtherMs]) {
        point.latencyMs.recordValue(Math.min(LONGEST_MS, Math.max(0, Math.round(ms))));
      }
      at(dueMs).offeredAccepted += accepted;
    },
    skipped({ kind, reason }) {
      const point = at(now());
      point.outcomes[kind]++;
      // All other skips were not offered.
      if (!isOverdue(reason)) return;
      point.offered++;
      point.overdue++;
    },
    add(point) {
      addTo(at(point.startMs), point);
    },
    take() {
      const taken = points;
      points = [];
      lengthMs = STEP_MS;
      firstMs += indexOf(now()) * lengthMs;
      return taken;
    },
    get points() {
      return points;
    },
    reach: (instantMs) => void at(instantMs),
  };
}

function mergedInPairs(points: readonly Point[]): Point[] {
  const pairs: Point[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const pair = merged(points.slice(i, i + 2));
    if (pair) pairs.push(i + 1 < points.length ? pair : { ...pair, lengthMs: pair.lengthMs * 2 });
  }
  return pairs;
}
