/** A job's curve over time, in steps of a second, a minute and an hour: what happened between two looks at its counts. */
import type { SerializedTotals } from '../../shards/serialization.ts';
import { type CurvePoint, pointBetween } from './totals.ts';

/** Of each resolution: length of a step, and for how long its points are kept. */
export const RESOLUTIONS = {
  second: { stepMs: 1000, keptMs: 3_600_000 },
  minute: { stepMs: 60_000, keptMs: 7 * 24 * 3_600_000 },
  hour: { stepMs: 3_600_000, keptMs: 366 * 24 * 3_600_000 },
} as const;

export type Resolution = keyof typeof RESOLUTIONS;
export const RESOLUTION_NAMES = ['second', 'minute', 'hour'] as const satisfies readonly Resolution[];
const COARSE = ['minute', 'hour'] as const;

interface Mark {
  readonly atMs: number;
  readonly totals: SerializedTotals | undefined;
}

/** Where the points go. */
export type KeepPoint = (resolution: Resolution, point: CurvePoint) => void;

export interface Curve {
  /** Counts of the whole job so far. @returns what happened since the call before */
  add(atMs: number, totals: SerializedTotals): CurvePoint;
  /**
   * Another process goes on with the job.
   * @param counted what it counts from its beginning: all that was counted before, or nothing
   */
  restart(atMs: number, counted: SerializedTotals | undefined): void;
}

/** A process that goes on with a backfill counts up to what was there before it gets further. */
function isBehind(totals: SerializedTotals, before: SerializedTotals | undefined): boolean {
  return before !== undefined && totals.hits.planned < before.hits.planned;
}

/** @param counted at the start, by an earlier process that this one goes on from */
export function createCurve(startMs: number, keep: KeepPoint, counted?: SerializedTotals): Curve {
  const start: Mark = { atMs: startMs, totals: counted };
  let last = start;
  let marks: Record<(typeof COARSE)[number], Mark> = { minute: start, hour: start };

  /** A point up to the last look, where one is due. */
  function close(resolution: (typeof COARSE)[number], shortestMs: number): void {
    const mark = marks[resolution];
    const { atMs, totals } = last;
    if (totals === undefined || atMs <= mark.atMs || atMs - mark.atMs < shortestMs) return;
    keep(resolution, pointBetween(mark, { atMs, totals }));
    marks[resolution] = last;
  }

  return {
    add(atMs, totals) {
      const next = last.totals && isBehind(totals, last.totals) ? last.totals : totals;
      const point = pointBetween(last, { atMs, totals: next });
      last = { atMs, totals: next };
      keep('second', point);
      for (const resolution of COARSE) close(resolution, RESOLUTIONS[resolution].stepMs);
      return point;
    },
    restart(atMs, again) {
      for (const resolution of COARSE) close(resolution, 1);
      last = { atMs, totals: again };
      marks = { minute: last, hour: last };
    },
  };
}
