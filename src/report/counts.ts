/** What the counts of outcomes add up to: one meaning of lost, sent and overdue for summaries, verdicts and exit codes. */
import type { OutcomeKind } from '../types/outcome.ts';

type OutcomeCounts = Readonly<Record<OutcomeKind, number>>;

/** Reasons of skips that the sender is to blame for: the hit was due, but its turn came too late. */
const OVERDUE_REASONS: readonly string[] = ['late', 'behind'];

/** Reasons of hits that never left. */
const UNSENT_REASONS: readonly string[] = [
  ...OVERDUE_REASONS,
  'capped',
  'paused',
  'stopped',
  'interrupted',
  'target-down',
  'worker-lost',
];

/** Whether hits with the reason are among the missing ones, as `missingOf` counts them. */
export function isMissing(reason: string): boolean {
  return !UNSENT_REASONS.includes(reason);
}

/** Hits that left, and are not known to be recorded. */
export function lostOf({ rejected, failed, unknown }: OutcomeCounts): number {
  return rejected + failed + unknown;
}

/** Hits that are not known to be recorded, with those that the target did not take because of what is in them. */
export function missingOf(outcomes: OutcomeCounts, reasons: Readonly<Record<string, number>>): number {
  return lostOf(outcomes) + (reasons.deferred ?? 0);
}

/** Hits that left. */
export function sentOf(outcomes: OutcomeCounts): number {
  return outcomes.accepted + lostOf(outcomes);
}

/** Hits that never left: planned = accepted + missing + unsent. */
export function unsentOf({ skipped }: OutcomeCounts, reasons: Readonly<Record<string, number>>): number {
  return skipped - (reasons.deferred ?? 0);
}

/** Hits that were given up because their turn came too late. */
export function overdueOf(reasons: Readonly<Record<string, number>>): number {
  return OVERDUE_REASONS.reduce((sum, reason) => sum + (reasons[reason] ?? 0), 0);
}

/**
 * A live hit is timed from when it was due. True: some waited behind hits of their visitor that got no response, so that
 * their times are not those of the server alone.
 */
export function hasWaitedForOthers(failedAttempts: Readonly<Record<string, number>> = {}): boolean {
  return (failedAttempts['no-answer'] ?? 0) > 0;
}

export function isOverdue(reason: string | undefined): boolean {
  return reason !== undefined && OVERDUE_REASONS.includes(reason);
}

/** Reasons for which there was no response whose time could be told. */
const WITHOUT_RESPONSE: ReadonlySet<string> = new Set([
  ...['capped', 'late', 'behind', 'stopped', 'interrupted', 'paused', 'target-down', 'deferred'],
  ...['unreachable', 'no-answer', 'connection-lost', 'in-doubt', 'abandoned', 'process-lost', 'worker-lost'],
  ...['too-many-open-files', 'no-free-port', 'no-network-memory'],
]);

/** Whether any of what went wrong was a response. */
export function hasBeenAnswered({
  reasons,
  failedAttempts = {},
}: {
  readonly reasons: Readonly<Record<string, number>>;
  readonly failedAttempts?: Readonly<Record<string, number>>;
}): boolean {
  return Object.keys({ ...reasons, ...failedAttempts }).some((reason) => !WITHOUT_RESPONSE.has(reason));
}
