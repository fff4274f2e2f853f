/** Runs that the service starts over a ledger that workers share: shown with curve, summary and verification, steered from the page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, hitsRecordedBy, openEndpoint, SUPER_TOKEN } from '../../job/endpoint.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { jsonLines, Workplace } from '../../process/binary.ts';
import { type RunView, serve, until } from '../../process/service/served.ts';

/** Of a process that a test leaves behind. */
const LONGEST_MS = 900_000;

let server: PostgresServer;
const places: Workplace[] = [];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  for (const place of places) place.remove();
  await server?.remove();
});

interface Shared {
  readonly id: number;
  readonly state: string;
  readonly hits: Readonly<Record<string, number>>;
  readonly shards: readonly { readonly worker: number | null }[];
}

/** The service and two workers. */
async function open() {
  const place = new Workplace(LONGEST_MS);
  places.push(place);
  const endpoint = await openEndpoint();
  const env = {
    LEDGER_URL: await server.createDatabase(),
    LEDGER_LEASE: '10',
    MATOMO_TOKEN_AUTH: SUPER_TOKEN,
    MATOMO_URL: endpoint.url,
    TZ: 'UTC',
  };
  const workers = [place.start(['worker'], env), place.start(['worker'], env)];
  await Promise.all(workers.map((worker) => worker.stderrHolds('waits for runs')));
  const served = await serve(place, env);
  const shared = async (): Promise<Shared[]> => {
    const { json } = await served.ask('/api/v2/cluster');
    return (json as { runs: Shared[] }).runs;
  };
  return {
    ...{ place, endpoint, env, served, shared, workers },
    async close() {
      for (const { child } of [served.running, ...workers]) child.kill('SIGTERM');
      const ends = await Promise.all([served.running, ...workers].map(({ finished }) => finished));
      for (const { stdout, stderr } of ends) expect(stdout + stderr).not.toContain('owner-s3cret');
      await endpoint.sink.close();
    },
  };
}

const SHARED_LIVE = {
  TARGET_VISITS_PER_DAY: 1_000_000,
  visit_timing: 'compressed',
  pause_between_pvs_min: 0.1,
};

describe('a live run of the service over a shared ledger', () => {
  it('has progress and a curve, is paused and stopped, and is told with the sums of all workers', async () => {
    const { endpoint, served, shared, close } = await open();
    const { status, json } = await served.ask('/api/v2/runs', { body: { settings: SHARED_LIVE } });
    expect(status).toBe(201);
    const { id } = json as RunView;
    await until(served, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 100);
    const [run] = await shared();
    const owners = new Set(run?.shards.flatMap(({ worker }) => worker ?? []));
    // The service's own process and both workers.
    expect(owners.size).toBe(3);
    await served.ask(`/api/v2/runs/${id}/pause`, { method: 'POST' });
    await until(served, id, ({ state }) => state === 'paused');
    await served.ask(`/api/v2/runs/${id}/resume`, { method: 'POST' });
    await until(served, id, ({ state }) => state === 'running');
    const stopped = (await served.ask(`/api/v2/runs/${id}/stop`, { method: 'POST' })).json as RunView;
    expect(stopped).toMatchObject({ state: 'stopped', exitCode: 143 });
    expect(stopped.totals?.hits.accepted).toBe(hitsRecordedBy(endpoint));
    const summary = (await served.ask(`/api/v2/runs/${id}/summary`)).json;
    expect(summary).toMatchObject({ type: 'total', hits: stopped.totals?.hits });
    const points = (await served.ask(`/api/v2/runs/${id}/points`)).json as { accepted?: number[] };
    expect(JSON.stringify(points).length).toBeGreaterThan(100);
    const verified = await served.ask(`/api/v2/runs/${id}/verification`, { method: 'POST' });
    expect(verified.json).toMatchObject({ isEqual: true, exitCode: 0, errors: [] });
    expect((await shared())[0]).toMatchObject({ id: run?.id, state: 'stopped', hits: stopped.totals?.hits });
    await close();
  });
});

const WINDOW = {
  ...{ BACKFILL_START_DATE: '2026-10-01', BACKFILL_END_DATE: '2026-10-02' },
  ...{ TARGET_VISITS_PER_DAY: 150, BACKFILL_MAX_VISITS_PER_DAY: 0 },
};

