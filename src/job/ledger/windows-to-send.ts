/** Which windows of days a backfill sends, by what the user wants to become of days that were sent before. */
import type { Ledger, RunRow } from '../../ledger/ledger.ts';
import type { BackfillJob } from '../job.ts';
import { digestOfSettings } from '../schedule.ts';
import { type RemainingDays, remainingDays, windowOf, windowToContinue } from './remaining-days.ts';

/** `fail`: refuse the window. `skip`: send the other days. `again`: send all. `resume`: go on where a run was cut off. */
export const EXISTING_POLICIES = ['fail', 'skip', 'again'] as const;
export type ExistingPolicy = (typeof EXISTING_POLICIES)[number] | 'resume';

export interface WindowsToSend extends RemainingDays {
  /** True: days of other runs have been left out, so that these are in nobody's way. */
  readonly isRemainder: boolean;
}

/** A run that `resume` may have meant, and that these settings do not continue. */
function isAnother(run: RunRow, parts: readonly BackfillJob[]): boolean {
  if (parts.some((job) => windowToContinue(run, job))) return false;
  return run.outcome !== 'done' || parts.some(({ from, to }) => run.from === from && run.to === to);
}

/** @param parts the job, or the part of it that each shard has; at least one */
export async function windowsToSend(
  ledger: Pick<Ledger, 'overlapping' | 'days'>,
  parts: readonly BackfillJob[],
  existing: ExistingPolicy,
): Promise<WindowsToSend> {
  const windows = parts.slice(0, 1).map(({ from, to }) => ({ from, to }));
  const whole = { windows, sent: [], isRemainder: false };
  if (existing === 'fail' || existing === 'again') return whole;
  const found = await Promise.all(parts.map((job) => ledger.overlapping(windowOf(job))));
  const before = found.flat();
  const digests = parts.map((job) => digestOfSettings(job));
  const isSame = before.some(({ digest }) => digests.includes(digest));
  const isWhole = existing === 'resume' && (isSame || before.some((run) => isAnother(run, parts)));
  return isWhole ? whole : { ...(await remainingDays(ledger, parts)), isRemainder: before.length > 0 };
}
