/** Shards that are taken over while Matomo cannot be asked what it has. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../job/endpoint.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { BALANCED, balanceOf, jsonLines } from '../../process/binary.ts';
import { openCluster, started } from './open-cluster.ts';

const LONGEST_MS = 600_000;
const BACKFILL =
  '--json --from 2026-10-01 --to 2026-10-02 --visits-per-day 3000 --max-visits-per-day 0 --batch-size 10 --rps 150';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.remove());

/** Long enough for requests to be in flight when their worker is killed. */
const RESPONSE_TIMEOUT = '12';
/** How many come before there is an answer: how soon depends on how many shards have something in doubt. */
const REFUSALS = 6;

/** Processes in the midst of a shard: it has begun, and most of its requests (125 or so) are still to come. */
const SENDING = `select w.pid from trafficinator.batch b
  join trafficinator.shard s on s.run_row = b.run join trafficinator.worker w on w.id = s.worker
  where not s.is_done and b.state = 1 group by w.pid, s.shard having count(*) < 60`;
/** Processes with requests that the ledger has as in flight. */
const AT_WORK = `select distinct w.pid from trafficinator.batch b
  join trafficinator.shard s on s.run_row = b.run join trafficinator.worker w on w.id = s.worker where b.state = 0`;

/** A backfill whose workers are killed while one of them at least has requests in flight, and reports are down. */
async function startAndKill(more: Record<string, string>) {
  const cluster = await openCluster(server, 'no reports', { RESPONSE_TIMEOUT, ...more });
  const { workers, place, env, recorder, url } = cluster;
  for (let i = 0; i < 3; i++) workers.start();
  const run = place.start(`backfill ${BACKFILL} --url ${recorder.url}`.split(' '), env);
  await started(run);
  await eventually(() => recorder.hits.size > 100, 'hits');
  const isOne = async (processes: string) => {
    const pids = new Set((await server.query(url, processes)).map(({ pid }) => pid));
    return workers.running.some(({ child }) => pids.has(child.pid));
  };
  // Soon no request is answered, so that no shard changes hands, and none begins, for which Matomo is asked.
  await eventually(() => isOne(SENDING), 'a worker in the midst of a shard');
  recorder.isReportingDown = true;
  const release = recorder.hold();
  await eventually(() => isOne(AT_WORK), 'requests in flight from a worker');
  for (const { child } of workers.running) child.kill('SIGKILL');
  release();
  workers.start();
  return { ...cluster, run };
}

it('waits for reports that are away for a while, and then goes on: all is recorded once', {
  timeout: LONGEST_MS,
}, async () => {
  const { run, recorder, workers, close } = await startAndKill({ STALL_TIMEOUT: '500' });
  await eventually(() => recorder.refusedReports > REFUSALS, 'questions that were refused');
  recorder.isReportingDown = false;
  const finished = await run.finished;
  await workers.close();
  expect(finished.code, finished.stderr).toBe(0);
  const { hits } = jsonLines(finished).total;
  expect([hits.accepted, hits.unknown, hits.skipped]).toEqual([hits.planned, 0, 0]);
  expect(recorder.hits.size).toBe(hits.planned);
  expect(Math.max(...recorder.hits.values())).toBe(1);
  await close();
});

it('ends where reports stay away, with every hit accounted for', { timeout: LONGEST_MS }, async () => {
  const { run, recorder, workers, close } = await startAndKill({ STALL_TIMEOUT: '10' });
  const finished = await run.finished;
  await workers.close();
  expect(finished.code, finished.stderr).not.toBe(0);
  expect(finished.stderr).toContain('in doubt');
  const { total } = jsonLines(finished);
  const { hits } = total;
  expect(balanceOf(total)).toEqual(BALANCED);
  expect(hits.unknown).toBeGreaterThan(0);
  expect(recorder.hits.size).toBeGreaterThanOrEqual(hits.accepted);
  expect(recorder.hits.size).toBeLessThanOrEqual(hits.accepted + hits.unknown);
  await close();
});
