/** Ending a run: whatever asks for it first says why, and the run drains. */
import { setMaxListeners } from 'node:events';

/** `failure`: the program itself cannot go on. */
export type StopReason =
  | 'SIGINT'
  | 'SIGTERM'
  | 'time'
  | 'stalled'
  | 'authentication'
  | 'threshold'
  | 'failure';

export interface Stop {
  /** Aborted when no new hit is to leave; those in flight still finish. */
  readonly draining: AbortSignal;
  readonly reason: StopReason | undefined;
  /** Later calls change nothing. */
  request(reason: StopReason): void;
}

/** @param whole the stop of several runs: what ends that one ends this one, but not the other way round */
export function createStop(whole?: Stop): Stop {
  const controller = new AbortController();
  // Every request in flight that waits for another attempt listens; Node would warn of a leak.
  setMaxListeners(0, controller.signal);
  let reason: StopReason | undefined;
  function request(why: StopReason): void {
    reason ??= why;
    controller.abort();
  }
  if (whole) {
    const follow = () => request(whole.reason ?? 'failure');
    if (whole.draining.aborted) follow();
    else whole.draining.addEventListener('abort', follow, { once: true });
  }
  return {
    draining: controller.signal,
    get reason() {
      return reason;
    },
    request,
  };
}
