/** Ending a run: whatever asks for it first says why, and the run drains. */
import { setMaxListeners } from 'node:events';

/** `failure`: the program itself cannot go on. */
export type StopReason = 'SIGINT' | 'SIGTERM' | 'time' | 'stalled' | 'authentication' | 'failure';

export interface Stop {
  /** Aborted when no new hit is to leave; those in flight still finish. */
  readonly draining: AbortSignal;
  readonly reason: StopReason | undefined;
  /** Later calls change nothing. */
  request(reason: StopReason): void;
}

export function createStop(): Stop {
  const controller = new AbortController();
  // Every request in flight that waits for another attempt listens; Node would warn of a leak.
  setMaxListeners(0, controller.signal);
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
