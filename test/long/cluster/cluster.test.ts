/**
 * Workers that are killed, suspended, cut off, added and removed, and a PostgreSQL that is restarted under them: what was
 * planned is recorded, nothing twice, and told as one. TEST_FAULTS says how many faults (10; `npm run test:soak` has 100).
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../job/endpoint.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import {
  BALANCED,
  balanceOf,
  type Finished,
  jsonLines,
  type Running,
  STACK,
  Workplace,
  zoneAtNoon,
} from '../../process/binary.ts';
import { serve } from '../../process/service/served.ts';
import { hitsOf } from './hit-recorder.ts';
import { openCluster, started } from './open-cluster.ts';
import { FAULTS, type FaultName, type Workers } from './workers.ts';

const COUNT = Number(process.env.TEST_FAULTS ?? FAULTS.length);
const DEATHS: readonly FaultName[] = ['kill', 'remove', 'kill'];
const WORKERS = 4;
/** At the rate below, a fault has 6 s. */
const VISITS_PER_FAULT = 1_000;
/** Of each request of a backfill that is nearly over while faults are still to come. */
const SLOW_MS = 1_500;
const LONGEST_MS = 600_000 + COUNT * 60_000;

let server: PostgresServer;
const places: Workplace[] = [];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  for (const place of places) place.remove();
  await server?.remove();
});

/** One fault after the other while the run goes on. @returns how many there were */
async function inflictAll(
  workers: Workers,
  run: Running,
  { count: most, faults }: { readonly count: number; readonly faults: readonly FaultName[] },
  beforeEach = () => {},
): Promise<number> {
  let count = 0;
  for (; count < most && run.child.exitCode === null; count++) {
    await delay(1_000);
    beforeEach();
    await workers.inflict(faults[count % faults.length] ?? 'kill');
  }
  return count;
}

/** No defect of the program in anything that a process said, and no password. */
function expectClean(all: readonly Finished[]): void {
  for (const { stderr } of all) {
    expect(stderr).not.toMatch(STACK);
    expect(stderr).not.toContain('owner-s3cret');
  }
}

/** An endpoint in a process of its own: the memory that so many hits take is gone with it. */
async function startSink(place: Workplace): Promise<{ readonly url: string; end(): void }> {
  const { child } = place.start(['sink', '--port', '0'], { TZ: 'UTC' });
  const url = await new Promise<string>((resolve) => {
    child.stdout?.on('data', (text: string) => resolve(text.trim()));
  });
  return { url, end: () => void child.kill('SIGTERM') };
}

/** Stands for a hit: of half a million of them, nobody keeps the text twice. */
const digestOf = (hit: string) => createHash('sha256').update(hit).digest('base64');

/** Digests of the hits in a file of `--record`, which may be too large for one string. */
async function hitsIn(path: string): Promise<ReadonlySet<string>> {
  const hits = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(path) }))
    for (const hit of hitsOf(JSON.parse(line).body)) hits.add(digestOf(hit));
  return hits;
}

