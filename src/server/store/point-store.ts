/** Curves of jobs, and how far each has come, on the disk: a service that comes back goes on with both. */
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { integer, json, type Row } from '../../ledger/sqlite/rows.ts';
import type { Clock } from '../../types/clock.ts';
import { RESOLUTIONS, type Resolution } from '../jobs/curve.ts';
import { type CurvePoint, POINT_COLUMNS, pointOver } from '../jobs/totals.ts';
import type { DelayedWrites } from './delayed-writes.ts';

/** What is lost, at most, when the service is killed. */
const FLUSH_MS = 5000;
/** Points that wait for a disk that is full: those of some hours. The oldest go first. */
const MOST_WAITING = 50_000;
/** In the place of a target's rank: all targets together. */
const WHOLE = -1;
/** Whichever is finer, and from which resolution a point can be made where one is missing. */
const FINER = { minute: 'second', hour: 'minute' } as const;

export type Columns = Record<keyof CurvePoint, number[]>;

export interface PointStore {
  /** @param target its rank; undefined for all together */
  add(job: number, target: number | undefined, resolution: Resolution, point: CurvePoint): void;
  /** Points after the instant, oldest first. */
  columns(job: number, target: number | undefined, resolution: Resolution, sinceMs: number): Columns;
  /** How far the job has come; written with the points. */
  saveProgress(job: number, progress: unknown): void;
  /** Undefined where nothing was saved. */
  progress(job: number): unknown;
  /** Has minutes and hours that a killed service has not come to write be made of what is finer. */
  completeCoarse(job: number): void;
  remove(job: number): void;
  flush(): void;
}

interface Waiting {
  readonly job: number;
  readonly target: number;
  readonly resolution: Resolution;
  readonly point: CurvePoint;
}

function pointOf(row: Row): CurvePoint {
  const numbers = json(row, 'numbers');
  const list: readonly unknown[] = Array.isArray(numbers) ? numbers : [];
  const entries = POINT_COLUMNS.map((column, i) => [column, Number(list[i] ?? 0)] as const);
  // One entry for each column of a point.
  return Object.fromEntries(entries) as unknown as CurvePoint;
}

export function createPointStore(
  connection: Connection,
  clock: Pick<Clock, 'now'>,
  writes: DelayedWrites,
): PointStore {
  let waiting: Waiting[] = [];
  const progress = new Map<number, unknown>();
  let flushedMs = clock.now();

  function write({ job, target, resolution, point }: Waiting): void {
    connection.run(
      'insert or replace into point (job, target, resolution, at_ms, numbers) values (?, ?, ?, ?, ?)',
      [job, target, resolution, point.atMs, JSON.stringify(POINT_COLUMNS.map((column) => point[column]))],
    );
    // Whatever is older than the newest by so much.
    if (resolution === 'minute') dropOld(job, target, 'second', point.atMs);
    if (resolution !== 'second') dropOld(job, target, resolution, point.atMs);
  }

  function dropOld(job: number, target: number, resolution: Resolution, nowMs: number): void {
    connection.run('delete from point where job = ? and target = ? and resolution = ? and at_ms <= ?', [
      job,
      target,
      resolution,
      nowMs - RESOLUTIONS[resolution].keptMs,
    ]);
  }

  function flush(): void {
    flushedMs = clock.now();
    if (waiting.length === 0 && progress.size === 0) return;
    if (!writes.attempt(() => connection.write(writeWaiting))) {
      waiting = waiting.slice(-MOST_WAITING);
      return;
    }
    waiting = [];
    progress.clear();
  }

  function writeWaiting(): void {
    for (const point of waiting) write(point);
    for (const [job, record] of progress) {
      const text = JSON.stringify(record);
      connection.run('insert or replace into progress (job, record) values (?, ?)', [job, text]);
    }
  }

  function points(job: number, target: number, resolution: Resolution, sinceMs: number): CurvePoint[] {
    flush();
    return connection.rows(
      'select numbers from point where job = ? and target = ? and resolution = ? and at_ms > ? order by at_ms',
      [job, target, resolution, sinceMs],
      pointOf,
    );
  }

  writes.add(flush);
  return {
    add(job, target = WHOLE, resolution, point) {
      waiting.push({ job, target, resolution, point });
      // A clock may be put back.
      if (Math.abs(clock.now() - flushedMs) >= FLUSH_MS) flush();
    },
    columns(job, target = WHOLE, resolution, sinceMs) {
      const found = points(job, target, resolution, sinceMs);
      const entries = POINT_COLUMNS.map((column) => [column, found.map((point) => point[column])] as const);
      return Object.fromEntries(entries) as unknown as Columns;
    },
    saveProgress: (job, record) => void progress.set(job, record),
    progress(job) {
      flush();
      const read = (row: Row) => json(row, 'record');
      return connection.rows('select record from progress where job = ?', [job], read)[0];
    },
    completeCoarse(job) {
      const targets = connection.rows('select distinct target from point where job = ?', [job], (row) =>
        integer(row, 'target'),
      );
      for (const target of targets) {
        for (const resolution of ['minute', 'hour'] as const) {
          const last = points(job, target, resolution, 0).at(-1)?.atMs ?? 0;
          const point = pointOver(points(job, target, FINER[resolution], last));
          if (point) waiting.push({ job, target, resolution, point });
        }
      }
      flush();
    },
    remove(job) {
      waiting = waiting.filter((one) => one.job !== job);
      progress.delete(job);
      connection.write(() => {
        connection.run('delete from point where job = ?', [job]);
        connection.run('delete from progress where job = ?', [job]);
      });
    },
    flush,
  };
}
