/** Jobs on the disk: what is wanted, and what came of it, so that another life of the service can go on. */

import type { Connection } from '../../ledger/sqlite/connection.ts';
import { integer, json, oneOf, orNull, type Row, text } from '../../ledger/sqlite/rows.ts';
import type { Threshold } from '../../types/threshold.ts';
import type { DelayedWrites } from './delayed-writes.ts';

export const JOB_STATES = [
  'starting',
  'running',
  'paused',
  'stopping',
  'restarting',
  'needs-token',
  'done',
  'stopped',
  'failed',
] as const;
export type JobState = (typeof JOB_STATES)[number];

const ENDED: readonly JobState[] = ['done', 'stopped', 'failed'];
export const isEnded = (state: JobState): boolean => ENDED.includes(state);

/** What was asked for besides settings. No token is in it. */
export interface JobRequest {
  readonly presets: readonly string[];
  readonly isSink: boolean;
  readonly shards: number;
  /** Send a backfill's window on top of what is there. */
  readonly again: boolean;
  readonly verify: boolean;
  /** How long a live run lasts at most, in ms; null for no end. */
  readonly forMs: number | null;
  /** Origin of each setting by environment name. */
  readonly origins: Readonly<Record<string, string>>;
  /** Of a window that is sent again: its runs in the ledger have this number or a higher one. Absent in old ones. */
  readonly againFrom?: number;
  /** Those of so many last days are sent that were not sent before. */
  readonly catchUpDays?: number;
  /** Absent in those that were written before there was a use for them. */
  readonly thresholds?: readonly Threshold[];
  /** Environment names of the tokens and other secrets that it was started with. Absent in old ones. */
  readonly secretNames?: readonly string[];
}

export interface JobRow {
  readonly id: number;
  readonly command: 'run' | 'backfill';
  readonly name: string;
  /** True until it has ended by itself or was stopped: a service that comes back goes on with it. */
  readonly isWanted: boolean;
  readonly state: JobState;
  readonly request: JobRequest;
  /** As .env text, without secrets. */
  readonly settings: string;
  readonly createdMs: number;
  /** When the first hit could leave. */
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly exitCode: number | null;
  readonly error: string | null;
  /** Of the last process. */
  readonly pid: number | null;
  readonly restarts: number;
  /** Summaries and totals at its end. */
  readonly outcome: unknown;
  /** Who asked for it: `api`, `schedule NAME`, `AUTO_START`. */
  readonly source: string;
}

export type JobChange = Partial<
  Omit<JobRow, 'id' | 'command' | 'request' | 'settings' | 'createdMs' | 'source'>
>;

export interface JobStore {
  create(row: Pick<JobRow, 'command' | 'name' | 'request' | 'settings' | 'createdMs' | 'source'>): JobRow;
  change(id: number, change: JobChange): void;
  job(id: number): JobRow | undefined;
  /** Newest first. */
  jobs(limit: number): JobRow[];
  newest(command: JobRow['command']): JobRow | undefined;
  /** Those that a service which comes back goes on with, oldest first. */
  wanted(): JobRow[];
  remove(id: number): void;
}

function rowOf(row: Row): JobRow {
  return {
    id: integer(row, 'id'),
    command: oneOf(['run', 'backfill'], row, 'command'),
    name: text(row, 'name'),
    isWanted: integer(row, 'is_wanted') === 1,
    state: oneOf(JOB_STATES, row, 'state'),
    // Written by this file only.
    request: json(row, 'request') as JobRequest,
    settings: text(row, 'settings'),
    createdMs: integer(row, 'created_ms'),
    startedMs: orNull(integer, row, 'started_ms'),
    endedMs: orNull(integer, row, 'ended_ms'),
    exitCode: orNull(integer, row, 'exit_code'),
    error: orNull(text, row, 'error'),
    pid: orNull(integer, row, 'pid'),
    restarts: integer(row, 'restarts'),
    outcome: orNull(json, row, 'outcome'),
    source: text(row, 'source'),
  };
}

const COLUMNS = {
  name: 'name',
  isWanted: 'is_wanted',
  state: 'state',
  startedMs: 'started_ms',
  endedMs: 'ended_ms',
  exitCode: 'exit_code',
  error: 'error',
  pid: 'pid',
  restarts: 'restarts',
  outcome: 'outcome',
} as const satisfies Record<keyof JobChange, string>;

function columnValue(key: keyof JobChange, change: JobChange): string | number | null {
  const value = change[key];
  if (key === 'outcome') return value === null || value === undefined ? null : JSON.stringify(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

export function createJobStore(connection: Connection, writes: DelayedWrites): JobStore {
  /** Changes that the disk has not taken yet. */
  const unwritten = new Map<number, JobChange>();

  function writeChange(id: number, change: JobChange): void {
    const keys = (Object.keys(COLUMNS) as (keyof JobChange)[]).filter((key) => change[key] !== undefined);
    if (keys.length === 0) return;
    const sets = keys.map((key) => `${COLUMNS[key]} = ?`).join(', ');
    const values = keys.map((key) => columnValue(key, change));
    connection.run(`update job set ${sets} where id = ?`, [...values, id]);
  }

  function settle(): void {
    if (unwritten.size === 0) return;
    const all = () => {
      for (const [id, change] of unwritten) writeChange(id, change);
    };
    if (writes.attempt(() => connection.write(all))) unwritten.clear();
  }

  writes.add(settle);

  function read(sql: string, values: readonly (string | number)[]): JobRow[] {
    settle();
    return connection.rows(sql, values, rowOf).map((row) => ({ ...row, ...unwritten.get(row.id) }));
  }

  const job = (id: number) => read('select * from job where id = ?', [id])[0];
  return {
    job,
    create({ command, name, request, settings, createdMs, source }) {
      const { id } = connection.write(() =>
        connection.run(
          `insert into job (command, name, is_wanted, state, request, settings, created_ms, source)
           values (?, ?, 1, 'starting', ?, ?, ?, ?)`,
          [command, name, JSON.stringify(request), settings, createdMs, source],
        ),
      );
      const created = job(id);
      if (!created) throw new Error(`job ${id} was not written`);
      return created;
    },
    change(id, change) {
      unwritten.set(id, { ...unwritten.get(id), ...change });
      settle();
    },
    jobs: (limit) => read('select * from job order by id desc limit ?', [limit]),
    newest: (command) => read('select * from job where command = ? order by id desc limit 1', [command])[0],
    wanted: () => read('select * from job where is_wanted = 1 order by id', []),
    remove(id) {
      connection.write(() => {
        connection.run('delete from secret where name = ?', [`job ${id}`]);
        connection.run('delete from job where id = ?', [id]);
      });
      unwritten.delete(id);
    },
  };
}