describe('a backfill that workers share', () => {
  it(
    `survives ${COUNT} faults: every hit is recorded once, and counted as what it is`,
    async () => {
      const cluster = await openCluster(server, 'cluster backfill');
      const { place, recorder, workers, env } = cluster;
      const visitsPerDay = Math.ceil((VISITS_PER_FAULT * COUNT) / 3);
      const args =
        `backfill --json --from 2026-10-01 --to 2026-10-03 --visits-per-day ${visitsPerDay} --max-visits-per-day 0
      --batch-size 10 --rps 90 --concurrency 24 --seed shared --url ${recorder.url}`.split(/\s+/);
      const reference = new Workplace(600_000);
      places.push(reference);
      const { LEDGER_URL: _, ...alone } = env;
      const single = await startSink(reference);
      const whole = await reference.run(
        [...args, '--url', single.url, '--rps', '100000', '--record', 'all.jsonl'],
        { ...alone, TZ: 'UTC' },
      );
      expect(whole.code, whole.stderr).toBe(0);
      single.end();
      const planned = await hitsIn(reference.file('all.jsonl'));

      for (let i = 0; i < WORKERS; i++) workers.start();
      const run = place.start(args, env);
      await started(run);
      await eventually(() => recorder.hits.size > 20, 'hits');
      const quickMs = recorder.latencyMs;
      const faults = await inflictAll(workers, run, { count: COUNT, faults: FAULTS }, () => {
        if (recorder.hits.size > 0.8 * planned.size) recorder.latencyMs = SLOW_MS;
      });
      recorder.latencyMs = quickMs;
      const finished = await run.finished;
      const codes = await workers.close();
      const { total, days } = jsonLines(finished);
      const { hits, visits } = total;

      const twice = [...recorder.hits].filter(([, count]) => count > 1).map(([hit]) => hit);
      const strange = [...recorder.hits.keys()].filter((hit) => !planned.has(digestOf(hit)));
      console.log(
        workers.log.join(' '),
        JSON.stringify({ hits, visits, inDoubt: total.inDoubt, recorded: recorder.hits.size }),
      );
      expect(twice.slice(0, 3)).toEqual([]);
      expect(strange.slice(0, 3)).toEqual([]);
      expect(faults).toBe(COUNT);
      expect(balanceOf(total)).toEqual(BALANCED);
      const alonePlanned = jsonLines(whole).total;
      expect([hits.planned, visits.planned, total.digest]).toEqual([
        alonePlanned.hits.planned,
        alonePlanned.visits.planned,
        alonePlanned.digest,
      ]);
      expect([hits.rejected, hits.failed, hits.skipped]).toEqual([0, 0, 0]);
      expect(recorder.hits.size).toBeGreaterThanOrEqual(hits.accepted);
      expect(recorder.hits.size).toBeLessThanOrEqual(hits.accepted + hits.unknown);
      // Only what was in flight in a process that nobody knew to be dead.
      expect(hits.unknown).toBeLessThan(COUNT * 24 * 20);
      expect(days.map(({ hits: ofDay }) => ofDay.planned)).toEqual(
        jsonLines(whole).days.map(({ hits: ofDay }) => ofDay.planned),
      );
      expect(codes.every((code) => code === 0)).toBe(true);
      expectClean([finished, ...(await Promise.all(workers.running.map(({ finished: end }) => end)))]);
      await cluster.close();
    },
    LONGEST_MS,
  );
});

/** Visits that the ledger has as let in. */
const ADMITTED = 'select sum(count) from trafficinator.admission';

const IN_FLIGHT = "select run || '/' || batch as id from trafficinator.batch where state = 0";

describe('a live run that workers share', () => {
  it.each([
    { title: `${COUNT} faults`, count: COUNT, faults: FAULTS, mayBeUnknown: true, more: {} },
    // The process that is gone can send nothing: what it had in flight is asked for, and sent again.
    // Every request is answered in time, also on a slow machine; and what Matomo has is known before somebody gives up.
    {
      ...{ title: 'workers that are killed and removed', count: 3, faults: DEATHS, mayBeUnknown: false },
      more: { RESPONSE_TIMEOUT: '20', CONNECT_TIMEOUT: '60' },
    },
  ])(
    'keeps to its daily cap over $title, and counts every hit',
    async ({ count, faults, mayBeUnknown, more }) => {
      const cap = 400;
      const cluster = await openCluster(server, 'cluster live', more);
      const { place, recorder, workers, env, endpoint, url } = cluster;
      const admitted = async () => Number((await server.query(url, ADMITTED))[0]?.sum);
      const args = `run --json --force --timezone ${zoneAtNoon()} --rate 16/s --daily-cap ${cap}
      --concurrency 48 --timing compressed --graceful-stop 0s --seed live --url ${recorder.url}`.split(/\s+/);
      for (let i = 0; i < WORKERS; i++) workers.start();
      const run = place.start(args, env);
      await started(run);
      await eventually(() => recorder.hits.size > 20, 'hits');
      expect(await inflictAll(workers, run, { count, faults })).toBe(count);
      await eventually(async () => (await admitted()) >= cap, 'as many visits as the cap lets in');
      expect(await admitted()).toBe(cap);
      // What the last one to die had in flight is found out about.
      if (!mayBeUnknown) {
        const open = (await server.query(url, IN_FLIGHT)).map(({ id }) => id);
        const isLeft = async () => (await server.query(url, IN_FLIGHT)).some(({ id }) => open.includes(id));
        await eventually(async () => !(await isLeft()), 'what came of the requests in flight');
      }
      run.child.kill('SIGTERM');
      const finished = await run.finished;
      await workers.close();
      const { days, total } = jsonLines(finished);
      const { hits, visits, reasons } = total;
      // The day is told once, by whoever ended it.
      expect(days.map((day) => [day.hits, day.visits])).toEqual([[hits, visits]]);
      // The end takes back what was written down and had not left.
      expect(await admitted()).toBeLessThanOrEqual(cap);
      console.log(
        workers.log.join(' '),
        JSON.stringify({ hits, visits, reasons, recorded: recorder.hits.size }),
      );
      expect([...recorder.hits.values()].filter((times) => times > 1)).toEqual([]);
      expect(balanceOf(total)).toEqual(BALANCED);
      expect(endpoint.sink.recorded().visits).toBeLessThanOrEqual(cap);
      expect(endpoint.sink.recorded().visits).toBeGreaterThanOrEqual(visits.complete + visits.partial);
      expect(visits.complete).toBeGreaterThan(0);
      // Asked about and not found, while the process that had them may live; or a server that did not answer.
      const { 'in-doubt': inDoubt = 0, 'no-answer': unanswered = 0 } = reasons;
      expect(hits.unknown).toBe(inDoubt + unanswered);
      if (!mayBeUnknown) expect(inDoubt).toBe(0);
      expect(recorder.hits.size).toBeGreaterThanOrEqual(hits.accepted);
      expect(recorder.hits.size).toBeLessThanOrEqual(hits.accepted + hits.unknown);
      expectClean([finished, ...(await Promise.all(workers.running.map(({ finished: end }) => end)))]);
      await cluster.close();
    },
    LONGEST_MS,
  );
});

