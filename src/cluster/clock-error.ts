/** How far the clock of a worker is from that of the database: live hits carry its time, and all shards begin by it. */
import { formatDuration } from '../report/format.ts';

/** What machines that set their clocks by the network never reach. */
const MOST_MS = 1_000;

/**
 * How far ahead the clock is at least, in ms; negative for one that is behind. What the way there and back may explain is no error.
 * @param nowMs of the database, at some time between the question and the answer
 */
export function clockAheadMs(nowMs: number, askedMs: number, answeredMs: number): number {
  if (nowMs < askedMs) return askedMs - nowMs;
  return Math.min(0, answeredMs - nowMs);
}

/** Why a worker with such a clock works on no live run; undefined for one whose clock is right. */
export function clockRefusal(aheadMs: number): string | undefined {
  if (Math.abs(aheadMs) <= MOST_MS) return undefined;
  const side = aheadMs > 0 ? 'ahead of' : 'behind';
  return `the clock of this worker is ${formatDuration(Math.abs(aheadMs))} ${side} that of PostgreSQL: set the clocks of both machines by the network (NTP), and restart the worker`;
}
