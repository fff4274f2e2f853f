/** `--shards`: the jobs of a run in this process, or in several that share the work. */
import { DEFAULT_SHARDS } from '../../cluster/default-shards.ts';
import { SettingsError } from '../../errors.ts';
import type { Job } from '../../job/job.ts';
import type { JobDependencies } from '../../job/job-run.ts';
import { runJobs, type TargetEnd } from '../../job/run-jobs.ts';
import { createStartBarriers } from '../../job/sending/start-barrier.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Stop } from '../../run/stop.ts';
import { SHARD_WORKER, type ShardCommand, type ShardEvent } from '../../shards/protocol.ts';
import { runInShards, type ShardedRunOptions } from '../../shards/run-in-shards.ts';
import { shardCountFor } from '../../shards/shard-count.ts';
import type { CliContext } from '../context.ts';
import { parseShard } from '../options/option-values.ts';
import type { TrafficOptions } from '../options/traffic-options.ts';
import type { Runtime } from '../traffic/runtime.ts';
import { isSingleShard } from '../verification/recorded-run.ts';

export interface WorkerPool {
  /** Resolves when every job has ended, in their order; rejects with a defect of the program itself. */
  runAll(dependenciesFor: (job: Job, stop: Stop) => JobDependencies): Promise<TargetEnd[]>;
}

/** Processes that an earlier backfill of some of the days was divided among; undefined where there was none. */
async function countBefore(ledger: Ledger, job: Job): Promise<number | undefined> {
  if (job.command === 'run') return undefined;
  const { target, traffic, from, to } = job;
  const window = { url: target.url, site: traffic.siteId, shard: '1/1', from, to };
  const [last] = await ledger.overlapping(window);
  if (last === undefined) return undefined;
  return isSingleShard(last) ? 1 : parseShard('shard', last.shard).count;
}

/** More than there are workers: the traffic does not depend on it. */
function shardsOfCluster(jobs: readonly Job[]): number {
  return Math.min(DEFAULT_SHARDS, ...jobs.map(({ target }) => target.concurrency));
}

/** `--shards`, or as many as pay: those that the days had before, for a part of another division is not the same part. */
export async function shardsOf(
  { host, log }: CliContext,
  { ledger, cluster }: Runtime,
  jobs: readonly Job[],
  { shards = 'auto', sink, dryRun }: TrafficOptions,
): Promise<number> {
  if (shards !== 'auto') return checkedShards(shards, jobs);
  // The embedded endpoint needs a core of its own, and a part of a division is one process's.
  if (sink === true || jobs.some(({ shard }) => shard.count > 1)) return 1;
  const before = dryRun === true ? [] : await Promise.all(jobs.map((job) => countBefore(ledger, job)));
  const known = before.find((count) => count !== undefined);
  if (known !== undefined) return checkedShards(known, jobs);
  if (cluster && dryRun !== true) return shardsOfCluster(jobs);
  const count = shardCountFor(jobs, host.cores, dryRun === true);
  if (count > 1 && dryRun !== true) {
    log.info(`${count} processes share the work (--shards 1 for one)`, { code: 'shards' });
  }
  return count;
}

/** @param count of `--shards`. @throws SettingsError where a shard would have no request to send */
function checkedShards(count: number, jobs: readonly Job[]): number {
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
