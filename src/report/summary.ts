/** The numbers of a day or a run in the shape that scripts read: stable, versioned. */
import type { Totals } from '../ledger/totals.ts';
import type { FailureExamples } from '../types/failure-example.ts';
import type { HitKind } from '../types/hit.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { OutcomeKind } from '../types/outcome.ts';
import type { InFlightReport } from '../types/request-flow.ts';
import { type Health, healthOf } from './health.ts';
import { percentileOf } from './percentile.ts';
import type { Verdict } from './verdict.ts';

/** Version of the shape; raised when a key changes its meaning or goes. */
const SCHEMA = 1;

/** What ended a run before everything was sent that was planned: its own time, somebody, a threshold, or an error. */
export type EndedBy = 'time' | 'signal' | 'threshold' | 'failure';

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

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What every summary has. */
export interface Summary {
  readonly schema: typeof SCHEMA;
  readonly type: 'day' | 'target' | 'total';
  readonly command: 'run' | 'backfill';
  /** Null in a total over several targets, as the next ones are where targets differ. */
  readonly target: string | null;
  readonly site: number | null;
  /** Null in a total. */
  readonly date: LocalDate | null;
  readonly timezone: string | null;
  readonly visits: Totals['visits'];
  /** Visits, also counted in `visits`, that were not sent to their end because the run ended first. */
  readonly cutOffVisits: number;
  readonly hits: { readonly planned: number } & Readonly<Record<OutcomeKind, number>>;
  /** Accepted hits that this process sent, which rates are of: the others were accepted before a resume. */
  readonly acceptedNow: number;
  /** Accepted hits; in a dry run the planned ones. */
  readonly kinds: Readonly<Record<HitKind, number>>;
  readonly revenue: number;
  /** Visits with a cart and no order. */
  readonly abandonedCarts: number;
  readonly currency: string | null;
  readonly requests: number;
  readonly retries: number;
  /** Attempts to send a request that did not succeed, by reason; absent where there were none, and in days. */
  readonly failedAttempts?: Readonly<Record<string, number>>;
  /** A request that failed, by the reasons of both; absent where there is none, and in days. */
  readonly examples?: FailureExamples;
  readonly reasons: Readonly<Record<string, number>>;
  /** Visits by the steps that were accepted; in a dry run by the planned ones. */
  readonly funnels: Totals['funnels'];
  /** Visits by the behaviour of a plugin that writes them, `plugin/name`; absent where there are none. */
  readonly behaviours?: Totals['behaviours'];
  readonly latencyMs: Percentiles;
  readonly lagMs: Omit<Percentiles, 'p95'>;
}

export interface DaySummary extends Summary {
  readonly type: 'day';
}

/** Visits that a dry run has planned for a part of the day or of the run. */
export interface PlannedVisits {
  readonly label: string;
  readonly visits: number;
}

export interface TotalSummary extends Summary {
  readonly type: 'total';
  readonly dryRun: boolean;
  readonly digest: string;
  readonly seed: string;
  readonly durationMs: number;
  /** What ended the run before it had sent all it had to; absent where nothing did. */
  readonly endedBy?: EndedBy;
  /** Why it ended before its time, or never began, in a sentence; of several targets, why the first one did. */
  readonly error?: string;
  /** Time that the run was paused, which counts in no rate; absent when it never was. */
  readonly pausedMs?: number;
  /** How the run came out against its thresholds; absent when it has none. */
  readonly thresholds?: readonly Verdict[];
  /** How requests were settled whose answer did not come or did not tell; absent when there were none. */
  readonly inDoubt?: InDoubt;
  /** How many requests at a time the target took; absent where nothing was sent. */
  readonly inFlight?: InFlightReport;
  /** What the embedded endpoint recorded. */
  readonly recorded?: unknown;
  /** Of a dry run: when its visits begin, by hour of the day or by parts of a load profile. */
  readonly visitsByTime?: readonly PlannedVisits[];
  /** One for each target; absent where there is only one. */
  readonly targets?: readonly TargetRow[];
  /** Of targets that get the same visits. */
  readonly comparison?: readonly Comparison[];
}

