/** Settles the requests that left and whose answer never came. */
import { EXIT, UserError } from '../../errors.ts';
import type { Finding } from '../../matomo/reporting/shown-visits.ts';
import type { VisitorLog } from '../../matomo/reporting/visitor-log.ts';
import type { Clock } from '../../types/clock.ts';
import type { Batch } from '../../types/delivery.ts';
import type { Hit } from '../../types/hit.ts';
import type { Outcome } from '../../types/outcome.ts';
import type { Journal } from './journal.ts';

/** `ask`: Matomo says what it has. `resend`: at the risk of twice. `skip`: at the risk of not at all. */
export const IN_DOUBT_POLICIES = ['ask', 'resend', 'skip'] as const;
export type InDoubtPolicy = (typeof IN_DOUBT_POLICIES)[number];

/** How requests in doubt were settled. */
export interface InDoubtCounts {
  recorded: number;
  resent: number;
  unknown: number;
}

export function sumOfInDoubt(parts: readonly InDoubtCounts[]): InDoubtCounts {
  const sum = { recorded: 0, resent: 0, unknown: 0 };
  for (const { recorded, resent, unknown } of parts) {
    sum.recorded += recorded;
    sum.resent += resent;
    sum.unknown += unknown;
  }
  return sum;
}

export interface InDoubtOptions {
  readonly journal: Journal;
  readonly policy: InDoubtPolicy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Until then the server may still be at work on a request of an earlier process. */
  readonly settledMs: number;
  /** True: an earlier run has sent the same visits, so that finding them proves nothing. */
  readonly isSentBefore: boolean;
  readonly openLog: () => VisitorLog;
  /** Where what Matomo does not have may still come from somebody else, so that sending it again could record it twice. */
  readonly mayResend?: () => Promise<boolean>;
  /** Asks Matomo again as long as it may only be down. */
  readonly patiently?: <T>(ask: () => Promise<T>) => Promise<T>;
  /** Called before a wait, with the number of requests in doubt. */
  readonly onWait?: (count: number, waitMs: number) => void;
}

const ACCEPTED: Outcome = { kind: 'accepted' };
const UNKNOWN: Outcome = { kind: 'unknown', reason: 'in-doubt' };
const CHOICE =
  'To continue without asking Matomo, use --in-doubt resend (may record hits twice) or --in-doubt skip (may lose hits).';

function cannotAsk(count: number, cause: UserError): UserError {
  return new UserError(`${requests(count)} in doubt, and Matomo could not be asked about them.`, {
    code: 'doubt-not-resolved',
    exitCode: cause.exitCode === EXIT.authentication ? EXIT.authentication : EXIT.target,
    hint: `${cause.message} ${CHOICE}`,
    cause,
  });
}

function cannotAskError(count: number): UserError {
  return new UserError(
    `${requests(count)} in doubt, and Matomo cannot tell because the same visits were sent before.`,
    { code: 'doubt-not-resolved', exitCode: EXIT.usage, hint: CHOICE },
  );
}

function requests(count: number): string {
  return count === 1 ? '1 request of an earlier process is' : `${count} requests of an earlier process are`;
}

/**
 * Resolves when the server is no longer at work on a request of an earlier process: that is waited for also before
 * sending again, since a request still at work, beside its copy, would cut visits in two.
 * @returns whether what the server does not have may be sent again
 */
async function untilSettled(count: number, rules: InDoubtOptions): Promise<boolean> {
  const { policy, clock, signal, settledMs, mayResend = async () => true, onWait } = rules;
  const waitMs = settledMs - clock.now();
  const mayAtOnce = await mayResend();
  if (policy === 'skip' || waitMs <= 0) return mayAtOnce;
  onWait?.(count, waitMs);
  await clock.sleepUntil(settledMs, signal);
  if (mayAtOnce || !(await mayResend())) return mayAtOnce;
  // A process that came back meanwhile may have written a request just before it saw that it had been replaced.
  onWait?.(count, waitMs);
  await clock.sleepUntil(clock.now() + waitMs, signal);
  return true;
}

/**
 * @param batches the run's batches in their order, as far as the last one in doubt is needed
 * @throws UserError where Matomo is to be asked and cannot be
 */
export async function resolveInDoubt(
  batches: Iterable<Batch>,
  rules: InDoubtOptions,
): Promise<InDoubtCounts> {
  const { journal, policy, signal } = rules;
  const counts = sumOfInDoubt([]);
  const inDoubt = new Set(journal.inDoubt.keys());
  if (inDoubt.size === 0) return counts;
  if (policy === 'ask' && rules.isSentBefore) throw cannotAskError(inDoubt.size);
  const mayResend = await untilSettled(inDoubt.size, rules);
  const last = Math.max(...inDoubt);
  const log = policy === 'ask' ? rules.openLog() : undefined;
  const { patiently = (ask) => ask() } = rules;
  const find: Find = async (hits) => log && patiently(() => log.find(hits));
  try {
    for (const batch of batches) {
      if (batch.id > last || signal.aborted) break;
      if (inDoubt.has(batch.id)) await settleOne(batch, counts, { ...rules, mayResend }, find);
    }
  } catch (error) {
    // Stopped meanwhile, it stays in doubt.
    if (signal.aborted && error instanceof UserError) return counts;
    const isReport = error instanceof UserError && error.code.startsWith('report-');
    throw isReport ? cannotAsk(journal.inDoubt.size, error) : error;
  } finally {
    await log?.close();
    await journal.flush();
  }
  return counts;
}

type Find = (hits: readonly Hit[]) => Promise<readonly Finding[] | undefined>;

/** What is to be kept of the hits of a batch in doubt; hits without an outcome are to be sent. */
async function outcomesOf(
  { hits }: Batch,
  policy: InDoubtPolicy,
  mayResend: boolean,
  find: Find,
): Promise<(Outcome | undefined)[]> {
  const findings = await find(hits);
  const missing = mayResend ? undefined : UNKNOWN;
  if (!findings) return hits.map(() => (policy === 'skip' ? UNKNOWN : missing));
  const outcomes = { recorded: ACCEPTED, missing, unclear: UNKNOWN };
  return findings.map((finding) => outcomes[finding]);
}

async function settleOne(
  batch: Batch,
  counts: InDoubtCounts,
  {
    journal,
    policy,
    mayResend,
  }: Pick<InDoubtOptions, 'journal' | 'policy'> & { readonly mayResend: boolean },
  find: Find,
): Promise<void> {
  const known = journal.known(batch);
  const found = await outcomesOf(batch, policy, mayResend, find);
  const outcomes = found.map((outcome, i) => known?.[i] ?? outcome);
  if (outcomes.includes(UNKNOWN)) counts.unknown++;
  else if (outcomes.includes(undefined)) counts.resent++;
  else counts.recorded++;
  journal.resolve(batch.id, outcomes);
}
