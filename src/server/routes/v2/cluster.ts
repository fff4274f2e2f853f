/** Runs that workers share: who has which shard, how far each run has come, and what is asked of it. */
import { z } from '@hono/zod-openapi';
import { SHARED_STATES } from '../../../cluster/shared-state.ts';
import type { Wish } from '../../../ledger/postgres/shared-rows.ts';
import { conflict, notFound } from '../../http/refusal.ts';
import { type Call, defineRoute } from '../../http/route.ts';
import { wholeNumber } from '../../http/whole-number.ts';
import { sharedRunView, workerView } from '../../jobs/shared-view.ts';
import { runId } from './shapes.ts';

const MOST_RUNS = 50;
const TAG = 'Cluster';
const time = z.iso.datetime();
const counts = z.record(z.string(), z.number());

const shard = z
  .object({
    shard: z.int(),
    state: z.enum(['free', 'taken', 'done']),
    /** Number of the worker that has it. */
    worker: z.int().nullable(),
    /** How often it was claimed, counted over all shards of the ledger. */
    epoch: z.int(),
    visits: counts,
    hits: counts,
    /** Of a backfill, the last day that is complete. */
    lastDay: z.string().nullable(),
  })
  .openapi('SharedShard');

const sharedRun = z
  .object({
    id: z.int(),
    command: z.enum(['run', 'backfill']),
    target: z.string(),
    url: z.string(),
    site: z.int(),
    version: z.string(),
    /** What is asked of it. */
    wish: z.enum(['run', 'pause', 'stop']),
    /** `waiting`: no worker has a shard of it. `starting`: a live run begins once all shards are taken. */
    state: z.enum(SHARED_STATES),
    /** How its shards have failed. */
    errors: z.array(z.string()),
    /** Null, as the days and the planned visits, for a run of another version of this program. */
    timezone: z.string().nullable(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    /** Of the whole run; null where it has no end, or is over. */
    plannedVisits: z.int().nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    endedAt: time.nullable(),
    visits: counts,
    hits: counts,
    requestsInFlight: z.int(),
    isTargetDown: z.boolean(),
    shards: z.array(shard),
  })
  .openapi('SharedRun');

const worker = z
  .object({
    id: z.int(),
    hostname: z.string(),
    pid: z.int(),
    version: z.string(),
    sinceAt: time,
    seenAt: time,
    /** False: it has ended, or was not seen for too long. */
    isAlive: z.boolean(),
    /** True: it has ended in good order, or its process is known to be gone. */
    hasLeft: z.boolean(),
    /** Shards that it has. */
    shards: z.int(),
  })
  .openapi('Worker');

const cluster = z.object({
  /** Address of the ledger without its password; null where the service has none that workers share. */
  ledger: z.string().nullable(),
  workers: z.array(worker),
  runs: z.array(sharedRun),
});

async function clusterView({ service }: Call, most: number): Promise<z.infer<typeof cluster>> {
  const { cluster: found } = service;
  if (!found) return { ledger: null, workers: [], runs: [] };
  const { store, shown } = found;
  const [rows, recent] = await Promise.all([
    store.workers(),
    store.runs({ limit: most, isUnfinishedFirst: true }),
  ]);
  const runs = await Promise.all(recent.map((run) => sharedRunView(found, run)));
  const taken = runs.flatMap(({ shards }) => shards.flatMap(({ worker: owner }) => owner ?? []));
  return { ledger: shown, runs, workers: rows.map((row) => workerView(row, taken)) };
}

async function ask({ service, identity }: Call, id: number, wish: Wish) {
  const { cluster: found } = service;
  const run = await found?.store.run(id);
  if (!found || !run) throw notFound(`Shared run ${id}`);
  if (wish === 'pause' && run.command === 'backfill') {
    throw conflict(
      'not-a-live-run',
      'A backfill cannot be paused',
      'Stop it, and continue it with trafficinator backfill --resume.',
    );
  }
  if (!(await found.store.ask(id, wish))) throw conflict('ended', `Run ${id} has ended, or is ending`);
  // One that nobody works on has nobody to end it.
  await found.store.endRuns();
  service.audit.add(identity, `shared-run.${wish}`, `run ${id}`);
  return sharedRunView(found, (await found.store.run(id)) ?? run);
}

export const clusterRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/cluster',
    tag: TAG,
    summary: 'Show the workers of the shared ledger, its runs, and who has which shard',
    role: 'read',
    limit: 120,
    query: z.object({ runs: wholeNumber(1, MOST_RUNS).default(MOST_RUNS) }),
    answers: { 200: { description: 'Workers and the newest runs', schema: cluster } },
    handle: async ({ query }, call) => ({ json: await clusterView(call, query.runs) }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/cluster/runs/{id}',
    tag: TAG,
    summary: 'Stop a shared run, pause a live one, or let it go on',
    description: 'All workers see it within a second, wherever they are. A backfill cannot be paused.',
    role: 'write',
    limit: 60,
    params: runId,
    body: z.strictObject({ wish: z.enum(['run', 'pause', 'stop']) }),
    answers: { 202: { description: 'The run', schema: sharedRun } },
    handle: async ({ params, body }, call) => ({ status: 202, json: await ask(call, params.id, body.wish) }),
  }),
];
