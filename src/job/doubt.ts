/** Settles the requests that a process left in flight when it died. */
import { EXIT, UserError } from '../errors.ts';
import { askWhetherRecorded } from '../matomo/in-doubt.ts';
import type { ReportingApi } from '../matomo/reporting.ts';
import type { Batch, Clock, Outcome } from '../types.ts';
import type { Journal } from './journal.ts';

/** `ask`: Matomo says what it has. `resend`: at the risk of twice. `skip`: at the risk of not at all. */
export const DOUBT_POLICIES = ['ask', 'resend', 'skip'] as const;
export type DoubtPolicy = (typeof DOUBT_POLICIES)[number];

/** How requests in doubt were settled. */
export interface DoubtCounts {
  recorded: number;
  resent: number;
  unknown: number;
}

export interface DoubtRules {
  readonly journal: Journal;
  readonly policy: DoubtPolicy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly siteId: number;
  /** A request that left less than this ago may still be at work in the server. */
  readonly settleMs: number;
  readonly api: () => ReportingApi;
}

const ACCEPTED: Outcome = { kind: 'accepted' };
const UNKNOWN: Outcome = { kind: 'unknown', reason: 'in-doubt' };

function cannotAsk(count: number, cause: unknown): UserError {
  return new UserError(
    `${count} requests of the earlier process are in doubt, and Matomo cannot be asked about them.`,
    {
      code: 'doubt-not-resolved',
      exitCode: cause instanceof UserError ? cause.exitCode : EXIT.target,
      hint: `${cause instanceof UserError ? `${cause.message} ` : ''}--in-doubt resend may count hits twice, --in-doubt skip may leave them out.`,
      cause,
    },
  );
}

/**
 * @param batches the run's batches in their order, as far as the last one in doubt is needed
 * @throws UserError where Matomo is to be asked and cannot be
 */
export async function settleDoubts(batches: Iterable<Batch>, rules: DoubtRules): Promise<DoubtCounts> {
  const { journal, policy, clock, signal, siteId, settleMs } = rules;
  const counts: DoubtCounts = { recorded: 0, resent: 0, unknown: 0 };
  const doubts = new Map(journal.inDoubt);
  if (doubts.size === 0) return counts;
  const last = Math.max(...doubts.keys());
  const latestMs = Math.max(...doubts.values());
  if (policy === 'ask') await clock.sleepUntil(latestMs + settleMs, signal);
  const api = policy === 'ask' ? rules.api() : undefined;
  try {
    for (const batch of batches) {
      if (batch.id > last || signal.aborted) break;
      if (!doubts.has(batch.id)) continue;
      await settleOne(batch, counts, rules, api, siteId);
    }
  } catch (error) {
    throw cannotAsk(doubts.size, error);
  } finally {
    await api?.close();
    journal.flush();
  }
  return counts;
}

async function settleOne(
  batch: Batch,
  counts: DoubtCounts,
  { journal, policy }: DoubtRules,
  api: ReportingApi | undefined,
  siteId: number,
): Promise<void> {
  if (policy === 'resend') {
    counts.resent++;
    journal.resolve(batch.id, undefined);
    return;
  }
  const isRecorded: readonly (boolean | undefined)[] = api
    ? await askWhetherRecorded(api, siteId, batch.hits)
    : batch.hits.map(() => undefined);
  if (api && !isRecorded.includes(true)) {
    counts.resent++;
    journal.resolve(batch.id, undefined);
    return;
  }
  if (isRecorded.every(Boolean)) counts.recorded++;
  else counts.unknown++;
  journal.resolve(
    batch.id,
    isRecorded.map((isThere) => (isThere ? ACCEPTED : UNKNOWN)),
  );
}
