/** What is written of a shard into the ledger, as JSON, and read from it again. */
import type { ShardRow } from '../ledger/postgres/shared-rows.ts';
import type { ShardEvent, WorkerEnd, WorkerState } from '../shards/protocol.ts';
import type { SerializedTotals } from '../shards/serialization.ts';

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

/** What a shard has counted so far; undefined before it has begun. */
export function countsOfShard({ state, result }: ShardRow): SerializedTotals | undefined {
  const ended = result === null ? undefined : readEnd(result).result?.totals;
  return ended ?? (state === null ? undefined : readState(state).totals);
}
