/** Totals of several targets, days or processes, taken together. */
import { createTotals, createVisitCounts, type Totals, type VisitCounts } from './totals.ts';

function addCounts(sum: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
}

function addVisits(sum: VisitCounts, { planned, complete, partial, failed, skipped }: VisitCounts): void {
  sum.planned += planned;
  sum.complete += complete;
  sum.partial += partial;
  sum.failed += failed;
  sum.skipped += skipped;
}

/** Adds the part to the sum; the part stays as it is. */
export function addTotals(sum: Totals, part: Totals): void {
  addVisits(sum.visits, part.visits);
  addCounts(sum.hits, part.hits);
  addCounts(sum.kinds, part.kinds);
  addCounts(sum.missedKinds, part.missedKinds);
  addCounts(sum.reasons, part.reasons);
  addCounts(sum.failedAttempts, part.failedAttempts);
  sum.examples = { ...part.examples, ...sum.examples };
  sum.hitsToCome += part.hitsToCome;
  sum.cutOffVisits += part.cutOffVisits;
  sum.acceptedNow += part.acceptedNow;
  sum.revenueCents += part.revenueCents;
  sum.missedRevenueCents += part.missedRevenueCents;
  sum.abandonedCarts += part.abandonedCarts;
  sum.retries += part.retries;
  sum.requests += part.requests;
  sum.latencyMs.add(part.latencyMs);
  sum.lagMs.add(part.lagMs);
  for (const [name, visits] of Object.entries(part.behaviours)) {
    sum.behaviours[name] ??= createVisitCounts();
    addVisits(sum.behaviours[name], visits);
  }
  for (const [name, { entered, completed, steps }] of Object.entries(part.funnels)) {
    const funnel = sum.funnels[name] ?? { entered: 0, completed: 0, steps: [] };
    sum.funnels[name] = {
      entered: funnel.entered + entered,
      completed: funnel.completed + completed,
      steps: steps.map((count, i) => count + (funnel.steps[i] ?? 0)),
    };
  }
}

/** New totals, with distributions of their own; the parts stay as they are. */
export function sumOf(parts: readonly Totals[]): Totals {
  const sum = createTotals();
  for (const part of parts) addTotals(sum, part);
  return sum;
}
