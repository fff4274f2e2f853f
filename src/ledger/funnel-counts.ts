/** How far visits came on the way through their funnels. */
import type { VisitRecord } from '../types/hit.ts';
import type { FunnelCounts, Totals } from './totals.ts';

function funnelOf(totals: Totals, name: string, stepCount: number): FunnelCounts {
  totals.funnels[name] ??= { entered: 0, completed: 0, steps: new Array(stepCount).fill(0) };
  return totals.funnels[name];
}

/** @param stepsDone of the visit's way through its funnel, from its beginning */
export function countFunnel(totals: Totals, { funnel }: VisitRecord, stepsDone: number): void {
  if (!funnel || stepsDone === 0) return;
  const counts = funnelOf(totals, funnel.name, funnel.stepCount);
  counts.entered++;
  if (stepsDone === funnel.stepCount) counts.completed++;
  for (let i = 0; i < stepsDone; i++) counts.steps[i] = (counts.steps[i] ?? 0) + 1;
}
