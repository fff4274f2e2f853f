/** What is written of a shard into the ledger, as JSON, and read from it again. */
import type { ShardRow, SharedRun } from '../ledger/postgres/shared-rows.ts';
import type { ShardEvent, WorkerEnd, WorkerState } from '../shards/protocol.ts';
import type { SerializedTotals } from '../shards/serialization.ts';
import type { SharedOptions } from './shared-job.ts';

/** How far a shard has come. */
export type ShardState = Omit<WorkerState, 'points'>;

/** What is told once, in its order; points are told apart from the state, which is only kept as it is last. */
export type SharedEvent =
  | Extract<
      ShardEvent,
      { kind: 'day' | 'breaker' | 'smaller-requests' | 'slow-hook' | 'outage' | 'in-doubt' }
    >
  | { readonly kind: 'points'; readonly points: WorkerState['points'] };

// All of it was written by this program of this version, which the run's own record of the version makes sure of.
export const readState = (text: string): ShardState => JSON.parse(text);
export const readEnd = (text: string): WorkerEnd => JSON.parse(text);
export const readEvent = (text: string): SharedEvent => JSON.parse(text);

/** A run in the ledger, and how it is divided. */
export interface OpenedRun {
  readonly id: number;
  readonly shards: number;
  /** True: another run may have sent some of its visits. */
  readonly isResumed: boolean;
}

export function openedRun({ id, shards, options }: SharedRun): OpenedRun {
  const { resume }: SharedOptions = JSON.parse(options);
  return { id, shards, isResumed: resume };
}

/** What a shard has counted so far; undefined before it has begun. */
export function countsOfShard({ state, result }: ShardRow): SerializedTotals | undefined {
  const ended = result === null ? undefined : readEnd(result).result?.totals;
  return ended ?? (state === null ? undefined : readState(state).totals);
}

export const SHARED_STATES = [
  'waiting',
  'starting',
  'running',
  'paused',
  'stopping',
  'done',
  'stopped',
  'failed',
] as const;
/** `waiting`: no worker has a shard of it. `starting`: some have, and a live run begins once all are taken. */
export type SharedState = (typeof SHARED_STATES)[number];

/** How the shards of a run that is over have failed, each way once. */
export function errorsOf(rows: readonly ShardRow[]): string[] {
  const messages = rows.flatMap(({ result }) =>
    result === null ? [] : (readEnd(result).error?.message ?? []),
  );
  return [...new Set(messages)];
}

const isTaken = ({ isDone, worker }: ShardRow) => !isDone && worker !== null;

export function stateOf(run: SharedRun, rows: readonly ShardRow[]): SharedState {
  const { command, wish, startMs, endedMs } = run;
  if (endedMs !== null) {
    if (errorsOf(rows).length > 0) return 'failed';
    return wish === 'stop' || rows.some(({ isDone }) => !isDone) ? 'stopped' : 'done';
  }
  if (wish !== 'run') return wish === 'stop' ? 'stopping' : 'paused';
  if (!rows.some(isTaken)) return 'waiting';
  return command === 'run' && startMs === null ? 'starting' : 'running';
}

/** Who is at work on a run that has not ended. */
export function progressOf(run: SharedRun, rows: readonly ShardRow[]) {
  const taken = rows.filter(isTaken);
  return {
    state: stateOf(run, rows),
    workers: new Set(taken.map(({ worker }) => worker)).size,
    taken: taken.length,
    done: rows.filter(({ isDone }) => isDone).length,
  };
}
