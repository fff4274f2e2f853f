/** What came of the hits and visits of one day or of a whole run, in numbers. */
import { build, type Histogram } from 'hdr-histogram-js';
import type { FailureExample } from '../types/failure-example.ts';
import type { HitKind } from '../types/hit.ts';
import { HIT_KINDS } from '../types/hit.ts';
import type { OutcomeKind } from '../types/outcome.ts';
import { OUTCOME_KINDS } from '../types/outcome.ts';

export interface VisitCounts {
  planned: number;
  /** All hits accepted. */
  complete: number;
  /** Some hits accepted. */
  partial: number;
  /** No hit accepted, at least one sent. */
  failed: number;
  /** No hit sent. */
  skipped: number;
}

export interface FunnelCounts {
  entered: number;
  completed: number;
  /** Visits of which each step, and all before it, were accepted. */
  steps: number[];
}

/** Counts of one day or of a whole run. Times are in whole milliseconds. */
export interface Totals {
  visits: VisitCounts;
  /** Visits, also counted above, that were not sent to their end because the run ended first. */
  cutOffVisits: number;
  hits: { planned: number } & Record<OutcomeKind, number>;
  /** Of a whole run at work: planned hits whose time has not come. */
  hitsToCome: number;
  /** Accepted hits that this process sent: the others were accepted before a resume. */
  acceptedNow: number;
  /** Accepted hits. */
  kinds: Record<HitKind, number>;
  /** Hits that were not accepted. */
  missedKinds: Record<HitKind, number>;
  /** Of accepted orders. */
  revenueCents: number;
  /** Of orders that were not accepted. */
  missedRevenueCents: number;
  /** Visits with an accepted cart and no accepted order. */
  abandonedCarts: number;
  retries: number;
  /** Of a whole run: attempts to send a request that did not succeed, by reason, told at once; most are sent again. */
  failedAttempts: Record<string, number>;
  /** Of a whole run: a request that failed, by the reasons of failed attempts and of hits that were not accepted. */
  examples: Record<string, FailureExample>;
  requests: number;
  /** Hits that were not accepted, by reason. */
  reasons: Record<string, number>;
  funnels: Record<string, FunnelCounts>;
  /** Visits, also counted above, by the behaviour of a plugin that writes them: `plugin/name`. */
  behaviours: Record<string, VisitCounts>;
  latencyMs: Histogram;
  lagMs: Histogram;
}

const ONE_HOUR_MS = 3_600_000;

function createHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: ONE_HOUR_MS,
    numberOfSignificantValueDigits: 2,
  });
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}

export function createVisitCounts(): VisitCounts {
  return { planned: 0, complete: 0, partial: 0, failed: 0, skipped: 0 };
}

export function createTotals(): Totals {
  return {
    visits: createVisitCounts(),
    cutOffVisits: 0,
    hits: { planned: 0, ...zeros(OUTCOME_KINDS) },
    hitsToCome: 0,
    acceptedNow: 0,
    kinds: zeros(HIT_KINDS),
    missedKinds: zeros(HIT_KINDS),
    revenueCents: 0,
    missedRevenueCents: 0,
    abandonedCarts: 0,
    retries: 0,
    failedAttempts: {},
    examples: {},
    requests: 0,
    reasons: {},
    funnels: {},
    behaviours: {},
    latencyMs: createHistogram(),
    lagMs: createHistogram(),
  };
}

/** Whole milliseconds that the histograms can take. */
export function recordable(ms: number): number {
  return Math.min(ONE_HOUR_MS, Math.max(0, Math.round(ms)));
}

/** The totals as JSON, without the distributions of times. */
export function countsOf(totals: Totals): Omit<Totals, 'latencyMs' | 'lagMs'> {
  const { latencyMs: _, lagMs: __, ...counts } = totals;
  return counts;
}
