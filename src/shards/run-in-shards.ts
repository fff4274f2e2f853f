/** The jobs of one run in several processes at the same time, as if it were one: a worker for each shard. */
import type { Child } from '../child.ts';
import type { Job } from '../job/job.ts';
import type { JobDependencies } from '../job/job-run.ts';
import type { TargetEnd } from '../job/run-jobs.ts';
import { createStartBarriers } from '../job/sending/start-barrier.ts';
import { shareOf } from '../run/gate.ts';
import type { Pause } from '../run/pause.ts';
import { createStop, type Stop } from '../run/stop.ts';
import type { Clock } from '../types/clock.ts';
import type { Shard } from '../types/shard.ts';
import { lostWorker } from './lost-worker.ts';
import type { ShardCommand, ShardEvent, Task } from './protocol.ts';
import { createTarget } from './sharded-job.ts';

export interface ShardedRunOptions extends Pick<Task, 'options' | 'isInMemory' | 'isRecorded'> {
  /** Workers, at most as many as any target has requests in flight. */
  readonly count: number;
  /** Ends all jobs. */
  readonly stop: Stop;
  readonly pause: Pause;
  readonly clock: Clock;
  readonly startWorker: () => Child<ShardCommand, ShardEvent>;
}

/** A shard's part of the job: its visitors, and its share of what the whole may do at a time. */
export function partOf<T extends Job>(job: T, shard: Shard): T {
  const part = {
    ...job,
    shard,
    target: { ...job.target, concurrency: shareOf(job.target.concurrency, shard) },
  };
  // Functions of plugins cannot be sent to a worker: it loads them for itself.
  Reflect.deleteProperty(part, 'extensions');
  if (part.command === 'run' || part.requestsPerSecond === undefined) return part;
  return { ...part, requestsPerSecond: part.requestsPerSecond / shard.count };
}

/**
 * Resolves when every worker is gone, in the order of the jobs. Rejects with a defect of the program itself, once all
 * have ended. A worker that dies ends the run: the others drain.
 */
export async function runInShards(
  jobs: readonly Job[],
  { count, stop, pause, clock, startWorker, ...task }: ShardedRunOptions,
  dependenciesFor: (job: Job, stop: Stop) => JobDependencies,
): Promise<TargetEnd[]> {
  const startedMs = clock.now();
  const shards = Array.from({ length: count }, (_, i): Shard => ({ index: i + 1, count }));
  const workers = shards.map(startWorker);
  const starters = createStartBarriers(count * jobs.length, clock);
  const logAll = (order: ShardCommand) => {
    for (const worker of workers) void worker.send(order);
  };
  let defect: Error | undefined;

  shards.forEach((shard, i) => {
    const parts = jobs.map((job) => partOf(job, shard));
    void workers[i]?.send({ kind: 'task', task: { ...task, jobs: parts, startedMs } });
  });

  const targets = jobs.map((job, rank) => {
    const own = createStop(stop);
    const { draining } = own;
    draining.addEventListener('abort', () => {
      logAll({ kind: 'stop', job: rank, reason: own.reason ?? 'failure' });
    });
    return createTarget({
      job,
      dependencies: dependenciesFor(job, own),
      starters: starters.slice(rank * count, (rank + 1) * count),
      answer: (i, answer) => void workers[i]?.send({ ...answer, job: rank }),
    });
  });
  pause.onToggle(() => logAll({ kind: 'pause' }));
  stop.abandoned.addEventListener('abort', () => logAll({ kind: 'abandon' }));

  const gone = workers.map((worker, i) => {
    worker.onMessage((news) => {
      if (news.kind === 'defect') {
        defect ??= Object.assign(new Error('a worker failed'), { stack: news.stack });
        stop.request('failure');
      } else targets[news.job]?.hear(i, news);
    });
    return new Promise<void>((resolve) => {
      worker.onGone((how) => {
        for (const [rank, target] of targets.entries()) {
          const { command } = jobs[rank] as Job;
          target.leave(i, lostWorker(shards[i] as Shard, worker.pid, how, command));
        }
        resolve();
      });
    });
  });
  await Promise.all(gone);
  if (defect) throw defect;
  return Promise.all(targets.map(({ ended }) => ended));
}
