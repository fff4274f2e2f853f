import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { askAt } from '../../server/harness.ts';
import { SUPER_TOKEN, Workplace, withTarget } from '../binary.ts';
import { endAll, goneAfter, type RunView, serve, until } from './served.ts';

const places: Workplace[] = [];
afterEach(() => {
  for (const place of places.splice(0)) place.remove();
});

function newPlace(): Workplace {
  const place = new Workplace();
  places.push(place);
  return place;
}

/** Another user's, which the endpoint takes as well. */
const OTHER = 'b'.repeat(32);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
}

/** None of a file that is gone meanwhile: runs are at work. */
function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function childrenOf(pid = 0): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

const FAST = { TARGET_VISITS_PER_DAY: 400_000, visit_timing: 'compressed', pause_between_pvs_min: 0.1 };

describe('serve', () => {
  it('starts, pauses, resumes and stops a run that Matomo sees', () =>
    withTarget(async ({ url, sink }) => {
      const served = await serve(newPlace(), { MATOMO_TOKEN_AUTH: SUPER_TOKEN });
      const settings = { ...FAST, MATOMO_URL: url };
      const { status, json } = await served.ask('/api/v2/runs', { body: { preset: 'light', settings } });
      expect(status).toBe(201);
      const { id } = json as RunView;
      await until(served, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 0);
      await served.ask(`/api/v2/runs/${id}/pause`, { method: 'POST' });
      await until(served, id, ({ state }) => state === 'paused');
      await served.ask(`/api/v2/runs/${id}/resume`, { method: 'POST' });
      await until(served, id, ({ state }) => state === 'running');
      const second = await served.ask('/api/v2/runs', { body: { settings } });
      expect(second.status).toBe(409);
      const stopped = (await served.ask(`/api/v2/runs/${id}/stop`, { method: 'POST' })).json as RunView;
      expect(stopped).toMatchObject({ state: 'stopped', exitCode: 143, error: null });
      expect(stopped.totals?.hits.accepted).toBe(sink.recorded().recorded);
      const summary = await served.ask(`/api/v2/runs/${id}/summary`);
      expect(summary.json).toMatchObject({ type: 'total', hits: stopped.totals?.hits });
      expect((await served.ask(`/api/v2/runs/${id}/report`)).text).toContain('<!doctype html>');
      await endAll(served);
    }));

  it('shows thresholds, declared events and the next visit of a run that waits', () =>
    withTarget(async ({ url }) => {
      const served = await serve(newPlace(), { MATOMO_TOKEN_AUTH: SUPER_TOKEN });
      const settings = {
        MATOMO_URL: url,
        TIMEZONE: 'UTC',
        TARGET_VISITS_PER_DAY: 12,
        THRESHOLDS: 'latency.p95 < 800 ms',
        DECLARED_EVENTS: 'holiday 2026-12-24..2026-12-25 x0.5',
      };
      const { id } = (await served.ask('/api/v2/runs', { body: { settings } })).json as RunView;
      const { targets, thresholds } = await until(
        served,
        id,
        ({ targets: [target] }) => (target?.nextVisit ?? null) !== null,
      );
      expect(thresholds).toEqual([
        expect.objectContaining({ metric: 'latency.p95', comparator: '<', limit: 800, unit: 'ms' }),
      ]);
      const [target] = targets;
      expect(Date.parse(target?.nextVisit?.at ?? '')).toBeGreaterThan(Date.now());
      expect(target?.nextVisit?.why).toMatch(/./);
      const holiday = { kind: 'days', from: '2026-12-24T00:00:00.000Z', to: '2026-12-26T00:00:00.000Z' };
      expect(target?.declaredEvents).toEqual([{ ...holiday, factor: 0.5 }]);
      await served.ask(`/api/v2/runs/${id}/stop`, { method: 'POST' });
      const ended = (await served.ask(`/api/v2/runs/${id}`)).json as RunView;
      expect(ended.targets[0]).toMatchObject({ declaredEvents: [holiday] });
      expect(ended.thresholds).toHaveLength(1);
      await endAll(served);
    }));

  it('serves the script of earlier clients: status, start, stop, restart and logs', () =>
    withTarget(async ({ url }) => {
      const env = { MATOMO_TOKEN_AUTH: SUPER_TOKEN, MATOMO_URL: url, TARGET_VISITS_PER_DAY: '400000' };
      const served = await serve(newPlace(), env);
      const post = async (path: string) => (await served.ask(path, { method: 'POST' })).json;
      expect(await post('/api/start')).toMatchObject({
        success: true,
        message: 'Container started successfully; start signal sent',
        state: 'running',
        status: 'running',
      });
      expect(await post('/api/start')).toMatchObject({ success: true, state: 'running' });
      const { json } = await served.ask('/api/status');
      expect(json).toMatchObject({
        container: { state: 'running', name: 'matomo-loadgen' },
        config: { MATOMO_TOKEN_AUTH: '***MASKED***', TARGET_VISITS_PER_DAY: '400000' },
        stats: { current_rate: expect.stringMatching(/^\d+\.\d\d\/sec$/) },
      });
      expect(await post('/api/restart?timeout=5')).toMatchObject({ success: true, state: 'running' });
      expect(await post('/api/stop')).toMatchObject({ success: true, state: 'stopped' });
      expect(await post('/api/stop')).toMatchObject({ message: 'Container is already stopped' });
      const logs = (await served.ask('/api/logs?lines=50')).json as { logs: string; lines_returned: number };
      expect(logs.logs).toMatch(/^\d{4}-\d\d-\d\dT/);
      expect(logs.logs).not.toContain(SUPER_TOKEN);
      const given = {
        settings: { ...FAST, MATOMO_URL: url, MATOMO_TOKEN_AUTH: OTHER },
        rememberTokens: true,
      };
      const { id } = (await served.ask('/api/v2/runs', { body: given })).json as RunView;
      await until(served, id, ({ state }) => state === 'running' || state === 'failed');
      const texts = [`/api/v2/runs/${id}`, `/api/v2/runs/${id}/settings`, '/api/v2/logs', '/api/v2/audit'];
      for (const path of texts) expect((await served.ask(path)).text).not.toContain(OTHER);
      const restartable = filesBelow(served.place.path);
      expect(restartable.length).toBeGreaterThan(8);
      for (const path of restartable) {
        const bytes = bytesOf(path);
        expect([path, bytes.includes(SUPER_TOKEN) || bytes.includes(OTHER)]).toEqual([path, false]);
      }
      await endAll(served);
    }));
});

