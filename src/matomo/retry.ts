/** Sending again what certainly was not recorded: exponential backoff with jitter, Retry-After honoured. */
import { EXIT, UserError } from '../errors.ts';
import type { Clock, Delivery, Hit, Outcome } from '../types.ts';
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
export type Attempt = (hits: readonly Hit[]) => Promise<Verdict>;

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

/** Attempts until settled, given up or stopped. `jitter` draws from [0, 1). */
export async function sendWithRetries(
  hits: readonly Hit[],
  attempt: Attempt,
  policy: RetryPolicy,
  clock: Clock,
  jitter: () => number,
  signal: AbortSignal,
): Promise<Delivery> {
  const sentMs = clock.now();
  const deliver = (outcomes: readonly Outcome[], retries: number): Delivery => ({
    outcomes,
    retries,
    sentMs,
    answeredMs: clock.now(),
  });
  for (let retry = 0; ; retry++) {
    const verdict = await attempt(hits);
    if (verdict.kind === 'settled') return deliver(verdict.outcomes, retry);
    if (verdict.kind === 'refused') {
      const outcome: Outcome = { kind: 'rejected', reason: 'access-refused' };
      return {
        ...deliver(
          hits.map(() => outcome),
          retry,
        ),
        fatal: refusedError(verdict.status),
      };
    }
    if (retry >= policy.attempts || signal.aborted)
      return deliver(
        hits.map(() => verdict.otherwise),
        retry,
      );
    const waitMs = Math.max(verdict.retryAfterMs ?? 0, backoffMs(policy, retry, jitter()));
    await clock.sleepUntil(clock.now() + waitMs, signal);
    if (signal.aborted)
      return deliver(
        hits.map(() => verdict.otherwise),
        retry,
      );
  }
}
