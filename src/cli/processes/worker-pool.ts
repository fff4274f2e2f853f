/** `--shards`: the jobs of a run in this process, or in several that share the work. */
import { SettingsError } from '../../errors.ts';
import type { Job } from '../../job/job.ts';
import type { JobDependencies } from '../../job/run-job.ts';
import { runJobs, type TargetEnd } from '../../job/run-jobs.ts';
import { createStartBarriers } from '../../job/start-barrier.ts';
import type { Stop } from '../../run/stop.ts';
import { SHARD_WORKER, type ShardCommand, type ShardEvent } from '../../shards/protocol.ts';
import { runInShards, type ShardedRunOptions } from '../../shards/run-in-shards.ts';
import type { CliContext } from '../context.ts';

export interface WorkerPool {
  /** Resolves when every job has ended, in their order; rejects with a defect of the program itself. */
  runAll(dependenciesFor: (job: Job, stop: Stop) => JobDependencies): Promise<TargetEnd[]>;
}

/** @param count of `--shards`. @throws SettingsError where a shard would have no request to send */
export function checkedShards(count: number, jobs: readonly Job[]): number {
  const fewest = Math.min(...jobs.map(({ target }) => target.concurrency));
  if (count <= fewest) return count;
  const message = `--shards must be at most CONCURRENCY (${fewest}), because the processes share it, but is ${count}.`;
  throw new SettingsError([{ code: 'out-of-range', subject: '--shards', message }]);
}

export function createWorkerPool(
  { host, clock }: CliContext,
  jobs: readonly Job[],
  options: Omit<ShardedRunOptions, 'clock' | 'startWorker'>,
): WorkerPool {
  if (options.count === 1) {
    const starters = createStartBarriers(jobs.length, clock);
    const { stop } = options;
    return { runAll: (dependenciesFor) => runJobs(jobs, { stop, starters }, dependenciesFor) };
  }
  const startWorker = () => host.startChild<ShardCommand, ShardEvent>([SHARD_WORKER]);
  return {
    runAll: (dependenciesFor) => runInShards(jobs, { ...options, clock, startWorker }, dependenciesFor),
  };
}
