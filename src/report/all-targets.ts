/** One summary of all targets of a run, with the targets side by side. */
import type { Totals } from '../ledger/totals.ts';
import {
  type Comparison,
  type Percentiles,
  type RunResults,
  summariseTotal,
  type TargetSummary,
  type TotalSummary,
} from './summary.ts';

/** The value that all have, or null. */
function shared<T>(values: readonly T[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}

function ratiosTo(first: Percentiles, { p50, p95, p99, max }: Percentiles): Comparison['latencyRatio'] {
  const ratio = (value: number, to: number) => (to > 0 ? Math.round((value / to) * 1000) / 1000 : null);
  return {
    p50: ratio(p50, first.p50),
    p95: ratio(p95, first.p95),
    p99: ratio(p99, first.p99),
    max: ratio(max, first.max),
  };
}

/** @param first of the targets, with which the others are compared */
function compare(first: TargetSummary, others: readonly TargetSummary[]): Comparison[] {
  return others.map(({ target, latencyMs }) => ({
    target,
    against: first.target,
    latencyRatio: ratiosTo(first.latencyMs, latencyMs),
  }));
}

/** What of a total is told of all targets together. */
export interface AllTargets {
  readonly targets: readonly TargetSummary[];
  /** By name of the target: why its run ended before its time. */
  readonly errors: ReadonlyMap<string | null, string>;
  /** True: all got the same visits. */
  readonly isMirror: boolean;
}

/** @param totals of all targets together */
export function summariseAll(
  { targets, errors, isMirror }: AllTargets,
  totals: Totals,
  facts: RunResults,
): TotalSummary {
  const [first] = targets;
  if (first === undefined) throw new Error('a summary of no targets');
  const { command, dryRun: isDryRun } = first;
  const context = { command, target: '', site: 0, timezone: '', currency: '', isDryRun };
  return {
    ...summariseTotal(context, totals, facts),
    target: null,
    site: null,
    timezone: shared(targets.map(({ timezone }) => timezone)),
    currency: shared(targets.map(({ currency }) => currency)),
    targets: targets.map(
      ({ target, site, health, visits, hits, reasons, latencyMs, digest, failedAttempts }) => ({
        target,
        site,
        health,
        visits,
        hits,
        reasons,
        latencyMs,
        digest,
        ...(failedAttempts ? { failedAttempts } : {}),
        error: errors.get(target) ?? null,
      }),
    ),
    ...(isMirror ? { comparison: compare(first, targets.slice(1)) } : {}),
  };
}
