/** The jobs of a run shared with the workers of a cluster: this process creates the runs, works on them too, and follows them. */

import { clockRefusal } from '../../cluster/clock-error.ts';
import { type Access, sharedVersion, withAccess } from '../../cluster/shared-job.ts';
import { followSharedRun, openSharedRun, type SharedContext } from '../../cluster/shared-run.ts';
import type { OpenedRun } from '../../cluster/shared-state.ts';
import { startWorker, type Worker } from '../../cluster/worker.ts';
import { timesOf } from '../../cluster/worker-options.ts';
import { UserError } from '../../errors.ts';
import type { Job } from '../../job/job.ts';
import type { JobDependencies } from '../../job/job-run.ts';
import type { TargetEnd } from '../../job/run-jobs.ts';
import { createStop, type Stop } from '../../run/stop.ts';
import type { CliContext } from '../context.ts';
import type { WorkerPool } from '../processes/worker-pool.ts';
import type { Cluster } from './cluster.ts';
import { machineOf } from './machine.ts';
import { workIn } from './shard-work.ts';

export interface SharedPoolOptions {
  readonly shards: number;
  readonly stop: Stop;
}

const accessOf = ({ apiUrl, token, tokenIn, headers, proxies }: Job['target']): Access => ({
  ...(apiUrl === undefined ? {} : { apiUrl }),
  token,
  ...(tokenIn === undefined ? {} : { tokenIn }),
  ...(headers === undefined ? {} : { headers }),
  ...(proxies === undefined ? {} : { proxies }),
});

/** A worker of this process, for the runs that it has created. */
function startOwnWorker(
  { host, clock }: CliContext,
  cluster: Cluster,
  jobs: ReadonlyMap<number, Job>,
): Worker {
  const { pid, hostname } = host;
  return startWorker({
    store: cluster.store,
    facts: { pid, hostname, machine: machineOf(host), version: sharedVersion(host.version) },
    times: timesOf(cluster.leaseMs),
    clock,
    clockRefusal,
    isRunning: host.isRunning,
    isWanted: (run) => jobs.has(run),
    accept: async ({ id }) => {
      const job = jobs.get(id);
      return job ? withAccess(job, accessOf(job.target)) : { refused: 'it is the run of another command' };
    },
    work: workIn({ host, clock }, cluster),
  });
}

/** Creates one run for each job, or joins the one that is resumed. */
async function createAll(
  { host }: CliContext,
  jobs: readonly Job[],
  cluster: Cluster,
  { shards, stop }: SharedPoolOptions,
  dependenciesFor: (job: Job, stop: Stop) => JobDependencies,
) {
  const { store } = cluster;
  const areSeveral = jobs.length > 1;
  const context: SharedContext = { store, version: host.version, areSeveral };
  const created: {
    job: Job;
    dependencies: JobDependencies;
    run: OpenedRun | undefined;
    error: UserError | undefined;
  }[] = [];
  for (const job of jobs) {
    const dependencies = dependenciesFor(job, createStop(stop));
    try {
      const run = await openSharedRun(job, shards, context, dependencies);
      created.push({ job, dependencies, run, error: undefined });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      created.push({ job, dependencies, run: undefined, error });
    }
  }
  const live = created.flatMap(({ run, job }) => (run && job.command === 'run' ? run.id : []));
  if (areSeveral && live.length > 0) await store.startTogether(live);
  return { context, created };
}

export function createSharedPool(
  cli: CliContext,
  jobs: readonly Job[],
  cluster: Cluster,
  options: SharedPoolOptions,
): WorkerPool {
  const { stop } = options;
  return {
    async runAll(dependenciesFor) {
      const { context, created } = await createAll(cli, jobs, cluster, options, dependenciesFor);
      const own = new Map(created.flatMap(({ run, job }) => (run ? [[run.id, job] as const] : [])));
      for (const { id, shards } of created.flatMap(({ run }) => run ?? []))
        cli.log.info(`run ${id}: ${shards} shards, shared with all workers of this ledger`, {
          code: 'shared-run',
        });
      const worker = startOwnWorker(cli, cluster, own);
      stop.abandoned.addEventListener('abort', () => worker.abandon(), { once: true });
      const failed = worker.done.then(() => new Promise<never>(() => {}));
      failed.catch(() => {});
      const ends = created.map(async ({ job, dependencies, run, error }): Promise<TargetEnd> => {
        if (!run) return { job, result: undefined, error: error as UserError };
        try {
          return await Promise.race([followSharedRun(job, run, context, dependencies), failed]);
        } catch (reason) {
          if (reason instanceof UserError) return { job, result: undefined, error: reason };
          throw reason;
        }
      });
      try {
        return await Promise.all(ends);
      } finally {
        worker.leave();
        await worker.done.catch(() => {});
      }
    },
  };
}

/** Creates the runs and leaves them to workers. @returns their ends where they were refused */
export function createDetachedPool(
  cli: CliContext,
  jobs: readonly Job[],
  cluster: Cluster,
  options: SharedPoolOptions & { readonly isJson: boolean },
): WorkerPool {
  return {
    async runAll(dependenciesFor) {
      const { created } = await createAll(cli, jobs, cluster, options, dependenciesFor);
      for (const { run, job } of created) {
        if (!run) continue;
        const { id, shards } = run;
        const { name, target, command } = job;
        const facts = { schema: 1, type: 'shared-run', run: id, command, target: name, url: target.url };
        const line = options.isJson ? JSON.stringify({ ...facts, shards }) : String(id);
        cli.host.stdout.write(`${line}\n`);
        cli.log.info(`run ${id} is left to the workers of this ledger; trafficinator stop ${id} ends it`, {
          code: 'shared-run',
        });
      }
      return created.flatMap(({ job, error }): TargetEnd[] =>
        error ? [{ job, result: undefined, error }] : [],
      );
    },
  };
}
