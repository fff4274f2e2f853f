/** Notices when somebody sets the system clock during a run, which itself goes by the time that passes. */
import type { Clock } from '../types/clock.ts';

/** Less than this is what time servers correct all the time, and what Matomo rounds away. */
const LEAST_STEP_MS = 1000;

export interface ClockSteps {
  /** How far the system clock is ahead of where it was when the run began, in ms: 0 until it is set. */
  aheadMs(): number;
}

/**
 * @param onStep gets how far the clock was set forward, in ms; below 0: back. Only `aheadMs` looks at the clock: ask it
 * from time to time
 */
export function createClockSteps(clock: Clock, onStep?: (stepMs: number) => void): ClockSteps {
  const gap = () => clock.wallNow() - clock.now();
  const firstMs = gap();
  let aheadMs = 0;
  return {
    aheadMs() {
      const nowMs = gap() - firstMs;
      const stepMs = nowMs - aheadMs;
      if (Math.abs(stepMs) < LEAST_STEP_MS) return aheadMs;
      aheadMs = nowMs;
      onStep?.(stepMs);
      return aheadMs;
    },
  };
}
