/** A worker's fair part of what is shared: shards of a run, and requests in flight to its target. */
import type { Job } from '../job/job.ts';
import type { Beat } from '../ledger/postgres/shared-rows.ts';

/** Shards of a backfill that one worker has at a time: few, so that workers that are added later find some. */
const BACKFILL_ROOM = 4;

/** @param open shards that are not done */
export function roomFor(command: Job['command'], open: number, workers: number): number {
  const fair = Math.ceil(open / Math.max(1, workers));
  return command === 'run' ? fair : Math.min(fair, BACKFILL_ROOM);
}

/**
 * Requests in flight that one shard of a worker may have: all shards that somebody works on divide the target's among
 * them, and what is left over goes to the first ones.
 * @param own shards of the worker in the run
 * @param rank of the shard among these, from 0
 * @param run as the last beat has shown it
 */
export function shareOfShard(
  concurrency: number,
  own: number,
  rank: number,
  run: Pick<Beat['runs'][number], 'open' | 'free'> | undefined,
): number {
  const atWork = Math.max(own, run ? run.open - run.free : own);
  const ofWorker = Math.floor((concurrency * own) / Math.max(1, atWork));
  const share = Math.floor(ofWorker / Math.max(1, own)) + (rank < ofWorker % Math.max(1, own) ? 1 : 0);
  return Math.max(1, share);
}
