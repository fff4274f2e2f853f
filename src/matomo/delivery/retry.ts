/** How long to wait before a request is sent again: exponential backoff with jitter. */

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
