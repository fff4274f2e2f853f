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
  /** Aborted when not even the hits in flight are waited for. */
  readonly abandoned: AbortSignal;
  /** Later calls change nothing. */
  request(reason: StopReason): void;
  /** The run has been asked to stop before. */
  abandon(): void;
}

/** Somebody has ended the run, by a signal: neither its time nor anything that went wrong. */
export function isEndedByUser({ reason }: Pick<Stop, 'reason'>): boolean {
  return reason === 'SIGINT' || reason === 'SIGTERM';
}

/** @param whole the stop of several runs: what ends that one ends this one, but not the other way round */
export function createStop(whole?: Stop): Stop {
  const controller = new AbortController();
  const abandoning = new AbortController();
  // Every request in flight that waits for another attempt listens, and every step of a search; Node would warn of a leak.
  setMaxListeners(0, controller.signal, abandoning.signal);
  let reason: StopReason | undefined;
  function request(why: StopReason): void {
    reason ??= why;
    controller.abort();
  }
  if (whole) {
    const follow = () => request(whole.reason ?? 'failure');
    if (whole.draining.aborted) follow();
    else whole.draining.addEventListener('abort', follow, { once: true });
    whole.abandoned.addEventListener('abort', () => abandoning.abort(), { once: true });
  }
  return {
    draining: controller.signal,
    abandoned: abandoning.signal,
    abandon: () => abandoning.abort(),
    get reason() {
      return reason;
    },
    request,
  };
}
