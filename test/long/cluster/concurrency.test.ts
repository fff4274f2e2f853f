/** How many requests workers have in flight together: CONCURRENCY is that of the target, whoever is at work. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../job/endpoint.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { openCluster } from './open-cluster.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.remove());

const CONCURRENCY = 12;
const BACKFILL =
  `backfill --detach --yes --from 2026-10-01 --to 2026-10-03 --visits-per-day 4000 --max-visits-per-day 0
  --batch-size 1 --shards 8 --concurrency ${CONCURRENCY}`.split(/\s+/);

const AT_WORK =
  'select worker, count(*)::integer as shards from trafficinator.shard where worker is not null group by 1';
const SEEN = 'select id, seen from trafficinator.worker where not is_gone order by id';

it('is the most from the first worker alone, and from two of them', async () => {
  const cluster = await openCluster(server, 'concurrency', { RESPONSE_TIMEOUT: '60' });
  const { workers, place, env, recorder, url } = cluster;
  // In less, a slow machine cannot have all of them in flight.
  recorder.latencyMs = 400;
  const shardsOfEach = async () => (await server.query(url, AT_WORK)).map(({ shards }) => shards);
  /** Every worker has shown itself so often since: it knows of all the others. */
  async function beats(count: number): Promise<void> {
    const seen = async () => JSON.stringify((await server.query(url, SEEN)).map((row) => row.seen));
    for (let left = count; left > 0; left--) {
      const before = await seen();
      await eventually(async () => (await seen()) !== before, 'a beat of the workers');
    }
  }
  async function mostOverHits(): Promise<number> {
    recorder.mostInFlight = 0;
    const before = recorder.hits.size;
    await eventually(() => recorder.hits.size > before + 300, 'hits');
    return recorder.mostInFlight;
  }

  const created = await place.run([...BACKFILL, '--url', recorder.url], env);
  expect(created.code, created.stderr).toBe(0);
  workers.start();
  await eventually(async () => String(await shardsOfEach()) === '4', 'shards of the first worker');
  await beats(6);
  expect(await mostOverHits()).toBe(CONCURRENCY);

  workers.start();
  await eventually(async () => String(await shardsOfEach()) === '4,4', 'shards of both workers');
  await beats(12);
  const most = await mostOverHits();
  expect(most).toBeLessThanOrEqual(CONCURRENCY);
  expect(most).toBeGreaterThanOrEqual(CONCURRENCY - 2);
  await place.run(['stop', created.stdout.trim()], env);
  await workers.close();
  await cluster.close();
});
