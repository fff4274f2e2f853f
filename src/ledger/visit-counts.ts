/** Counts visits: all of them, and those of each behaviour of a plugin. */
import type { VisitRecord } from '../types/hit.ts';
import { createVisitCounts, type Totals, type VisitCounts } from './totals.ts';

/** @param outcome `planned` when the visit begins, then what it came to */
export function countVisit(
  { visits, behaviours }: Totals,
  { behaviour }: VisitRecord,
  outcome: keyof VisitCounts,
): void {
  visits[outcome]++;
  if (behaviour === undefined) return;
  behaviours[behaviour] ??= createVisitCounts();
  behaviours[behaviour][outcome]++;
}
