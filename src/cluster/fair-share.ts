/** A worker's fair part of what is shared: shards of a run, and requests in flight to its target. */
import type { Job } from '../job/job.ts';

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
 * @param atWork shards of the run that somebody works on, with these
 */
export function shareOfShard(concurrency: number, own: number, rank: number, atWork: number): number {
  const ofWorker = Math.floor((concurrency * own) / Math.max(1, own, atWork));
  const share = Math.floor(ofWorker / Math.max(1, own));
  return Math.max(1, share + (rank < ofWorker - share * own ? 1 : 0));
}
