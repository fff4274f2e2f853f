/** A run's points in steps that a chart has room for: those of all targets together, as rates and percentiles. */
import type { Histogram } from 'hdr-histogram-js';
import { OUTCOME_KINDS, type OutcomeKind } from '../../../types/outcome.ts';
import { percentileOf } from '../../percentile.ts';
import { merged, type Point } from '../../series.ts';

/** Steps of a chart at most: each has to be wide enough to be pointed at. */
const MOST_STEPS = 120;

export interface Step {
  /** Since the first point. */
  readonly startSeconds: number;
  readonly seconds: number;
  /** Hits a second. */
  readonly offered: number;
  readonly sent: number;
  readonly outcomes: Readonly<Record<OutcomeKind, number>>;
  /** Undefined where no answer came. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number } | undefined;
}

function percentiles(histogram: Histogram | undefined): Step['latencyMs'] {
  if (!histogram || histogram.totalCount === 0) return undefined;
  const at = (percentile: number) => percentileOf(histogram, percentile);
  return { p50: at(50), p95: at(95), p99: at(99) };
}

function stepOf(points: readonly Point[], startSeconds: number, seconds: number): Step {
  const sum = merged(points);
  const rate = (count = 0) => count / seconds;
  const outcomes = OUTCOME_KINDS.map((kind) => [kind, rate(sum?.outcomes[kind])] as const);
  return {
    startSeconds,
    seconds,
    offered: rate(sum?.offered),
    sent: rate(sum?.sent),
    outcomes: Object.fromEntries(outcomes) as Record<OutcomeKind, number>,
    latencyMs: percentiles(sum?.latencyMs),
  };
}

/**
 * Steps of the same length but for the last one, which ends with the run.
 * @param points of one target or of several, whose points need not begin or last alike
 */
export function stepsOf(points: readonly Point[], endedMs: number): Step[] {
  if (points.length === 0) return [];
  const firstMs = Math.min(...points.map(({ startMs }) => startMs));
  const runMs = Math.max(1, endedMs - firstMs);
  const longestMs = Math.max(...points.map(({ lengthMs }) => lengthMs));
  const stepMs = longestMs * Math.ceil(runMs / longestMs / MOST_STEPS);
  // A last step of less than half the length would show rates of chance.
  const count = Math.max(1, Math.round(runMs / stepMs));
  const parts: Point[][] = Array.from({ length: count }, () => []);
  for (const point of points) {
    const middleMs = point.startMs + point.lengthMs / 2 - firstMs;
    parts[Math.min(count - 1, Math.floor(middleMs / stepMs))]?.push(point);
  }
  return parts.map((part, i) => {
    const endMs = i === count - 1 ? runMs : (i + 1) * stepMs;
    return stepOf(part, (i * stepMs) / 1000, (endMs - i * stepMs) / 1000);
  });
}
