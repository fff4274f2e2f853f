import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteLedger } from '../../../src/ledger/sqlite/sqlite-ledger.ts';
import { SUPER_TOKEN, Workplace, withTarget } from '../binary.ts';
import { endAll, goneAfter, type RunView, type Served, serve, until } from './served.ts';

const places: Workplace[] = [];
afterEach(() => {
  for (const place of places.splice(0)) place.remove();
});

function newPlace(): Workplace {
  const place = new Workplace();
  places.push(place);
  return place;
}

const ENV = { MATOMO_TOKEN_AUTH: SUPER_TOKEN };
const LIVE = { TARGET_VISITS_PER_DAY: 400_000, visit_timing: 'compressed', pause_between_pvs_min: 0.1 };
const WINDOW = { BACKFILL_START_DATE: '2026-10-01', BACKFILL_END_DATE: '2026-10-02', BACKFILL_RPS_LIMIT: 10 };
const BACKFILL = {
  ...WINDOW,
  TARGET_VISITS_PER_DAY: 400,
  BACKFILL_MAX_VISITS_PER_DAY: 400,
  BACKFILL_BATCH_SIZE: 50,
};

async function untilRunIsInLedger(path: string, id: number): Promise<void> {
  for (;;) {
    const ledger = await openSqliteLedger(path);
    const [newest] = await ledger.runs({ limit: 1 });
    await ledger.close();
    if ((newest?.id ?? 0) >= id) return;
    // The endpoint is in this process, and must be able to answer.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a service that is killed', () => {
  it('leaves no process of a live run, and goes on with it when it is back', () =>
    withTarget(async ({ url, sink }) => {
      const place = newPlace();
      const first = await serve(place, { ...ENV, MATOMO_URL: url });
      const { json } = await first.ask('/api/v2/runs', { body: { settings: LIVE } });
      const { id } = json as RunView;
      const before = await until(first, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 3);
      // What is asked for is on the disk.
      await first.ask(`/api/v2/runs/${id}/points`);
      const planned = before.totals?.visits.planned ?? 0;
      first.running.child.kill('SIGKILL');
      await first.running.finished;
      // The response timeout is 30 s; a target that answers ends it at once.
      expect(await goneAfter(before.pid ?? 0)).toBeLessThan(20_000);
      const recorded = sink.recorded().recorded;
      const pointsOf = async (served: Served) =>
        (await served.ask(`/api/v2/runs/${id}/points`)).json as { columns: { atMs: number[] } };
      const startMs = Date.now();
      const second = await serve(place, { ...ENV, MATOMO_URL: url });
      const again = await until(second, id, ({ state }) => state === 'running');
      expect(again.pid).not.toBe(before.pid);
      // The process that was left alone has sent more than the killed service knew, and the ledger has it.
      expect(again.totals?.hits).toMatchObject({ unknown: 0 });
      expect(again.totals?.hits.accepted).toBeGreaterThanOrEqual(recorded);
      const later = await until(second, id, () => sink.recorded().recorded > recorded);
      expect(later.totals?.visits.planned).toBeGreaterThanOrEqual(planned);
      const [oldest = 0] = (await pointsOf(second)).columns.atMs;
      expect(oldest).toBeLessThan(startMs);
      const logs = (await second.ask('/api/v2/logs')).text;
      expect(logs).toContain('continues: the service was not running');
      await second.ask(`/api/v2/runs/${id}/stop`, { method: 'POST' });
      await endAll(second);
    }));

  it('resumes a backfill, with nothing lost and nothing twice', () =>
    withTarget(async ({ url, sink }) => {
      const place = newPlace();
      const first = await serve(place, { ...ENV, MATOMO_URL: url });
      const plan = (await first.ask('/api/v2/backfill-plans', { body: { settings: BACKFILL } })).json as {
        id: number;
        digest: string;
        visits: number;
      };
      const { digest, visits } = plan;
      const confirm = `/api/v2/backfill-plans/${plan.id}/confirm`;
      const { id } = (await first.ask(confirm, { body: { digest, visits } })).json as RunView;
      expect((await first.ask(confirm, { body: { digest, visits } })).status).toBe(409);
      const before = await until(first, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 60);
      process.kill(before.pid ?? 0, 'SIGKILL');
      first.running.child.kill('SIGKILL');
      await first.running.finished;
      const second = await serve(place, { ...ENV, MATOMO_URL: url });
      const done = await until(second, id, ({ state }) => state === 'done' || state === 'failed');
      expect(done).toMatchObject({ state: 'done', exitCode: 0 });
      expect(sink.recorded().visits).toBe(visits);
      await endAll(second);
    }));
});

describe('a backfill that is sent again', () => {
  it('has every visit once more, also where its process is killed as soon as the ledger knows of it', () =>
    withTarget(async ({ url, sink }) => {
      const place = newPlace();
      const served = await serve(place, { ...ENV, MATOMO_URL: url });
      const few = { TARGET_VISITS_PER_DAY: 60, BACKFILL_MAX_VISITS_PER_DAY: 60, BACKFILL_BATCH_SIZE: 20 };
      const prepareAndConfirm = async (seed: number, more: object) => {
        const settings = { ...BACKFILL, ...few, BACKFILL_SEED: seed };
        const plan = await served.ask('/api/v2/backfill-plans', { body: { settings, ...more } });
        const { id, digest, visits } = plan.json as { id: number; digest: string; visits: number };
        const confirm = `/api/v2/backfill-plans/${id}/confirm`;
        const run = (await served.ask(confirm, { body: { digest, visits } })).json as RunView;
        return { id: run.id, visits };
      };
      const isOver = ({ state }: RunView) => state === 'done' || state === 'failed';
      const first = await prepareAndConfirm(1, {});
      await until(served, first.id, isOver);
      expect(sink.recorded().visits).toBe(first.visits);
      const replay = await prepareAndConfirm(2, { replay: 'again' });
      await untilRunIsInLedger(place.file('ledger.db'), 2);
      const { pid } = (await served.ask(`/api/v2/runs/${replay.id}`)).json as RunView;
      process.kill(pid ?? 0, 'SIGKILL');
      const done = await until(served, replay.id, isOver);
      expect(done).toMatchObject({ state: 'done', restarts: 1 });
      expect(sink.recorded().visits).toBe(2 * first.visits);
      await endAll(served);
    }));
});

