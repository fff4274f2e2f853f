/** A timeline that can be looked at some time ahead, so that what leaves soon can be written down before. */
import type { Batch } from '../types/delivery.ts';

export interface ForeseenTimeline extends Iterator<Batch, undefined> {
  /** The batch that was given out last, which may not be on its way yet, and those to come that leave before the instant. */
  until(instantMs: number): readonly Batch[];
}

export function createForeseen(timeline: Iterator<Batch>): ForeseenTimeline {
  /** The first one was given out. */
  const ahead: Batch[] = [];
  let hasBegun = false;
  let isOver = false;

  function pull(): void {
    const next = timeline.next();
    if (next.done) isOver = true;
    else ahead.push(next.value);
  }

  return {
    next() {
      if (hasBegun) ahead.shift();
      hasBegun = true;
      if (ahead.length === 0 && !isOver) pull();
      const [value] = ahead;
      return value ? { done: false, value } : { done: true, value: undefined };
    },
    until(instantMs) {
      while (!isOver && (ahead.at(-1)?.leaveMs ?? 0) < instantMs) pull();
      const later = ahead.findIndex(({ leaveMs }) => leaveMs >= instantMs);
      return later < 0 ? ahead : ahead.slice(0, later);
    },
  };
}
