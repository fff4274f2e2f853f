/** Lets requests out to a target: as many at a time as it takes, and the first one of a group with no other beside it. */
import type { RequestGate } from '../types/request-flow.ts';

interface Waiting {
  readonly group: string | undefined;
  readonly signal: AbortSignal;
  readonly go: (mayLeave: boolean) => void;
}

/**
 * @param limit of requests that are out at a time, asked for whenever one wants to leave
 * @param ahead requests for which there is room although they have to wait: when one ends, the next leaves in the same
 * moment, over the same connection
 */
export function createRequestGate(limit: () => number, ahead = 0): RequestGate {
  const open = new Set<string | undefined>([undefined]);
  let waiting: Waiting[] = [];
  const watched = new WeakSet<AbortSignal>();
  let inFlight = 0;
  let onRoom = () => {};
  /** A request is out that must be alone. */
  let isAlone = false;

  function mayLeave(group: string | undefined): boolean {
    if (isAlone || inFlight >= limit()) return false;
    return open.has(group) || inFlight === 0;
  }

  function start(group: string | undefined): void {
    inFlight++;
    isAlone = !open.has(group);
  }

  /** In their order: one that must be alone holds back those behind it, or it would never be. */
  function letOut(): void {
    for (let next = waiting[0]; next && mayLeave(next.group); next = waiting[0]) {
      waiting.shift();
      start(next.group);
      next.go(true);
    }
  }

  function giveUp(): void {
    const gone = waiting.filter(({ signal }) => signal.aborted);
    waiting = waiting.filter(({ signal }) => !signal.aborted);
    for (const { go } of gone) go(false);
    letOut();
  }

  /** One listener for all requests of a run: nearly every one waits for a moment. */
  function watch(signal: AbortSignal): void {
    if (watched.has(signal)) return;
    watched.add(signal);
    signal.addEventListener('abort', giveUp, { once: true });
  }

  return {
    get inFlight() {
      return inFlight;
    },
    get room() {
      return isAlone ? 0 : Math.max(0, limit() + ahead - inFlight - waiting.length);
    },
    enter(group, signal, go) {
      if (waiting.length === 0 && mayLeave(group)) {
        start(group);
        go(true);
        return;
      }
      if (signal.aborted) {
        go(false);
        return;
      }
      watch(signal);
      waiting.push({ group, signal, go });
    },
    pause: () => onRoom(),
    onRoom(listener) {
      onRoom = listener;
    },
    leave(group, hasSucceeded) {
      inFlight--;
      isAlone = false;
      if (hasSucceeded) open.add(group);
      letOut();
    },
  };
}
