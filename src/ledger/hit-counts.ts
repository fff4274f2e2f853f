/** Counts hits and requests by what came of them. */
import type { Batch, Delivery } from '../types/delivery.ts';
import type { Hit, HitKind, VisitRecord } from '../types/hit.ts';
import type { Outcome } from '../types/outcome.ts';
import { countFunnel } from './funnel-counts.ts';
import { recordable, type Totals } from './totals.ts';
import { countVisit } from './visit-counts.ts';

export function countHit(totals: Totals, { kind, revenueCents }: Hit, outcome: Outcome): void {
  if (outcome.kind === 'accepted') {
    totals.hits.accepted++;
    totals.kinds[kind]++;
    totals.revenueCents += revenueCents;
    return;
  }
  totals.hits[outcome.kind]++;
  totals.missedKinds[kind]++;
  totals.missedRevenueCents += revenueCents;
  const { reason } = outcome;
  if (reason !== undefined) totals.reasons[reason] = (totals.reasons[reason] ?? 0) + 1;
}

/** A visit of which every hit was accepted. */
export function countAccepted(totals: Totals, visit: VisitRecord): void {
  const { kinds, revenueCents, funnel } = visit;
  totals.hits.accepted += kinds.length;
  for (let seq = 0; seq < kinds.length; seq++) totals.kinds[kinds[seq] as HitKind]++;
  totals.revenueCents += revenueCents;
  countVisit(totals, visit, 'complete');
  if (kinds.includes('cart') && !kinds.includes('order')) totals.abandonedCarts++;
  countFunnel(totals, visit, Math.min(funnel?.stepsDone ?? 0, kinds.length));
}

/** Accepted hits of the request but those that an earlier process knew of. */
export function acceptedNowOf({ known }: Batch, { outcomes }: Delivery): number {
  let accepted = 0;
  for (let i = 0; i < outcomes.length; i++) {
    if (outcomes[i]?.kind === 'accepted' && known?.[i] === undefined) accepted++;
  }
  return accepted;
}

export function countRequest(
  totals: Totals,
  { retries, furtherMs = [] }: Delivery,
  lagMs: number,
  latencyMs: number,
): void {
  totals.requests += 1 + furtherMs.length;
  for (const ms of furtherMs) totals.latencyMs.recordValue(recordable(ms));
  totals.retries += retries;
  totals.lagMs.recordValue(lagMs);
  totals.latencyMs.recordValue(latencyMs);
}