/** The whole run of one of several targets. */
export interface TargetSummary extends Omit<TotalSummary, 'type' | 'targets' | 'comparison'> {
  readonly type: 'target';
  readonly health: Health;
}

/** One target in the summary of all. */
export interface TargetRow
  extends Pick<
    TargetSummary,
    'target' | 'site' | 'health' | 'visits' | 'hits' | 'reasons' | 'latencyMs' | 'digest' | 'failedAttempts'
  > {
  /** Why the target's run ended before its time, or never began; null when it did not. */
  readonly error: string | null;
}

/** A target's latency beside that of the first one. */
export interface Comparison {
  readonly target: string | null;
  readonly against: string | null;
  /** This target's percentile, divided by the other's; null where the other's is 0. */
  readonly latencyRatio: Readonly<Record<keyof Percentiles, number | null>>;
}

/** Numbers of requests. */
export interface InDoubt {
  readonly recorded: number;
  readonly resent: number;
  readonly unknown: number;
}

function percentiles(histogram: Totals['latencyMs']): Percentiles {
  const at = (percentile: number) => percentileOf(histogram, percentile);
  return { p50: at(50), p95: at(95), p99: at(99), max: at(100) };
}

function summarise(context: SummaryContext, totals: Totals) {
  const { p50, p99, max } = percentiles(totals.lagMs);
  return {
    visits: totals.visits,
    cutOffVisits: totals.cutOffVisits,
    hits: totals.hits,
    acceptedNow: totals.acceptedNow,
    kinds: totals.kinds,
    revenue: totals.revenueCents / 100,
    abandonedCarts: totals.abandonedCarts,
    currency: context.currency,
    requests: totals.requests,
    retries: totals.retries,
    ...(Object.keys(totals.failedAttempts).length > 0 ? { failedAttempts: totals.failedAttempts } : {}),
    ...(Object.keys(totals.examples).length > 0 ? { examples: totals.examples } : {}),
    reasons: totals.reasons,
    funnels: totals.funnels,
    ...(Object.keys(totals.behaviours).length > 0 ? { behaviours: totals.behaviours } : {}),
    latencyMs: percentiles(totals.latencyMs),
    lagMs: { p50, p99, max },
  };
}

export function summariseDay(context: SummaryContext, date: LocalDate, totals: Totals): DaySummary {
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

export interface RunResults {
  readonly digest: string;
  readonly seed: string;
  /** With the time that the run was paused. */
  readonly durationMs: number;
  readonly pausedMs?: number;
  readonly endedBy?: EndedBy | undefined;
  readonly error?: string | undefined;
  readonly verdicts?: readonly Verdict[];
  readonly inDoubt?: InDoubt;
  readonly inFlight?: InFlightReport;
  readonly recorded?: unknown;
  readonly visitsByTime?: readonly PlannedVisits[];
}

function summariseRun(context: SummaryContext, totals: Totals, facts: RunResults) {
  const { command, target, site, timezone, isDryRun } = context;
  return {
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
    ...(facts.visitsByTime ? { visitsByTime: facts.visitsByTime } : {}),
    ...(facts.endedBy === undefined ? {} : { endedBy: facts.endedBy }),
    ...(facts.error === undefined ? {} : { error: facts.error }),
    ...(facts.pausedMs ? { pausedMs: facts.pausedMs } : {}),
    ...(facts.verdicts && facts.verdicts.length > 0 ? { thresholds: facts.verdicts } : {}),
    ...(facts.inDoubt && Object.values(facts.inDoubt).some((count) => count > 0)
      ? { inDoubt: facts.inDoubt }
      : {}),
    ...(facts.inFlight && facts.inFlight.most > 0 ? { inFlight: facts.inFlight } : {}),
    ...(facts.recorded === undefined ? {} : { recorded: facts.recorded }),
  };
}

export function summariseTotal(context: SummaryContext, totals: Totals, facts: RunResults): TotalSummary {
  return { schema: SCHEMA, type: 'total', ...summariseRun(context, totals, facts) };
}

export function summariseTarget(context: SummaryContext, totals: Totals, facts: RunResults): TargetSummary {
  const health = healthOf(totals.hits, totals.reasons);
  return { schema: SCHEMA, type: 'target', ...summariseRun(context, totals, facts), health };
}
