/** Lets requests out to a target: as many at a time as it takes, and the first one of a group with no other beside it. */
import type { RequestGate } from '../types/request-flow.ts';

interface Waiting {
  readonly group: string | undefined;
  readonly go: (mayLeave: boolean) => void;
}

/** @param limit of requests that are out at a time, asked for whenever one wants to leave */
export function createRequestGate(limit: () => number): RequestGate {
  const open = new Set<string | undefined>([undefined]);
  const waiting: Waiting[] = [];
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

  function wait(group: string | undefined, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const entry: Waiting = {
        group,
        go(isFree) {
          signal.removeEventListener('abort', giveUp);
          resolve(isFree);
        },
      };
      function giveUp(): void {
        waiting.splice(waiting.indexOf(entry), 1);
        entry.go(false);
        letOut();
      }
      signal.addEventListener('abort', giveUp);
      waiting.push(entry);
    });
  }

  return {
    get inFlight() {
      return inFlight;
    },
    get room() {
      return isAlone ? 0 : Math.max(0, limit() - inFlight - waiting.length);
    },
    enter(group, signal) {
      if (waiting.length === 0 && mayLeave(group)) {
        start(group);
        return true;
      }
      return signal.aborted ? Promise.resolve(false) : wait(group, signal);
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
