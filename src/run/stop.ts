/** Ending a run: the first request drains it, the second leaves at once. */

export type StopReason = 'SIGINT' | 'SIGTERM' | 'time' | 'target' | 'authentication';

export interface Stop {
  /** Aborted when no new hit is to leave; those in flight still finish. */
  readonly draining: AbortSignal;
  readonly reason: StopReason | undefined;
  /** Later calls change nothing. */
  request(reason: StopReason): void;
}

export function createStop(): Stop {
  const controller = new AbortController();
  let reason: StopReason | undefined;
  return {
    draining: controller.signal,
    get reason() {
      return reason;
    },
    request(why) {
      reason ??= why;
      controller.abort();
    },
  };
}
