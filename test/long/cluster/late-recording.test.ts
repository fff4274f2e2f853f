/** A server that is still at work on the requests of a worker that was killed: they are asked about until it must have ended. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../job/endpoint.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { BALANCED, balanceOf, jsonLines, zoneAtNoon } from '../../process/binary.ts';
import { openCluster, started } from './open-cluster.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.remove());

/** So long the server may take: longer than it takes here, also on a slow machine. */
const RESPONSE_TIMEOUT = '25';
/** Each hit in doubt is asked about once a second, as long as it is not recorded. */
const QUESTIONS = 4;

it('records a hit once that Matomo records long after its worker has died', {
  timeout: 300_000,
}, async () => {
  const cluster = await openCluster(server, 'late recording', { RESPONSE_TIMEOUT });
  const { workers, place, env, recorder } = cluster;
  const victim = workers.start();
  await victim.stderrHolds('waits for runs');
  const args = `run --json --force --timezone ${zoneAtNoon()} --rate 10/s --shards 4 --timing compressed
    --graceful-stop 0s --url ${recorder.url}`.split(/\s+/);
  const run = place.start(args, env);
  await started(run);
  await eventually(() => recorder.hits.size > 20, 'hits');

  const release = recorder.hold('1');
  await eventually(() => recorder.heldBack > 2, 'requests of the worker that are not recorded');
  victim.child.kill('SIGKILL');
  await victim.finished;
  const timesAsked = () => {
    const byVisitor = new Map<string, number>();
    for (const { segment } of recorder.questions)
      for (const visitor of segment.split(',')) byVisitor.set(visitor, (byVisitor.get(visitor) ?? 0) + 1);
    return Math.max(0, ...byVisitor.values());
  };
  const atDeath = recorder.hits.size;
  // Or so much later that one who did not ask so often would have sent it again.
  const isLater = () => timesAsked() >= QUESTIONS || recorder.hits.size > atDeath + 300;
  await eventually(isLater, 'questions about the hits in doubt');
  const before = recorder.hits.size;
  release();
  await eventually(() => recorder.hits.size > before + 40, 'hits after that');
  run.child.kill('SIGTERM');
  const finished = await run.finished;
  await workers.close();

  const { total } = jsonLines(finished);
  const { hits } = total;
  console.log(JSON.stringify({ hits, reasons: total.reasons, recorded: recorder.hits.size }));
  expect([...recorder.hits.values()].filter((times) => times > 1)).toEqual([]);
  expect(balanceOf(total)).toEqual(BALANCED);
  expect(recorder.hits.size).toBeGreaterThanOrEqual(hits.accepted);
  expect(recorder.hits.size).toBeLessThanOrEqual(hits.accepted + hits.unknown);
  await cluster.close();
});
