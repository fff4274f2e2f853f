/** How many requests a target gets at a time: more while it answers as fast as before, fewer once they only wait longer. */
import type { InFlightLimit } from '../types/request-flow.ts';

const START = 2;
/** Answers faster than this are fast, whatever they were before: no server with a queue gives them. */
const FAST_MS = 250;
/** Requests that take so many times longer than with few in flight are waiting for each other. */
const TOLERANCE = 2;
/** A request costs about as much as so many hits, before the first of its own. */
const HITS_OF_A_REQUEST = 20;
/** A server may become slower by itself: after so many rounds its speed with few requests in flight is measured anew. */
const MEASURE_EVERY_ROUNDS = 20;
/** More than the tolerance: with so many times fewer, what made a queue before makes none. */
const MEASURED_WITH = 3;
const FEWEST_SAMPLES = 4;
/** Where so many of a round's requests fail, there are too many; one that fails now and then tells nothing of the others. */
const TOO_MANY_FAILURES = 0.5;

/** Samples since the limit last changed; earlier ones tell of another limit. */
interface Round {
  readonly sinceMs: number;
  /** Those with a response that tells the server's speed. */
  count: number;
  failures: number;
  totalMs: number;
  totalCost: number;
  /** Some request left when all the others that are allowed were in flight. */
  isFull: boolean;
}

function roundFrom(sinceMs: number): Round {
  return { sinceMs, count: 0, failures: 0, totalMs: 0, totalCost: 0, isFull: false };
}

/**
 * Multiplicative decrease, additive increase. The sign of a queue is not the latency itself, for servers and networks
 * differ, but the latency against the one that the same target had with few requests in flight.
 * @param ceiling at least 1
 * @param followsLatency false: visitors who wait for nobody. All are let out from the start, and only overload, where
 * most requests fail, makes them fewer: a server that is slow is to be seen as that.
 */
export function createInFlightLimit(ceiling: number, followsLatency = true): InFlightLimit {
  let limit = followsLatency ? Math.min(START, ceiling) : ceiling;
  let isStarting = true;
  let round = roundFrom(Number.NEGATIVE_INFINITY);
  /** Lowest mean cost of a round: ms a hit. */
  let baseline = Number.POSITIVE_INFINITY;
  let sinceMeasured = 0;
  /** The limit to return to after the speed has been measured. */
  let measuringFrom: number | undefined;
  let most = 0;
  let rounds = 0;
  let limits = 0;

  function change(to: number, nowMs: number): void {
    limit = Math.min(ceiling, Math.max(1, to));
    round = roundFrom(nowMs);
  }

  function decrease(factor: number, nowMs: number): void {
    isStarting = false;
    measuringFrom = undefined;
    change(limit * factor, nowMs);
  }

  /** The next round is one with so few requests in flight that it tells what they cost without a queue. */
  function measure(nowMs: number): void {
    measuringFrom = limit;
    baseline = Number.POSITIVE_INFINITY;
    change(limit / MEASURED_WITH, nowMs);
  }

  function increase(isFull: boolean, nowMs: number): void {
    if (!isFull) change(limit, nowMs);
    else if (isStarting) change(limit * 2, nowMs);
    else change(limit + Math.max(1, limit / 8), nowMs);
  }

  function overloaded(nowMs: number): void {
    decrease(0.5, nowMs);
    rounds++;
    limits += limit;
  }

  function judge({ count, totalMs, totalCost, isFull }: Round, nowMs: number): void {
    const cost = totalCost / count;
    baseline = Math.min(baseline, cost);
    sinceMeasured++;
    if (!isStarting) {
      rounds++;
      limits += limit;
    }
    if (measuringFrom !== undefined) {
      const before = measuringFrom;
      measuringFrom = undefined;
      sinceMeasured = 0;
      change(before, nowMs);
      return;
    }
    const isSlow = followsLatency && totalMs / count > FAST_MS;
    if (isSlow && cost > TOLERANCE * baseline) {
      decrease(Math.max(0.5, (TOLERANCE * baseline) / cost), nowMs);
    } else if (isSlow && !isStarting && limit > START && sinceMeasured > MEASURE_EVERY_ROUNDS) measure(nowMs);
    else increase(isFull, nowMs);
  }

  return {
    get limit() {
      return Math.floor(limit);
    },
    get report() {
      const average = Math.max(1, Math.min(most, Math.round(limits / rounds)));
      return { ceiling, most, settledAt: rounds === 0 ? null : average };
    },
    note({ sentMs, endedMs, hits, inFlight, isOverload }) {
      most = Math.max(most, inFlight);
      if (sentMs < round.sinceMs) return;
      round.isFull ||= inFlight >= Math.floor(limit);
      if (isOverload) round.failures++;
      else {
        const tookMs = endedMs - sentMs;
        round.count++;
        round.totalMs += tookMs;
        round.totalCost += tookMs / (hits + HITS_OF_A_REQUEST);
      }
      const ended = round.count + round.failures;
      if (ended < Math.max(FEWEST_SAMPLES, Math.floor(limit))) return;
      if (round.failures >= TOO_MANY_FAILURES * ended) overloaded(endedMs);
      else judge(round, endedMs);
    },
  };
}
