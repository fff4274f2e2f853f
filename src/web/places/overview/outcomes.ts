/** Counts of a run by how its hits ended. */
import { missingOf } from '../../../report/counts.ts';
import { formatNumber } from '../../../report/format.ts';
import { reasonOf } from '../../../report/reasons.ts';
import type { Run } from '../../api/schema.ts';

export type Totals = NonNullable<Run['totals']>;

export const count = (values: Readonly<Record<string, number>>, name: string) => values[name] ?? 0;
export const outcomesOf = ({ hits }: Totals) => ({
  accepted: count(hits, 'accepted'),
  rejected: count(hits, 'rejected'),
  failed: count(hits, 'failed'),
  unknown: count(hits, 'unknown'),
  skipped: count(hits, 'skipped'),
});

/** Also hits that the server refuses for what is in them, which a resume sends again. */
export const lostHitsOf = (totals: Totals) => missingOf(outcomesOf(totals), totals.reasons);
/** True: there is something that Matomo may have. */
export const wasSent = (totals: Totals | null): totals is Totals =>
  totals !== null && count(totals.hits, 'accepted') + lostHitsOf(totals) > 0;

/** Hits that were never sent, but for those. */
export const skippedHitsOf = (totals: Totals) =>
  count(totals.hits, 'skipped') - count(totals.reasons, 'deferred');

/** Attempts to send a request that did not succeed; most are sent again. */
export const failedAttemptsOf = (totals: Totals | null | undefined) =>
  Object.values(totals?.failedAttempts ?? {}).reduce((sum, attempts) => sum + attempts, 0);

/** `HTTP 500: 13, no connection: 3`, the most frequent first. */
export const attemptsText = (totals: Totals | null | undefined) =>
  Object.entries(totals?.failedAttempts ?? {})
    .sort(([, one], [, other]) => other - one)
    .map(([reason, attempts]) => `${reasonOf(reason).what}: ${formatNumber(attempts)}`)
    .join(', ');

/** The present local day of the target has all the visits that it may have. */
export const isCapReached = ({ cap = 0, admittedToday = 0 }: Run['targets'][number]) =>
  cap > 0 && admittedToday >= cap;

/**
 * Hits of a live run are timed from when they were due: where attempts failed, the waits for them, and of the hits behind
 * them in a visit, are in the times. Undefined where the times are those of the server alone.
 */
export function waitsText({ command }: Pick<Run, 'command'>, totals: Totals): string | undefined {
  if (command !== 'run' || failedAttemptsOf(totals) === 0) return undefined;
  return `median ${formatNumber(totals.latencyMs.p50)}; with waits for failed attempts`;
}
