/** The service and the processes of its jobs are killed at random moments: nothing is lost, sent twice or left running. */
import { afterEach, describe, expect, it } from 'vitest';
import { SUPER_TOKEN, Workplace, withTarget } from '../process/binary.ts';
import { endAll, goneAfter, type RunView, type Served, serve, until } from '../process/service/served.ts';

const KILLS = Number(process.env.TEST_KILLS ?? 10);
const LONGEST_MS = 1_800_000;

const places: Workplace[] = [];
afterEach(() => {
  for (const place of places.splice(0)) place.remove();
});

/** The same moments for everybody. */
function createMoments(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function start(url: string, path: string, body: unknown, env: Readonly<Record<string, string>>) {
  const place = new Workplace(LONGEST_MS);
  places.push(place);
  const own = { MATOMO_TOKEN_AUTH: SUPER_TOKEN, MATOMO_URL: url, RESPONSE_TIMEOUT: '1', ...env };
  const restart = () => serve(place, own);
  const served = await restart();
  const { json } = await served.ask(path, { body });
  return { served, restart, json };
}

/** Kills one or both, and starts the service again where it is gone. */
async function killOnce(served: Served, pid: number | null, choice: number, restart: () => Promise<Served>) {
  if (choice < 0.6 && pid !== null) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  if (choice < 0.3) return served;
  served.running.child.kill('SIGKILL');
  await served.running.finished;
  if (pid !== null) expect(await goneAfter(pid)).toBeLessThan(10_000);
  return restart();
}

describe(`${KILLS} kills at random moments`, () => {
  it('of a backfill: every visit is in Matomo once', { timeout: LONGEST_MS }, () =>
    withTarget(async ({ url, sink }) => {
      const random = createMoments(7);
      const settings = {
        BACKFILL_START_DATE: '2026-09-01',
        BACKFILL_END_DATE: '2026-10-30',
        TARGET_VISITS_PER_DAY: 100,
        BACKFILL_MAX_VISITS_PER_DAY: 100,
        BACKFILL_RPS_LIMIT: 20,
        BACKFILL_BATCH_SIZE: 25,
      };
      const begun = await start(url, '/api/v2/backfill-plans', { settings }, {});
      let { served } = begun;
      const plan = begun.json as { id: number; digest: string; visits: number };
      const { digest, visits } = plan;
      const confirm = `/api/v2/backfill-plans/${plan.id}/confirm`;
      const { id } = (await served.ask(confirm, { body: { digest, visits } })).json as RunView;
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(200 + random() * 2500);
        const { pid, state } = (await served.ask(`/api/v2/runs/${id}`)).json as RunView;
        if (state === 'done') break;
        served = await killOnce(served, pid, random(), begun.restart);
      }
      const done = await until(served, id, ({ state }) => state === 'done' || state === 'failed');
      expect(done).toMatchObject({ state: 'done', error: null });
      expect(sink.recorded().visits).toBe(visits);
      await endAll(served);
    }),
  );

  it('of a live run: it goes on within five seconds, and nothing is left', { timeout: LONGEST_MS }, () =>
    withTarget(async ({ url, sink }) => {
      const random = createMoments(11);
      const settings = { TARGET_VISITS_PER_DAY: 1_000_000, VISIT_TIMING: 'compressed' };
      const begun = await start(url, '/api/v2/runs', { settings }, {});
      let { served } = begun;
      const { id } = begun.json as RunView;
      for (let kill = 0; kill < KILLS; kill++) {
        const { pid } = await until(served, id, ({ state }) => state === 'running');
        await sleep(random() * 2000);
        served = await killOnce(served, pid, 0.3 + random() * 0.7, begun.restart);
        const startMs = Date.now();
        await until(served, id, ({ state }) => state === 'running' || state === 'failed');
        expect(Date.now() - startMs).toBeLessThan(5000);
      }
      const { visits } = sink.recorded();
      await until(served, id, () => sink.recorded().visits > visits);
      const stopped = (await served.ask(`/api/v2/runs/${id}/stop`, { method: 'POST' })).json as RunView;
      expect(stopped.state).toBe('stopped');
      await endAll(served);
    }),
  );
});
