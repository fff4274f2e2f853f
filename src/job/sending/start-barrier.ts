/** Lets live runs of several targets begin at the same instant, so that they send the same days the same visits. */
import type { Clock } from '../../types/clock.ts';

export interface StartBarrier {
  /** Resolves with the instant at which all begin, once every other starter is ready or has given up. */
  ready(): Promise<number>;
  /** The others need not wait for this one. Does nothing once it is ready. */
  withdraw(): void;
}

export function createStartBarriers(count: number, clock: Clock): StartBarrier[] {
  let missing = count;
  let begin = (_startMs: number) => {};
  const begun = new Promise<number>((resolve) => {
    begin = resolve;
  });
  function arrive(): void {
    missing--;
    if (missing === 0) begin(clock.now());
  }
  return Array.from({ length: count }, () => {
    let hasArrived = false;
    const once = () => {
      if (!hasArrived) arrive();
      hasArrived = true;
    };
    return {
      ready() {
        once();
        return begun;
      },
      withdraw: once,
    };
  });
}
