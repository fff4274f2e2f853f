/** Which of several targets that got the same visits is the faster one, in a sentence. */
import { formatNumber } from './format.ts';

export interface ComparedTarget {
  readonly name: string;
  /** Of the response times, in ms. */
  readonly p50: number;
  readonly p95: number;
  readonly failedAttempts: number;
}

/** Closer ones are told to be about as fast. */
const ALIKE = 1.1;

/** `old` takes 45 times as long as `new` to respond (median 811 against 18 ms), and 16 of its attempts failed. */
function against(slow: ComparedTarget, fast: ComparedTarget): string {
  const times = slow.p50 / Math.max(1, fast.p50);
  const both = (of: (target: ComparedTarget) => number) =>
    `${formatNumber(of(slow))} against ${formatNumber(of(fast))} ms`;
  const values = `median ${both(({ p50 }) => p50)}, 95th percentile ${both(({ p95 }) => p95)}`;
  const failed =
    slow.failedAttempts > 0
      ? `, and ${formatNumber(slow.failedAttempts)} of its attempts to send failed`
      : '';
  if (times < ALIKE) return `${slow.name} is about as fast as ${fast.name} (${values})${failed}.`;
  return `${slow.name} takes ${formatNumber(times, times < 9.95 ? 1 : 0)} times as long as ${fast.name} to respond (${values})${failed}.`;
}

/** Undefined where nothing can be compared yet. */
export function comparisonSentence(targets: readonly ComparedTarget[]): string | undefined {
  const [fast, ...others] = targets.filter(({ p50 }) => p50 > 0).sort((one, other) => one.p50 - other.p50);
  if (!fast || others.length === 0) return undefined;
  const failed =
    fast.failedAttempts > 0
      ? ` ${formatNumber(fast.failedAttempts)} attempts to send to ${fast.name} failed.`
      : '';
  return `${others.map((slow) => against(slow, fast)).join(' ')}${failed}`;
}
