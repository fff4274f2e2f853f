/** A job's curve over time in bounded memory: by the second for an hour, by the minute for a week, by the hour after. */
import type { SerializedTotals } from '../../shards/serialization.ts';
import { type CurvePoint, pointBetween } from './totals.ts';

const COLUMNS = [
  'atMs',
  'seconds',
  'planned',
  'accepted',
  'rejected',
  'failed',
  'unknown',
  'skipped',
  'requests',
  'visits',
  'p50',
  'p95',
  'p99',
  'lagP99',
] as const satisfies readonly (keyof CurvePoint)[];

/** Of each resolution: length of a step, and how many are kept. A year of hours. */
const RESOLUTIONS = [
  { name: 'second', stepMs: 1000, most: 3600 },
  { name: 'minute', stepMs: 60_000, most: 7 * 24 * 60 },
  { name: 'hour', stepMs: 3_600_000, most: 366 * 24 },
] as const;

export type Resolution = (typeof RESOLUTIONS)[number]['name'];
export const RESOLUTION_NAMES: readonly Resolution[] = RESOLUTIONS.map(({ name }) => name);

interface Mark {
  readonly atMs: number;
  readonly totals: SerializedTotals | undefined;
}

/** The newest points, as numbers side by side; it grows as it is filled. */
function createRing(most: number) {
  let numbers = new Float64Array(64 * COLUMNS.length);
  let count = 0;
  const place = (index: number) => (index % most) * COLUMNS.length;
  return {
    add(point: CurvePoint): void {
      const at = place(count);
      if (at >= numbers.length) {
        const larger = new Float64Array(Math.min(most * COLUMNS.length, numbers.length * 2));
        larger.set(numbers);
        numbers = larger;
      }
      COLUMNS.forEach((column, i) => {
        numbers[at + i] = point[column];
      });
      count++;
    },
    /** Columns of the points after the instant, oldest first. */
    after(sinceMs: number): Record<keyof CurvePoint, number[]> {
      const columns = Object.fromEntries(COLUMNS.map((column) => [column, [] as number[]])) as Record<
        keyof CurvePoint,
        number[]
      >;
      for (let index = Math.max(0, count - most); index < count; index++) {
        const at = place(index);
        if ((numbers[at] ?? 0) <= sinceMs) continue;
        COLUMNS.forEach((column, i) => void columns[column].push(numbers[at + i] ?? 0));
      }
      return columns;
    },
  };
}

export interface Curve {
  /** Counts of the whole job so far. @returns what happened since the call before */
  add(atMs: number, totals: SerializedTotals): CurvePoint;
  /** Another process goes on with the job: its counts begin anew. */
  restart(atMs: number): void;
  points(resolution: Resolution, sinceMs: number): Record<keyof CurvePoint, number[]>;
}

export function createCurve(startMs: number): Curve {
  let marks: Mark[] = RESOLUTIONS.map(() => ({ atMs: startMs, totals: undefined }));
  const rings = RESOLUTIONS.map(({ most }) => createRing(most));
  return {
    add(atMs, totals) {
      let newest: CurvePoint | undefined;
      RESOLUTIONS.forEach(({ stepMs }, i) => {
        const mark = marks[i] as Mark;
        // A second is as long as it takes the job to tell of it.
        if (i > 0 && atMs - mark.atMs < stepMs) return;
        const point = pointBetween(mark, { atMs, totals });
        if (i === 0) newest = point;
        rings[i]?.add(point);
        marks[i] = { atMs, totals };
      });
      return newest as CurvePoint;
    },
    restart(atMs) {
      marks = RESOLUTIONS.map(() => ({ atMs, totals: undefined }));
    },
    points(resolution, sinceMs) {
      const index = RESOLUTION_NAMES.indexOf(resolution);
      return (rings[index] as ReturnType<typeof createRing>).after(sinceMs);
    },
  };
}
