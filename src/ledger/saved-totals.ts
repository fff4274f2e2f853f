/** Totals of a day from the counts that the ledger has of it: JSON that is trusted no further than its numbers. */
import {
  createTotals,
  createVisitCounts,
  type FunnelCounts,
  type Totals,
  type VisitCounts,
} from './totals.ts';

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Puts the counts of the same names in the place of those that are there; false where one is missing. */
function fill(counts: Record<string, number>, saved: unknown): boolean {
  if (!isRecord(saved)) return false;
  for (const name of Object.keys(counts)) {
    const count = saved[name];
    if (!isCount(count)) return false;
    counts[name] = count;
  }
  return true;
}

function reasonsFrom(saved: unknown): Record<string, number> | undefined {
  if (!isRecord(saved)) return undefined;
  const reasons: Record<string, number> = {};
  for (const [reason, count] of Object.entries(saved)) {
    if (!isCount(count)) return undefined;
    reasons[reason] = count;
  }
  return reasons;
}

function funnelsFrom(saved: unknown): Record<string, FunnelCounts> | undefined {
  if (!isRecord(saved)) return undefined;
  const funnels: Record<string, FunnelCounts> = {};
  for (const [name, funnel] of Object.entries(saved)) {
    if (!isRecord(funnel)) return undefined;
    const { entered, completed, steps } = funnel;
    if (!isCount(entered) || !isCount(completed) || !Array.isArray(steps) || !steps.every(isCount))
      return undefined;
    funnels[name] = { entered, completed, steps: [...steps] };
  }
  return funnels;
}

/** Earlier versions did not count them. */
function behavioursFrom(saved: unknown = {}): Record<string, VisitCounts> | undefined {
  if (!isRecord(saved)) return undefined;
  const behaviours: Record<string, VisitCounts> = {};
  for (const [name, visits] of Object.entries(saved)) {
    const counts = { ...createVisitCounts() };
    if (!fill(counts, visits)) return undefined;
    behaviours[name] = counts;
  }
  return behaviours;
}

/**
 * What `countsOf` has made, as of an earlier process: its requests, retries and times are not those of this one.
 * Undefined where the counts are not whole.
 */
export function totalsFrom(saved: unknown): Totals | undefined {
  if (!isRecord(saved)) return undefined;
  const totals = createTotals();
  const { cutOffVisits, revenueCents, abandonedCarts } = saved;
  const visits = { ...totals.visits };
  const reasons = reasonsFrom(saved.reasons);
  const funnels = funnelsFrom(saved.funnels);
  const behaviours = behavioursFrom(saved.behaviours);
  const hasGroups =
    fill(visits, saved.visits) && fill(totals.hits, saved.hits) && fill(totals.kinds, saved.kinds);
  // Earlier versions did not count them.
  fill(totals.missedKinds, saved.missedKinds);
  if (isCount(saved.missedRevenueCents)) totals.missedRevenueCents = saved.missedRevenueCents;
  if (!hasGroups || !reasons || !funnels || !behaviours) return undefined;
  if (!isCount(cutOffVisits) || !isCount(revenueCents) || !isCount(abandonedCarts)) return undefined;
  return { ...totals, visits, reasons, funnels, behaviours, cutOffVisits, revenueCents, abandonedCarts };
}
