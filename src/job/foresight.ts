/** How many will come soon, to be written together with those that are here: one flush to the disk for all of them. */
import type { Clock } from '../types.ts';

/** At full speed one commit in so long: often enough for little to be in doubt after a crash, and not felt. */
const AHEAD_MS = 50;

export interface Foresight {
  /** Tells that so many have come. */
  note(count: number): void;
  /** How many will come within the next 50 ms if they come as they have since the last call: 0 for few, and at first. */
  expected(): number;
}

export function createForesight(clock: Clock): Foresight {
  let sinceMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return {
    note(more) {
      count += more;
    },
    expected() {
      const nowMs = clock.now();
      const perMs = count / Math.max(1, nowMs - sinceMs);
      sinceMs = nowMs;
      count = 0;
      return Math.floor(perMs * AHEAD_MS);
    },
  };
}
