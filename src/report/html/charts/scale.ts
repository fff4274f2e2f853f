/** Axes: where their ticks are, and what those say. */
import { formatNumber } from '../../format.ts';

/** A place on an axis. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** The whole axis: it ends at the highest tick or above. */
export interface Scale {
  readonly end: number;
  readonly ticks: readonly Tick[];
}

/** 1, 2, 2.5 or 5 times a power of ten, not below the step. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/**
 * From 0 to a round number that is not below the highest value.
 * @param most steps between ticks
 */
export function niceScale(highest: number, most = 4): Scale {
  const reach = highest > 0 ? highest : 1;
  const step = niceStep(reach / most);
  const count = Math.ceil(reach / step - 1e-9);
  const digits = String(Number(step.toPrecision(2))).split('.')[1]?.length ?? 0;
  const ticks = Array.from({ length: count + 1 }, (_, i) => ({
    at: i * step,
    text: formatNumber(i * step, digits),
  }));
  return { end: count * step, ticks };
}

const SECOND = 1;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const UNITS = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [SECOND, 's'],
] as const;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 60, 120].map((count) => count * DAY),
];

/** In the largest unit that the step is a whole number of. */
function timeText(seconds: number, step: number): string {
  const [length, name] = UNITS.find(([unit]) => step % unit === 0) ?? [1, 's'];
  return seconds === 0 ? '0' : `${formatNumber(seconds / length)} ${name}`;
}

/** Time since the beginning, which ends where it ends: no tick lies beyond. */
export function timeScale(seconds: number, most = 6): Scale {
  const step = STEPS.find((candidate) => seconds / candidate <= most) ?? seconds / most;
  const count = Math.floor(seconds / step + 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, i) => ({
    at: i * step,
    text: timeText(i * step, step),
  }));
  return { end: seconds, ticks };
}
