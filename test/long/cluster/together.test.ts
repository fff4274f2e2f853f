/** Live runs of several targets over one ledger: they begin at the same instant, as in one process. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, openEndpoint, SUPER_TOKEN } from '../../job/endpoint.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { jsonLines, zoneAtNoon } from '../../process/binary.ts';
import { openHitRecorder } from './hit-recorder.ts';
import { openCluster } from './open-cluster.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.remove());

async function openTargets() {
  // Every request is answered in time, also on a slow machine.
  const times = { RESPONSE_TIMEOUT: '60', CONNECT_TIMEOUT: '60' };
  const cluster = await openCluster(server, 'together', times);
  const endpoint = await openEndpoint();
  const other = await openHitRecorder(endpoint, cluster.recorder.latencyMs);
  const env = {
    ...cluster.env,
    MATOMO_URL: cluster.recorder.url,
    MATOMO_URL_2: other.url,
    MATOMO_TOKEN_AUTH_2: SUPER_TOKEN,
  };
  async function close(): Promise<void> {
    await cluster.workers.close();
    await other.close();
    await endpoint.sink.close();
    await cluster.close();
  }
  const runs = () =>
    server.query(cluster.url, 'select id, start_ms, ended from trafficinator.shared_run order by id');
  return { ...cluster, env, other, runs, close };
}

const LIVE = `run --force --timezone ${zoneAtNoon()} --rate 10/s --timing compressed --shards 4 --seed both`;

it('begin at the same instant, and send to every target', async () => {
  const { place, env, workers, runs, close } = await openTargets();
  workers.start();
  const finished = await place.run(`${LIVE} --json --stop-after 60`.split(' '), env);
  expect(finished.code, finished.stderr).toBe(0);
  const [first, second] = await runs();
  expect(Number(first?.start_ms)).toBeGreaterThan(0);
  expect(second?.start_ms).toBe(first?.start_ms);
  const { total } = jsonLines(finished);
  expect(total.targets?.map(({ visits }) => visits.complete)).toEqual([30, 30]);
  await close();
});

it('do not wait for one that is stopped before it has begun', async () => {
  const { place, env, workers, recorder, other, runs, url, close } = await openTargets();
  const created = await place.run(`${LIVE} --detach`.split(' '), env);
  expect(created.code, created.stderr).toBe(0);
  const [first, second] = created.stdout.trim().split('\n');
  // A worker of another version would take part in neither: this one takes part in the second only.
  await server.query(url, `update trafficinator.shared_run set version = 'other' where id = ${first}`);
  const worker = workers.start();
  await worker.stderrHolds('no part in run');
  const ready = `select count(*)::integer as count from trafficinator.shard where run = ${second} and is_ready`;
  await eventually(async () => (await server.query(url, ready))[0]?.count === 4, 'shards that are ready');
  expect((await runs()).map(({ start_ms }) => start_ms)).toEqual([null, null]);
  expect((await place.run(['stop', String(first)], env)).code).toBe(0);
  await eventually(() => other.hits.size > 20, 'hits of the run that is left');
  expect(recorder.hits.size).toBe(0);
  await place.run(['stop', String(second)], env);
  await eventually(async () => (await runs()).every(({ ended }) => ended !== null), 'the end of both');
  await close();
});