describe('a backfill', () => {
  it('goes to a target that was checked, is stopped, goes on to its end, and is what Matomo shows', () =>
    withTarget(async ({ url, sink, faults }) => {
      const served = await serve(newPlace(), { MATOMO_TOKEN_AUTH: SUPER_TOKEN, MATOMO_URL: url });
      const checked = await served.ask('/api/v2/targets/check', { body: {} });
      expect(checked.json).toMatchObject({ exitCode: 0 });
      const settings = {
        BACKFILL_START_DATE: '2026-10-01',
        BACKFILL_END_DATE: '2026-10-01',
        BACKFILL_RPS_LIMIT: 4,
        BACKFILL_BATCH_SIZE: 10,
        CONCURRENCY: 1,
        TARGET_VISITS_PER_DAY: 60,
        BACKFILL_MAX_VISITS_PER_DAY: 60,
      };
      const plan = await served.ask('/api/v2/backfill-plans', { body: { settings } });
      const { id: planId, digest, visits } = plan.json as { id: number; digest: string; visits: number };
      expect(plan.json).toMatchObject({
        // As the site says it, and not as the settings assume it.
        targets: [{ site: 1, timezone: 'UTC' }],
        currency: 'EUR',
        volume: { mode: 'exact', setPerDay: 60, perDay: 60, hasToday: false, isCutOff: false },
        sending: { requestsPerSecond: 4 },
      });
      expect(plan.json).toMatchObject({ orders: expect.any(Number), revenue: expect.any(Number) });
      const confirm = `/api/v2/backfill-plans/${planId}/confirm`;
      // It takes half a minute, so that it is at work when it is stopped.
      faults.latencyMs = 1000;
      const { id } = (await served.ask(confirm, { body: { digest, visits } })).json as RunView;
      await until(served, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 20);
      await served.ask(`/api/v2/runs/${id}/stop`, { method: 'POST' });
      const stopped = (await served.ask(`/api/v2/runs/${id}`)).json as RunView;
      expect(stopped).toMatchObject({ state: 'stopped', exitCode: 143 });
      expect(sink.recorded().visits).toBeLessThan(visits);
      faults.latencyMs = 0;
      expect((await served.ask(`/api/v2/runs/${id}/resume-backfill`, { method: 'POST' })).status).toBe(200);
      const done = await until(served, id, ({ state }) => state === 'done' || state === 'failed');
      expect(done).toMatchObject({ state: 'done', exitCode: 0 });
      expect(sink.recorded().visits).toBe(visits);
      const again = await served.ask(`/api/v2/runs/${id}/resume-backfill`, { method: 'POST' });
      expect(again.status).toBe(409);
      const verified = await served.ask(`/api/v2/runs/${id}/verification`, { method: 'POST' });
      expect(verified.json).toMatchObject({ isEqual: true, exitCode: 0 });
      const { columns } = (await served.ask(`/api/v2/runs/${id}/points`)).json as {
        columns: { accepted: number[] };
      };
      expect(columns.accepted.reduce((sum, count) => sum + count, 0)).toBe(done.totals?.hits.accepted);
      await endAll(served);
    }));
});

describe('previews', () => {
  it('come from a process that plans, which is started anew when it is gone', async () => {
    const served = await serve(newPlace());
    const ask = (settings: unknown) =>
      served.ask('/api/v2/previews', { body: { preset: 'heavy', settings } });
    expect((await ask({})).json).toMatchObject({ visits: 50_000, sample: { visits: 1000, of: 50_000 } });
    const planners = childrenOf(served.running.child.pid);
    expect(planners).toHaveLength(1);
    process.kill(planners[0] ?? 0, 'SIGKILL');
    await goneAfter(planners[0] ?? 0);
    expect((await ask({ SEED: 'two' })).json).toMatchObject({ visits: 50_000 });
    const [planner = 0] = childrenOf(served.running.child.pid);
    served.running.child.kill('SIGKILL');
    await served.running.finished;
    await goneAfter(planner);
  });
});

describe('the control service of deploy/compose.yaml', () => {
  it('starts with its command, and answers to its health check', async () => {
    const { services } = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true });
    const [command, ...flags] = services.serve.command as string[];
    expect(command).toBe('serve');
    const served = await serve(newPlace(), {}, flags);
    const { port } = new URL(served.url);
    expect((await askAt(`http://127.0.0.1:${port}/health`, {})).status).toBe(200);
    expect((await served.ask('/api/status')).status).toBe(200);
    await endAll(served);
  });
});