describe('a process of a job that is killed', () => {
  it('is started again, and its last words are told', () =>
    withTarget(async ({ url }) => {
      const served = await serve(newPlace(), { ...ENV, MATOMO_URL: url });
      const { id } = (await served.ask('/api/v2/runs', { body: { settings: LIVE } })).json as RunView;
      const before = await until(served, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 3);
      process.kill(before.pid ?? 0, 'SIGKILL');
      const after = await until(served, id, ({ state, restarts }) => state === 'running' && restarts === 1);
      expect(after.pid).not.toBe(before.pid);
      expect((await served.ask('/api/v2/logs?level=error')).text).toContain('SIGKILL');
      await served.ask(`/api/v2/runs/${id}/stop`, { method: 'POST' });
      await endAll(served);
    }));
});

describe('a service that is ended', () => {
  it('by SIGTERM drains its jobs, and goes on with them later', () =>
    withTarget(async ({ url }) => {
      const place = newPlace();
      const first = await serve(place, { ...ENV, MATOMO_URL: url });
      const { id } = (await first.ask('/api/v2/runs', { body: { settings: LIVE } })).json as RunView;
      const { pid } = await until(first, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 3);
      first.running.child.kill('SIGTERM');
      expect((await first.running.finished).code).toBe(0);
      expect(await goneAfter(pid ?? 0)).toBeLessThan(20_000);
      const second = await serve(place, { ...ENV, MATOMO_URL: url });
      await until(second, id, ({ state }) => state === 'running');
      second.running.child.kill('SIGINT');
      expect((await second.running.finished).code).toBe(130);
      const third = await serve(place, { ...ENV, MATOMO_URL: url });
      const ended = (await third.ask(`/api/v2/runs/${id}`)).json as RunView;
      expect(ended).toMatchObject({ state: 'stopped', isWanted: false });
      await endAll(third);
    }));
});

describe('a service that is killed without having kept the token of', () => {
  it('a backfill lets it wait for the token, and goes on where it stopped when that is there', () =>
    withTarget(async ({ url, sink }) => {
      const place = newPlace();
      const first = await serve(place, { MATOMO_URL: url });
      const settings = { ...BACKFILL, ...ENV };
      const plan = (await first.ask('/api/v2/backfill-plans', { body: { settings } })).json as {
        id: number;
        digest: string;
        visits: number;
      };
      const { digest, visits } = plan;
      const tokens = ENV;
      const confirm = `/api/v2/backfill-plans/${plan.id}/confirm`;
      const { id } = (await first.ask(confirm, { body: { digest, visits, tokens } })).json as RunView;
      const before = await until(first, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 60);
      // What is asked for is on the disk.
      await first.ask(`/api/v2/runs/${id}/points`);
      process.kill(before.pid ?? 0, 'SIGKILL');
      first.running.child.kill('SIGKILL');
      await first.running.finished;
      const second = await serve(place, { MATOMO_URL: url });
      const waiting = await until(second, id, ({ state }) => state === 'needs-token');
      expect(waiting).toMatchObject({ isEnded: false, missingTokens: ['MATOMO_TOKEN_AUTH'], error: null });
      expect(waiting.totals?.hits).toMatchObject({ unknown: 0 });
      const resume = `/api/v2/runs/${id}/resume-backfill`;
      expect((await second.ask(resume, { body: {} })).status).toBe(409);
      expect((await second.ask(resume, { body: { tokens } })).status).toBe(200);
      const done = await until(second, id, ({ state }) => state === 'done' || state === 'failed');
      expect(done).toMatchObject({ state: 'done', exitCode: 0 });
      expect(sink.recorded().visits).toBe(visits);
      await endAll(second);
    }));

  it('a live run goes on with its timezone and currency, and says since when it has no token', () =>
    withTarget(async ({ url }) => {
      const place = newPlace();
      const first = await serve(place, { MATOMO_URL: url });
      const settings = { ...LIVE, ...ENV };
      const { id } = (await first.ask('/api/v2/runs', { body: { settings } })).json as RunView;
      const before = await until(first, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 3);
      expect(before).toMatchObject({ withoutTokensSince: null });
      const sitesOf = async (served: Served) => {
        const { targets } = (await served.ask(`/api/v2/runs/${id}`)).json as {
          targets: { timezone: string; currency: string }[];
        };
        return targets.map(({ timezone, currency }) => ({ timezone, currency }));
      };
      const sites = await sitesOf(first);
      first.running.child.kill('SIGKILL');
      await first.running.finished;
      const second = await serve(place, { MATOMO_URL: url });
      const again = await until(second, id, ({ state }) => state === 'running');
      expect(again).toMatchObject({ withoutTokensSince: expect.any(String) });
      expect(await sitesOf(second)).toEqual(sites);
      // Not those that are taken where nobody knows better.
      expect(sites).toEqual([{ timezone: 'UTC', currency: 'EUR' }]);
      await second.ask(`/api/v2/runs/${id}/stop`, { method: 'POST' });
      await endAll(second);
    }));
});
