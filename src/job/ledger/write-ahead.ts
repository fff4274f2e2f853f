/** How many will come soon, to be written together with those that are here: one flush to the disk for all of them. */
import type { Clock } from '../../types/clock.ts';

/** At full speed one commit in so long: often enough for little to be in doubt after a crash, and not felt. */
const AHEAD_MS = 50;

export interface WriteAhead {
  /** Tells that so many have come. */
  note(count: number): void;
  /**
   * How many will come within the next 50 ms if they come as they did in the last: 0 at first, and for few.
   * @param writingMs what a commit takes. Nothing new leaves meanwhile, so that the rate of the last 50 ms is too low:
   * without this, each slow commit would make the next one smaller
   */
  expected(writingMs?: number): number;
}

export function createWriteAhead(clock: Clock): WriteAhead {
  let sinceMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return {
    note(more) {
      count += more;
    },
    expected(writingMs = 0) {
      const nowMs = clock.now();
      const elapsedMs = nowMs - sinceMs;
      // Two that come within a millisecond do not promise fifty more.
      const expected = Math.floor((count * (AHEAD_MS + writingMs)) / Math.max(AHEAD_MS, elapsedMs));
      if (elapsedMs >= AHEAD_MS) {
        sinceMs = nowMs;
        count = 0;
      }
      return expected;
    },
  };
}
