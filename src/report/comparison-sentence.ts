/** Which of several targets that got the same visits is the faster one, in a sentence. */
import { formatNumber } from './format.ts';

export interface ComparedTarget {
  readonly name: string;
  /** 95th percentile of the response times, in ms. */
  readonly p95: number;
  readonly failedAttempts: number;
}

/** Closer ones are told to be about as fast. */
const ALIKE = 1.1;

/** `old` is 45 times slower than `new` (811 against 18 ms), and 16 of its attempts failed. */
function against(slow: ComparedTarget, fast: ComparedTarget): string {
  const times = slow.p95 / Math.max(1, fast.p95);
  const values = `${formatNumber(slow.p95)} against ${formatNumber(fast.p95)} ms at the 95th percentile`;
  const failed =
    slow.failedAttempts > 0
      ? `, and ${formatNumber(slow.failedAttempts)} of its attempts to send failed`
      : '';
  if (times < ALIKE) return `${slow.name} is about as fast as ${fast.name} (${values})${failed}.`;
  return `${slow.name} is ${formatNumber(times, times < 9.95 ? 1 : 0)} times slower than ${fast.name} (${values})${failed}.`;
}

/** Undefined where nothing can be compared yet. */
export function comparisonSentence(targets: readonly ComparedTarget[]): string | undefined {
  const [fast, ...others] = targets.filter(({ p95 }) => p95 > 0).sort((one, other) => one.p95 - other.p95);
  if (!fast || others.length === 0) return undefined;
  const failed =
    fast.failedAttempts > 0
      ? ` ${formatNumber(fast.failedAttempts)} attempts to send to ${fast.name} failed.`
      : '';
  return `${others.map((slow) => against(slow, fast)).join(' ')}${failed}`;
}
