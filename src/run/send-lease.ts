/** The right to send, which lasts for some seconds and is renewed as long as nobody else has taken the work over. */
import type { Clock } from '../types/clock.ts';
import type { RequestGate } from '../types/request-flow.ts';

export interface SendLease {
  /** Asked for as a request starts: without it, nothing is written. */
  readonly isHeld: boolean;
  /** Since when it has been held without a break, when it was last held; epoch ms. */
  readonly heldSinceMs: number;
  /** Resolves when it is held again; false when the signal came first. */
  whenHeld(signal: AbortSignal): Promise<boolean>;
}

export interface RenewableLease extends SendLease {
  /** @param fromMs when the renewal was asked for, by the clock that never jumps: before it was granted */
  renew(fromMs: number): void;
  /** It is never held again. */
  end(): void;
}

export function createSendLease(clock: Pick<Clock, 'now'>, lengthMs: number): RenewableLease {
  const waiting = new Set<() => void>();
  let untilMs = Number.NEGATIVE_INFINITY;
  let heldSinceMs = Number.NEGATIVE_INFINITY;
  let isOver = false;
  const lease: RenewableLease = {
    get isHeld() {
      return !isOver && clock.now() < untilMs;
    },
    get heldSinceMs() {
      return heldSinceMs;
    },
    whenHeld(signal) {
      if (lease.isHeld) return Promise.resolve(true);
      if (signal.aborted) return Promise.resolve(false);
      return new Promise((resolve) => {
        const look = () => {
          if (!lease.isHeld && !signal.aborted) return;
          waiting.delete(look);
          signal.removeEventListener('abort', look);
          resolve(lease.isHeld);
        };
        waiting.add(look);
        signal.addEventListener('abort', look);
      });
    },
    renew(fromMs) {
      if (clock.now() >= untilMs) heldSinceMs = clock.now();
      untilMs = Math.max(untilMs, fromMs + lengthMs);
      for (const look of [...waiting]) look();
    },
    end() {
      isOver = true;
    },
  };
  return lease;
}

/** The same gate, which lets nothing out without the lease. */
export function withLease(gate: RequestGate, lease: SendLease | undefined): RequestGate {
  if (!lease) return gate;
  return {
    ...gate,
    get inFlight() {
      return gate.inFlight;
    },
    get room() {
      return gate.room;
    },
    enter(group, signal, go) {
      if (lease.isHeld) gate.enter(group, signal, go);
      else void lease.whenHeld(signal).then((isHeld) => (isHeld ? gate.enter(group, signal, go) : go(false)));
    },
  };
}
