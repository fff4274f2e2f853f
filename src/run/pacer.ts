/** When a batch may leave: pure arithmetic on times. */
import type { Pacer } from '../types.ts';

/** Each batch at its own time. */
export const paceBySchedule: Pacer = (batch, nowMs) =>
  batch.leaveMs > nowMs ? { kind: 'wait', untilMs: batch.leaveMs } : { kind: 'send' };

/** As fast as there is room for. */
export const paceByRoom: Pacer = () => ({ kind: 'send' });

/** At most so many requests a second, evenly spaced, without catching up after a standstill. */
export function createRatePacer(requestsPerSecond: number): Pacer {
  const intervalMs = 1000 / requestsPerSecond;
  let nextMs = 0;
  return (_batch, nowMs) => {
    if (nowMs < nextMs) return { kind: 'wait', untilMs: nextMs };
    nextMs = Math.max(nextMs, nowMs - intervalMs) + intervalMs;
    return { kind: 'send' };
  };
}
