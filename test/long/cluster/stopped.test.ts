/** A run that is stopped just when one of its workers has died: what that one has sent is counted all the same. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../job/endpoint.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { BALANCED, balanceOf, zoneAtNoon } from '../../process/binary.ts';
import { openCluster } from './open-cluster.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.remove());

const LIVE = `run --rate 20/s --timing compressed --timezone ${zoneAtNoon()}`;
const BACKFILL =
  'backfill --from 2026-10-01 --to 2026-10-02 --visits-per-day 5000 --max-visits-per-day 0 --rps 40 --batch-size 10 --yes';

/** The worker with the process has so many requests in flight, by the ledger. */
const inFlightOf = (pid = 0) => `select count(*)::integer as count from trafficinator.batch b
  join trafficinator.shard s on s.run_row = b.run join trafficinator.worker w on w.id = s.worker
  where b.state = 0 and w.pid = ${pid}`;

it.each([
  ['live run', LIVE],
  ['backfill', BACKFILL],
])('has the sums of what was sent of a %s', async (_what, command) => {
  const cluster = await openCluster(server, 'stopped', { RESPONSE_TIMEOUT: '12' });
  const { workers, place, env, recorder, url } = cluster;
  const both = [workers.start(), workers.start()];
  await Promise.all(both.map((worker) => worker.stderrHolds('waits for runs')));
  const args = `${command} --json --detach --force --shards 6 --url ${recorder.url}`.split(' ');
  const created = await place.run(args, env);
  expect(created.code, created.stderr).toBe(0);
  const { run } = JSON.parse(created.stdout);
  await eventually(() => recorder.hits.size > 60, 'hits');

  const [victim] = both;
  const release = recorder.hold();
  const inFlight = async () => (await server.query(url, inFlightOf(victim?.child.pid)))[0]?.count;
  await eventually(async () => Number(await inFlight()) > 0, 'requests in flight');
  victim?.child.kill('SIGKILL');
  await victim?.finished;
  expect((await place.run(['stop', String(run)], env)).code).toBe(0);
  release();
  const shown = async () =>
    JSON.parse((await place.run(`history show ${run} --json`.split(' '), env)).stdout);
  await eventually(async () => (await shown()).endedMs !== null, 'the end of the run');

  const { summary, outcome } = await shown();
  const { hits } = summary;
  console.log(JSON.stringify({ hits, recorded: recorder.hits.size, inDoubt: summary.inDoubt }));
  expect(outcome).toBe('stopped');
  expect(balanceOf(summary)).toEqual(BALANCED);
  expect([...recorder.hits.values()].filter((times) => times > 1)).toEqual([]);
  expect(hits.unknown).toBeGreaterThan(0);
  expect(recorder.hits.size).toBeGreaterThanOrEqual(hits.accepted);
  expect(recorder.hits.size).toBeLessThanOrEqual(hits.accepted + hits.unknown);
  // Each shard has been counted to its end, by whoever was left.
  const shards = await server.query(
    url,
    `select is_done, result from trafficinator.shard where run = ${run}`,
  );
  expect(shards.map(({ is_done }) => is_done)).toEqual(new Array(6).fill(true));
  await workers.close();
  await cluster.close();
});

it('waits for the workers, and tells what they sent, where Ctrl-C comes before they have told anything', async () => {
  const cluster = await openCluster(server, 'stopped-early');
  const { workers, place, env, recorder } = cluster;
  const worker = workers.start();
  await worker.stderrHolds('waits for runs');
  const args = `${BACKFILL} --json --force --shards 6 --url ${recorder.url}`.split(' ');
  const running = place.start(args, env);
  await running.stderrHolds('shared with all workers');
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.finished;
  expect(code, stderr).toBe(130);
  expect(stderr).toContain('stopping after the requests in flight');
  const { hits } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(hits.accepted).toBe(recorder.hits.size);
  await workers.close();
  await cluster.close();
});