/** At 20 visits per second, none for so long means that nothing is sent any more. */
const QUIET_MS = 3_000;

/** Resolves with the count once it stays the same; fails after twenty looks. */
async function untilQuiet(count: () => number): Promise<number> {
  for (let left = 20; left > 0; left--) {
    const before = count();
    await delay(QUIET_MS);
    if (count() === before) return before;
  }
  throw new Error('waited in vain for the end of the hits');
}

interface ClusterView {
  readonly ledger: string | null;
  readonly workers: readonly { readonly isAlive: boolean; readonly shards: number }[];
  readonly runs: readonly {
    readonly id: number;
    readonly wish: string;
    readonly endedAt: string | null;
    readonly hits: Readonly<Record<string, number>>;
    readonly shards: readonly { readonly state: string }[];
  }[];
}

describe('a run that is left to workers', () => {
  it('is shown, paused and stopped from anywhere', async () => {
    const cluster = await openCluster(server, 'steered', { LEDGER_LEASE: '10' });
    const { place, recorder, workers, env } = cluster;
    const both = [workers.start(), workers.start()];
    await Promise.all(both.map((worker) => worker.stderrHolds('waits for runs')));
    const served = await serve(place, env);
    const view = async (): Promise<ClusterView> => JSON.parse((await served.ask('/api/v2/cluster')).text);
    const args = `run --detach --force --timezone ${zoneAtNoon()} --rate 20/s --shards 6 --timing compressed --url ${recorder.url}`;
    const created = await place.run(args.split(' '), env);
    expect(created.code, created.stderr).toBe(0);
    const id = Number(created.stdout);
    await eventually(() => recorder.hits.size > 20, 'hits of workers');
    const divided = async () =>
      (await view()).workers.filter(({ isAlive }) => isAlive).map(({ shards }) => shards);
    await expect.poll(divided).toEqual([3, 3]);
    const { ledger, runs } = await view();
    expect(ledger).not.toContain('owner-s3cret');
    expect(runs[0]).toMatchObject({ id, wish: 'run', endedAt: null });
    expect((await place.run(['pause', String(id)], env)).code).toBe(0);
    const paused = await untilQuiet(() => recorder.hits.size);
    expect((await place.run(['resume', String(id)], env)).code).toBe(0);
    await eventually(() => recorder.hits.size > paused, 'hits after the pause');
    const asked = await served.ask(`/api/v2/cluster/runs/${id}`, { method: 'POST', body: { wish: 'stop' } });
    expect(asked.status).toBe(202);
    for (let end = null; end === null; ) end = (await view()).runs[0]?.endedAt ?? null;
    const last = (await view()).runs[0];
    expect(last?.hits.accepted).toBe(recorder.hits.size);
    expect(last?.shards.map(({ state }) => state)).toEqual(new Array(6).fill('done'));
    expect((await place.run(['stop', String(id)], env)).code).toBe(2);
    served.running.child.kill('SIGTERM');
    await served.running.finished;
    await workers.close();
    for (const { stderr } of await Promise.all(both.map(({ finished }) => finished))) {
      const text = stderr.replaceAll(/\s+/g, ' ');
      expect(text).toContain(`run ${id}: pause requested`);
      expect(text).toContain(`run ${id}: resume requested`);
      expect(text).toContain(`run ${id}: stop requested`);
      expect(text.match(new RegExp(`run ${id}, shard \\d: done`, 'g'))).toHaveLength(3);
    }
    await cluster.close();
  });
});
