/** Values over time as the path of a line, with gaps where nothing was measured. */
import type { Scale } from '../../../report/html/charts/scale.ts';
import { heightOf, SIDE } from './side.ts';

export interface Span {
  readonly firstMs: number;
  readonly lengthMs: number;
}

export const spanOf = (timesMs: readonly number[]): Span => {
  const firstMs = timesMs[0] ?? 0;
  return { firstMs, lengthMs: Math.max(1, (timesMs.at(-1) ?? 0) - firstMs) };
};

export const shareOf = (ms: number, { firstMs, lengthMs }: Span) => (ms - firstMs) / lengthMs;

/** A step so many times as long as the usual one is a gap: nothing was measured meanwhile. */
const GAP = 3;

/** The longest step between two values that a line connects. */
function longestStepMs(timesMs: readonly number[]): number {
  const steps = timesMs.slice(1).map((ms, i) => ms - (timesMs[i] ?? ms));
  const usual = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)];
  return usual === undefined ? Number.POSITIVE_INFINITY : GAP * usual;
}

export function pathOf(
  timesMs: readonly number[],
  values: readonly (number | undefined)[],
  y: Scale,
): string {
  const span = spanOf(timesMs);
  const longestMs = longestStepMs(timesMs);
  let path = '';
  let isOpen = false;
  timesMs.forEach((ms, i) => {
    const value = values[i];
    if (ms - (timesMs[i - 1] ?? ms) > longestMs) isOpen = false;
    if (value === undefined) {
      isOpen = false;
      return;
    }
    path += `${isOpen ? 'L' : 'M'}${Math.round(shareOf(ms, span) * SIDE)} ${heightOf(value, y)}`;
    isOpen = true;
  });
  return path;
}
