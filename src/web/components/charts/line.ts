/** Values over time as the path of a line, with gaps where nothing was measured; one value between two gaps is a dash. */
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

/** To both sides of a value that is alone. */
const DASH = 'm-4 0h8';

export function pathOf(
  timesMs: readonly number[],
  values: readonly (number | undefined)[],
  y: Scale,
): string {
  const span = spanOf(timesMs);
  const longestMs = longestStepMs(timesMs);
  const isJoined = (i: number) =>
    values[i] !== undefined &&
    values[i - 1] !== undefined &&
    (timesMs[i] ?? 0) - (timesMs[i - 1] ?? 0) <= longestMs;
  let path = '';
  timesMs.forEach((ms, i) => {
    const value = values[i];
    if (value === undefined) return;
    const at = `${Math.round(shareOf(ms, span) * SIDE)} ${heightOf(value, y)}`;
    if (isJoined(i)) path += `L${at}`;
    else path += isJoined(i + 1) ? `M${at}` : `M${at}${DASH}`;
  });
  return path;
}
