/** When a batch may leave: pure arithmetic on times. */
import type { PaceDecision, Pacer } from '../types/delivery.ts';

const SEND: PaceDecision = { kind: 'send' };

/** Each batch at its own time. */
export const paceBySchedule: Pacer = (batch, nowMs) =>
  batch.leaveMs > nowMs ? { kind: 'wait', untilMs: batch.leaveMs } : SEND;

/** As fast as there is room for. */
export const paceByRoom: Pacer = () => SEND;

/** Timers wake a little late; only so much is made up for, so that no standstill is followed by a burst. */
const TIMER_SLACK_MS = 5;

/**
 * At most so many requests a second, evenly spaced, without catching up after a standstill.
 * @param factor by which the rate is higher for now
 */
export function createRatePacer(requestsPerSecond: number, factor: () => number = () => 1): Pacer {
  let nextMs = 0;
  return ({ parts }, nowMs) => {
    if (nowMs < nextMs) return { kind: 'wait', untilMs: nextMs };
    const intervalMs = 1000 / (requestsPerSecond * factor());
    nextMs = Math.max(nextMs, nowMs - TIMER_SLACK_MS) + (parts?.length ?? 1) * intervalMs;
    return SEND;
  };
}
