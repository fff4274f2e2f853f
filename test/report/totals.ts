/** Totals with numbers of a chosen size in every place. */
import { createTotals, type Totals } from '../../src/ledger/totals.ts';
import type { RunResults, SummaryContext } from '../../src/report/summary.ts';
import { HIT_KINDS } from '../../src/types/hit.ts';
import { OUTCOME_KINDS } from '../../src/types/outcome.ts';

export const CONTEXT: SummaryContext = {
  command: 'run',
  target: 'default',
  site: 1,
  timezone: 'Europe/Stockholm',
  currency: 'SEK',
  isDryRun: false,
};

export const FACTS: RunResults = {
  digest: '0123456789abcdef0123456789abcdef',
  seed: 'default',
  durationMs: 90_000,
};

export function totalsOf(size: number): Totals {
  const totals = createTotals();
  totals.visits = { planned: size, complete: size, partial: size, failed: size, skipped: size };
  totals.hits.planned = size;
  for (const kind of OUTCOME_KINDS) totals.hits[kind] = size;
  for (const kind of HIT_KINDS) totals.kinds[kind] = size;
  totals.revenueCents = size * 100 + 99;
  totals.acceptedNow = size;
  totals.requests = size;
  totals.retries = size;
  for (const reason of [
    'rolled-back',
    'recording-off',
    'connection-lost',
    'invalid-unnamed',
    'late',
    'capped',
  ]) {
    totals.reasons[reason] = size;
  }
  totals.funnels.checkout = { entered: size, completed: size, steps: new Array(12).fill(size) };
  totals.behaviours['support-rating/rate'] = { ...totals.visits };
  for (const ms of [0, 12, 340, 3_600_000]) {
    totals.latencyMs.recordValue(ms);
    totals.lagMs.recordValue(ms);
  }
  return totals;
}
