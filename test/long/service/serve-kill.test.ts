/** The service and the processes of its jobs are killed at random moments: nothing is lost, sent twice or left running. */
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultedRequest } from '../../../src/sink/faults.ts';
import { SUPER_TOKEN, type Target, Workplace, withTarget } from '../../process/binary.ts';
import { endAll, goneAfter, type RunView, type Served, serve, until } from '../../process/service/served.ts';

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

/** Counts every hit that has arrived, by what no two hits of a plan have in common. */
function watchHits({ faults }: Target): Map<string, number> {
  const times = new Map<string, number>();
  const note = ({ url, body }: FaultedRequest) => {
    const single = body === '' ? (url.split('?')[1] ?? '') : body;
    const queries: string[] = body.startsWith('{') ? JSON.parse(body).requests : [single];
    for (const query of queries) {
      const hit = new URLSearchParams(query.replace(/^\?/, ''));
      const name = ['_id', 'pv_id', 'rand'].map((key) => hit.get(key)).join(' ');
      if (hit.has('rand')) times.set(name, (times.get(name) ?? 0) + 1);
    }
    return false;
  };
  faults.add({ faults: [], scope: 'tracking', times: Number.POSITIVE_INFINITY, share: 1, suits: note });
  return times;
}

const twice = (times: ReadonlyMap<string, number>) => [...times].filter(([, count]) => count > 1);

/** Of a window that outlasts the kills: a day takes about a second. */
function lastDay(): string {
  return new Date(Date.UTC(2026, 8, 8 + KILLS)).toISOString().slice(0, 10);
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

/** How long a command takes that does next to nothing. */
async function commandMs(place: Workplace): Promise<number> {
  const startMs = Date.now();
  await place.run(['--version']);
  return Date.now() - startMs;
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
  if (pid !== null) await goneAfter(pid);
  return restart();
}

describe(`${KILLS} kills at random moments`, () => {
  it('of a backfill: every visit is in Matomo once', { timeout: LONGEST_MS }, () =>
    withTarget(async (target) => {
      const { url, sink } = target;
      const times = watchHits(target);
      const random = createMoments(7);
      const settings = {
        BACKFILL_START_DATE: '2026-09-01',
        BACKFILL_END_DATE: lastDay(),
        TARGET_VISITS_PER_DAY: 100,
        BACKFILL_MAX_VISITS_PER_DAY: 100,
        BACKFILL_RPS_LIMIT: 20,
        BACKFILL_BATCH_SIZE: 25,
      };
      const begun = await start(url, '/api/v2/backfill-plans', { settings }, {});
      let { served } = begun;
      const plan = begun.json as { id: number; digest: string; visits: number; hits: number };
      const { digest, visits, hits } = plan;
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
      expect(times.size).toBe(hits);
      expect(twice(times)).toEqual([]);
      await endAll(served);
    }),
  );

  it(
    'of a live run: it goes on within five seconds, or four starts of this machine, sends nothing twice, and leaves nothing',
    { timeout: LONGEST_MS },
    () =>
      withTarget(async (target) => {
        const { url } = target;
        const times = watchHits(target);
        const random = createMoments(11);
        const settings = {
          TARGET_VISITS_PER_DAY: 1_000_000,
          TRAFFIC_SHAPE: 'flat',
          VISIT_TIMING: 'compressed',
        };
        const beginMs = Date.now();
        const begun = await start(url, '/api/v2/runs', { settings }, {});
        let { served } = begun;
        const { id } = begun.json as RunView;
        await until(served, id, ({ state }) => state === 'running');
        const startsInMs = Date.now() - beginMs;
        const atFirstMs = await commandMs(served.place);
        const waits: number[] = [];
        for (let kill = 0; kill < KILLS; kill++) {
          const before = times.size;
          // Every third kill comes at any moment, the others while hits leave.
          const isTime = ({ state }: RunView) =>
            state === 'running' && (kill % 3 === 2 || times.size > before);
          const { pid } = await until(served, id, isTime);
          await sleep(random() * 2000);
          served = await killOnce(served, pid, 0.3 + random() * 0.7, begun.restart);
          const startMs = Date.now();
          await until(served, id, ({ state }) => state === 'running' || state === 'failed');
          const backMs = Date.now() - startMs;
          waits.push(backMs);
          // How long a start takes now, where others have come to work on this machine.
          const startMsNow = startsInMs * Math.max(1, (await commandMs(served.place)) / atFirstMs);
          expect(backMs).toBeLessThan(Math.max(5000, 4 * startMsNow));
        }
        const before = times.size;
        await until(served, id, () => times.size > before);
        const stopped = (await served.ask(`/api/v2/runs/${id}/stop`, { method: 'POST' })).json as RunView;
        expect(stopped.state).toBe('stopped');
        // Every hit that has arrived counts as one: as accepted, or as unknown where a kill came before the answer.
        waits.sort((a, b) => a - b);
        const [median, longest] = [waits[Math.floor(waits.length / 2)], waits.at(-1)];
        console.log(
          `started in ${startsInMs} ms; back after ${KILLS} kills: median ${median} ms, longest ${longest} ms; hits ${times.size}`,
        );
        expect(times.size).toBeGreaterThan(KILLS);
        expect(twice(times)).toEqual([]);
        await endAll(served);
      }),
  );
});
