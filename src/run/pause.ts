/** Pausing a live run: what is due meanwhile is skipped, and the time counts in no rate. */
import type { Clock } from '../types/clock.ts';
import type { Pacer } from '../types/delivery.ts';

export interface Pause {
  readonly isPaused: boolean;
  /** Pauses, or goes on. */
  toggle(): void;
  /** Time spent paused so far, in ms. */
  readonly pausedMs: number;
  /** Calls back whenever it is toggled. */
  onToggle(listener: () => void): void;
}

export function createPause(clock: Clock): Pause {
  let sinceMs: number | undefined;
  let beforeMs = 0;
  const listeners: (() => void)[] = [];
  return {
    get isPaused() {
      return sinceMs !== undefined;
    },
    get pausedMs() {
      return beforeMs + (sinceMs === undefined ? 0 : clock.now() - sinceMs);
    },
    toggle() {
      if (sinceMs === undefined) sinceMs = clock.now();
      else {
        beforeMs += clock.now() - sinceMs;
        sinceMs = undefined;
      }
      for (const listener of listeners) listener();
    },
    onToggle: (listener) => void listeners.push(listener),
  };
}

/** A pacer that skips what is due during a pause, and with it the rest of the visit. */
export function withPause(pacer: Pacer, pause: Pause): Pacer {
  return (batch, nowMs) => {
    const decision = pacer(batch, nowMs);
    return decision.kind === 'send' && pause.isPaused ? { kind: 'skip', reason: 'paused' } : decision;
  };
}
