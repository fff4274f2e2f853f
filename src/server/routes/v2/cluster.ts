/** Runs that workers share: who has which shard, how far each run has come, and what is asked of it. */
import * as z from 'zod';
import { shardCounts } from '../../../cluster/shared-state.ts';
import type { SharedRun } from '../../../ledger/postgres/shared-rows.ts';
import type { SharedRuns } from '../../../ledger/postgres/shared-runs.ts';
import { conflict, notFound } from '../../http/refusal.ts';
import { type Call, defineRoute } from '../../http/route.ts';

const MOST_RUNS = 50;
const time = z.iso.datetime();
const counts = z.record(z.string(), z.number());

const shard = z.object({
  shard: z.int(),
  state: z.enum(['free', 'taken', 'done']),
  /** Number of the worker that has it. */
  worker: z.int().nullable(),
  /** How often it was claimed, counted over all shards of the ledger. */
  epoch: z.int(),
});

const sharedRun = z.object({
  id: z.int(),
  command: z.enum(['run', 'backfill']),
  target: z.string(),
  url: z.string(),
  site: z.int(),
  version: z.string(),
  /** What is asked of it. */
  wish: z.enum(['run', 'pause', 'stop']),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  visits: counts,
  hits: counts,
  shards: z.array(shard),
});

const worker = z.object({
  id: z.int(),
  hostname: z.string(),
  pid: z.int(),
  version: z.string(),
  sinceAt: time,
  seenAt: time,
  /** False: it has ended, or was not seen for too long. */
  isAlive: z.boolean(),
  /** Shards that it has. */
  shards: z.int(),
});

const cluster = z.object({
  /** Address of the ledger without its password; null where the service has none that workers share. */
  ledger: z.string().nullable(),
  workers: z.array(worker),
  runs: z.array(sharedRun),
});

const at = (ms: number) => new Date(ms).toISOString();
const atOrNull = (ms: number | null) => (ms === null ? null : at(ms));

async function runView(store: SharedRuns, run: SharedRun): Promise<z.infer<typeof sharedRun>> {
  const rows = await store.shardsOf(run.id);
  const { visits, hits } = shardCounts(rows);
  const { id, command, name, url, site, version, wish, createdMs, startMs, endedMs } = run;
  return {
    ...{ id, command, target: name, url, site, version, wish, visits, hits },
    createdAt: at(createdMs),
    startedAt: atOrNull(startMs),
    endedAt: atOrNull(endedMs),
    shards: rows.map(({ shard: number, isDone, worker: owner, epoch }) => ({
      shard: number,
      state: isDone ? 'done' : owner === null ? 'free' : 'taken',
      worker: owner,
      epoch,
    })),
  };
}

async function clusterView({ service }: Call): Promise<z.infer<typeof cluster>> {
  if (!service.cluster) return { ledger: null, workers: [], runs: [] };
  const { store, shown } = service.cluster;
  const [rows, recent] = await Promise.all([store.workers(), store.runs(MOST_RUNS)]);
  const runs = await Promise.all(recent.map((run) => runView(store, run)));
  const taken = runs.flatMap(({ shards }) => shards.flatMap(({ worker: owner }) => owner ?? []));
  return {
    ledger: shown,
    runs,
    workers: rows.map(({ id, hostname, pid, version, sinceMs, seenMs, isGone, lostMs, ageMs }) => ({
      ...{ id, hostname, pid, version },
      sinceAt: at(sinceMs),
      seenAt: at(seenMs),
      isAlive: !isGone && ageMs < lostMs,
      shards: taken.filter((owner) => owner === id).length,
    })),
  };
}

async function ask(call: Call, id: number, wish: 'run' | 'pause' | 'stop') {
  const { service, identity } = call;
  const store = service.cluster?.store;
  const run = await store?.run(id);
  if (!store || !run) throw notFound(`Shared run ${id}`);
  if (!(await store.ask(id, wish))) throw conflict('ended', `Run ${id} has ended, or is ending`);
  service.audit.add(identity, `shared-run.${wish}`, `run ${id}`);
  return runView(store, { ...run, wish });
}

export const clusterRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/cluster',
    tag: 'Cluster',
    summary: 'Show the workers of the shared ledger, its runs, and who has which shard',
    role: 'read',
    limit: 120,
    answers: { 200: { description: 'Workers and the newest runs', schema: cluster } },
    handle: async (_given, call) => ({ json: await clusterView(call) }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/cluster/runs/{id}',
    tag: 'Cluster',
    summary: 'Stop a shared run, pause it, or let it go on',
    description: 'All workers see it within a second, wherever they are.',
    role: 'write',
    limit: 60,
    params: z.strictObject({ id: z.coerce.number().int().min(1) }),
    body: z.strictObject({ wish: z.enum(['run', 'pause', 'stop']) }),
    answers: { 202: { description: 'The run', schema: sharedRun } },
    handle: async ({ params, body }, call) => ({ status: 202, json: await ask(call, params.id, body.wish) }),
  }),
];
