/** The numbers of a day or a run in the shape that scripts read: stable, versioned. */
import type { Totals } from '../ledger/tally.ts';
import type { HitKind, LocalDate, OutcomeKind } from '../types.ts';

/** Version of the shape; raised when a key changes its meaning or goes. */
const SCHEMA = 1;

/** What the traffic was for; the same in every line of a run. */
export interface SummaryContext {
  readonly command: 'run' | 'backfill';
  readonly target: string;
  readonly site: number;
  readonly timezone: string;
  /** ISO 4217, of revenue. */
  readonly currency: string;
  readonly isDryRun: boolean;
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface Summary {
  readonly schema: typeof SCHEMA;
  readonly type: 'day' | 'total';
  readonly command: 'run' | 'backfill';
  readonly target: string;
  readonly site: number;
  /** Null in a total. */
  readonly date: LocalDate | null;
  readonly timezone: string;
  readonly visits: Totals['visits'];
  readonly hits: { readonly planned: number } & Readonly<Record<OutcomeKind, number>>;
  /** Accepted hits; in a dry run the planned ones. */
  readonly kinds: Readonly<Record<HitKind, number>>;
  readonly revenue: number;
  /** Visits with a cart and no order. */
  readonly abandonedCarts: number;
  readonly currency: string;
  readonly requests: number;
  readonly retries: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly funnels: Totals['funnels'];
  readonly latencyMs: Percentiles;
  readonly lagMs: Omit<Percentiles, 'p95'>;
}

export interface TotalSummary extends Summary {
  readonly type: 'total';
  readonly dryRun: boolean;
  readonly digest: string;
  readonly seed: string;
  readonly durationMs: number;
  /** How requests were settled that an earlier process left without an answer; absent when there were none. */
  readonly inDoubt?: InDoubt;
  /** What the embedded endpoint recorded. */
  readonly recorded?: unknown;
}

/** Numbers of requests. */
export interface InDoubt {
  readonly recorded: number;
  readonly resent: number;
  readonly unknown: number;
}

function percentiles(histogram: Totals['latencyMs']): Percentiles {
  const at = (percentile: number) =>
    histogram.totalCount === 0 ? 0 : histogram.getValueAtPercentile(percentile);
  return { p50: at(50), p95: at(95), p99: at(99), max: histogram.totalCount === 0 ? 0 : histogram.maxValue };
}

function summarise(context: SummaryContext, totals: Totals) {
  const { p50, p99, max } = percentiles(totals.lagMs);
  return {
    visits: totals.visits,
    hits: totals.hits,
    kinds: totals.kinds,
    revenue: totals.revenueCents / 100,
    abandonedCarts: totals.abandonedCarts,
    currency: context.currency,
    requests: totals.requests,
    retries: totals.retries,
    reasons: totals.reasons,
    funnels: totals.funnels,
    latencyMs: percentiles(totals.latencyMs),
    lagMs: { p50, p99, max },
  };
}

export function summariseDay(context: SummaryContext, date: LocalDate, totals: Totals): Summary {
  const { command, target, site, timezone } = context;
  return {
    schema: SCHEMA,
    type: 'day',
    command,
    target,
    site,
    date,
    timezone,
    ...summarise(context, totals),
  };
}

export interface RunFacts {
  readonly digest: string;
  readonly seed: string;
  readonly durationMs: number;
  readonly doubts?: InDoubt;
  readonly recorded?: unknown;
}

export function summariseTotal(context: SummaryContext, totals: Totals, facts: RunFacts): TotalSummary {
  const { command, target, site, timezone, isDryRun } = context;
  return {
    schema: SCHEMA,
    type: 'total',
    command,
    target,
    site,
    date: null,
    timezone,
    ...summarise(context, totals),
    dryRun: isDryRun,
    digest: facts.digest,
    seed: facts.seed,
    durationMs: facts.durationMs,
    ...(facts.doubts && Object.values(facts.doubts).some((count) => count > 0)
      ? { inDoubt: facts.doubts }
      : {}),
    ...(facts.recorded === undefined ? {} : { recorded: facts.recorded }),
  };
}