describe('a backfill of the service over a shared ledger', () => {
  it('is verified by its number in the ledger, marks its days, and is sent again as another run', async () => {
    const { endpoint, served, shared, place, env, close } = await open();
    async function send(body: object): Promise<RunView> {
      const { json } = await served.ask('/api/v2/backfill-plans', { body });
      const { id: plan, digest, visits } = json as { id: number; digest: string; visits: number };
      const started = await served.ask(`/api/v2/backfill-plans/${plan}/confirm`, {
        body: { digest, visits },
      });
      expect(started.status, started.text).toBe(201);
      const { id } = started.json as RunView;
      return until(served, id, ({ state }) => !['starting', 'running'].includes(state));
    }
    const first = await send({ settings: WINDOW });
    expect(first).toMatchObject({ state: 'done', exitCode: 0, error: null });
    expect(first.totals?.visits).toMatchObject({ planned: 300, complete: 300 });
    const verified = await served.ask(`/api/v2/runs/${first.id}/verification`, { method: 'POST' });
    const [run] = await shared();
    expect(verified.json, verified.text).toMatchObject({ isEqual: true, results: [{ run: run?.id }] });
    const days = (
      await served.ask('/api/v2/backfill-days', {
        body: { settings: {}, from: '2026-09-30', to: '2026-10-03' },
      })
    ).json as { sent: { date: string; isFinished: boolean }[] };
    expect(days.sent.map(({ date, isFinished }) => [date, isFinished])).toEqual([
      ['2026-10-01', true],
      ['2026-10-02', true],
    ]);
    const again = await send({ settings: { ...WINDOW, BACKFILL_SEED: 'another' }, replay: 'again' });
    expect(again.state, again.error ?? '').toBe('done');
    expect((await shared()).map(({ hits }) => hits.accepted)).toEqual([
      again.totals?.hits.accepted,
      first.totals?.hits.accepted,
    ]);
    expect(hitsRecordedBy(endpoint)).toBe(
      (first.totals?.hits.accepted ?? 0) + (again.totals?.hits.accepted ?? 0),
    );
    const history = await place.run(['history', '--json'], env);
    expect(history.stdout.trimEnd().split('\n')).toHaveLength(2);
    await close();
  });

  it('marks days that a stop has cut off as not finished, and as finished once it was continued', async () => {
    const { endpoint, served, place, env, close } = await open();
    const days = async () => {
      const body = { settings: {}, from: '2026-09-30', to: '2026-10-03' };
      const { json } = await served.ask('/api/v2/backfill-days', { body });
      const { sent } = json as { sent: { date: string; isFinished: boolean }[] };
      return sent.map(({ date, isFinished }) => `${date} ${isFinished}`);
    };
    const args =
      `backfill --from 2026-10-01 --to 2026-10-02 --visits-per-day 150 --max-visits-per-day 0 --batch-size 5
      --shards 4 --rps 4 --detach --yes`.split(/\s+/);
    const created = await place.run(args, env);
    expect(created.code, created.stderr).toBe(0);
    const id = Number(created.stdout);
    await eventually(() => hitsRecordedBy(endpoint) > 20, 'hits');
    const stop = await served.ask(`/api/v2/cluster/runs/${id}`, { method: 'POST', body: { wish: 'stop' } });
    expect(stop.status).toBe(202);
    const isOver = async () => {
      const { json } = await served.ask('/api/v2/cluster');
      const { runs } = json as { runs: { id: number; endedAt: string | null }[] };
      return runs.some((run) => run.id === id && run.endedAt !== null);
    };
    await eventually(isOver, 'the end of the run');
    const cutOff = hitsRecordedBy(endpoint);
    expect(await days()).toContain('2026-10-01 false');
    expect((await days()).filter((day) => day.endsWith('true'))).toEqual([]);
    const plan = await served.ask('/api/v2/backfill-plans', { body: { settings: WINDOW } });
    expect(plan.json).toMatchObject({ code: 'days-sent-before' });

    const resumed = await place.run(`backfill --json --yes --rps 1000 --resume ${id}`.split(' '), env);
    expect(resumed.code, resumed.stderr).toBe(0);
    const { total } = jsonLines(resumed);
    expect(total.visits).toMatchObject({ planned: 300, complete: 300 });
    expect(hitsRecordedBy(endpoint)).toBe(total.hits.accepted);
    expect(total.hits.accepted).toBeGreaterThan(cutOff);
    expect(await days()).toEqual(['2026-10-01 true', '2026-10-02 true']);
    await close();
  });
});
