/** Sending again what certainly was not recorded: exponential backoff with jitter, Retry-After honoured. */
import { EXIT, UserError } from '../errors.ts';
import type { Clock } from '../types/clock.ts';
import type { Batch, Delivery } from '../types/delivery.ts';
import type { Hit } from '../types/hit.ts';
import type { Outcome } from '../types/outcome.ts';
import type { Verdict } from './reply.ts';

export interface RetryPolicy {
  /** Attempts after the first at most. */
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

export const RETRY_POLICY: Omit<RetryPolicy, 'attempts'> = { firstDelayMs: 500, longestDelayMs: 15_000 };

/** Time before the given retry, counted from 0: doubled each time, then between half and all of it. */
export function backoffMs(policy: RetryPolicy, retry: number, jitter: number): number {
  const full = Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** retry);
  return full * (0.5 + jitter / 2);
}

/** One request and what its answer means. Never rejects. */
export type Attempt = (batch: Batch) => Promise<Verdict>;

const ACCESS_REFUSED: Outcome = { kind: 'rejected', reason: 'access-refused' };

function refusedError(status: number): UserError {
  return new UserError(
    `Expected the target to take tracking requests, found HTTP ${status}: access is refused.`,
    {
      code: 'authentication-refused',
      exitCode: EXIT.authentication,
      hint: 'Check the token and its rights for the site, and any password or firewall before Matomo. Nothing was tried again: Matomo locks an address out after repeated failures.',
    },
  );
}

/** The outcomes that the last verdict leaves the hits with. */
function conclude(hits: readonly Hit[], verdict: Verdict): Pick<Delivery, 'outcomes' | 'fatal'> {
  if (verdict.kind === 'settled') return { outcomes: verdict.outcomes };
  if (verdict.kind === 'again') return { outcomes: hits.map(() => verdict.otherwise) };
  return { outcomes: hits.map(() => ACCESS_REFUSED), fatal: refusedError(verdict.status) };
}

/** Attempts until settled, given up or stopped. `jitter` draws from [0, 1). */
export async function sendWithRetries(
  batch: Batch,
  attempt: Attempt,
  policy: RetryPolicy,
  clock: Clock,
  jitter: () => number,
  signal: AbortSignal,
): Promise<Delivery> {
  const sentMs = clock.now();
  let verdict = await attempt(batch);
  let retries = 0;
  while (verdict.kind === 'again' && retries < policy.attempts && !signal.aborted) {
    const waitMs = Math.max(verdict.retryAfterMs ?? 0, backoffMs(policy, retries, jitter()));
    await clock.sleepUntil(clock.now() + waitMs, signal);
    if (signal.aborted) break;
    verdict = await attempt(batch);
    retries++;
  }
  const { outcomes, fatal } = conclude(batch.hits, verdict);
  const delivery = { outcomes, retries, sentMs, answeredMs: clock.now() };
  return fatal ? { ...delivery, fatal } : delivery;
}
