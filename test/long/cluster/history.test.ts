/** Runs that workers share as users see them: one row, one number, one summary, for `history`, `verify`, `stop` and `--resume`. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Endpoint, hitsRecordedBy, openEndpoint, SUPER_TOKEN } from '../../job/endpoint.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { type Env, type Finished, jsonLines, Workplace, zoneAtNoon } from '../../process/binary.ts';

/** Of a process that a test leaves behind. */
const LONGEST_MS = 900_000;

let server: PostgresServer;
let place: Workplace;
let endpoint: Endpoint;
let env: Env;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await endpoint?.sink.close();
  place?.remove();
  await server?.remove();
});

/** An endpoint and a ledger of its own. */
async function open(): Promise<void> {
  await endpoint?.sink.close();
  place?.remove();
  place = new Workplace(LONGEST_MS);
  endpoint = await openEndpoint();
  const LEDGER_URL = await server.createDatabase();
  env = { LEDGER_URL, LEDGER_LEASE: '5', MATOMO_TOKEN_AUTH: SUPER_TOKEN, TZ: 'UTC' };
}

const words = (line: string) => line.split(/\s+/);
const run = (line: string): Promise<Finished> => place.run(words(line), env);

async function json(line: string) {
  const { code, stdout, stderr } = await run(line);
  expect(code, stderr).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text));
}

const backfillOf = (seed: string) =>
  `backfill --json --yes --url ${endpoint.url} --from 2026-10-01 --to 2026-10-03 --visits-per-day 200 --max-visits-per-day 0 --seed ${seed}`;

/** A little of the run has been sent. */
async function untilSent(hits: number): Promise<void> {
  for (let left = 1800; hitsRecordedBy(endpoint) < hits; left--) {
    if (left === 0) throw new Error('waited in vain for hits');
    await delay(100);
  }
}

describe('a backfill that workers have shared', () => {
  it('is one row with the sums of all shards, and shows the summary that was printed', async () => {
    await open();
    const sent = await run(`${backfillOf('one')} --report report.html`);
    expect(sent.code, sent.stderr).toBe(0);
    const { days, total } = jsonLines(sent);
    const rows = await json('history --json');
    expect(rows).toHaveLength(1);
    const [row] = rows;
    expect(row).toMatchObject({
      ...{ type: 'run', command: 'backfill', outcome: 'done', shards: 24, shard: '1/1', seed: 'one' },
      ...{ plannedVisits: 600, visits: total.visits, hits: total.hits, trafficDigest: total.digest },
    });
    const [shown] = await json(`history show ${row.id} --json`);
    expect(shown.summary).toEqual(total);
    expect(
      shown.days.map(({ date, counts }: { date: string; counts: object }) => ({ date, ...counts })),
    ).toMatchObject(
      days.map(({ date, visits, hits, reasons, funnels, ...day }) => ({
        ...{ date, visits, hits, reasons, funnels, cutOffVisits: day.cutOffVisits, kinds: day.kinds },
        ...{ acceptedNow: day.acceptedNow, retries: day.retries, requests: day.requests },
        ...{ abandonedCarts: day.abandonedCarts, revenueCents: Math.round(day.revenue * 100) },
      })),
    );
    const text = (await run(`history show ${row.id}`)).stdout;
    expect(text).toContain('600 planned: 600 complete');
    expect(text).toContain(`digest     ${total.digest}`);
    expect(place.read('report.html')).toContain('600');

    for (const which of ['', `--run ${row.id}`]) {
      const [verified] = await json(`verify --json ${which}`.trim());
      expect(verified).toMatchObject({ run: row.id, equal: true });
    }
    // A shard has a number too.
    const [shard] = await json(`history show ${row.id + 1} --json`);
    expect(shard).toMatchObject({ sharedRun: row.id });
    expect((await run('history show 999')).code).toBe(2);
  });

  it('is found to differ where Matomo has other visits than those of all shards', async () => {
    const { LEDGER_URL: _, ...alone } = env;
    const other = await place.run(words(backfillOf('other').replace(/--to \S+/, '--to 2026-10-01')), alone);
    expect(other.code, other.stderr).toBe(0);
    const verified = await run('verify --json');
    expect(verified.code, verified.stderr).toBe(7);
    expect(JSON.parse(verified.stdout)).toMatchObject({ equal: false });
  });

  it('is stopped by its number and resumed by it: the summaries say how far it came, then all of it', async () => {
    await open();
    const sending = place.start(
      words(`${backfillOf('two')} --shards 4 --rps 1 --batch-size 20 --visits-per-day 100`),
      env,
    );
    await untilSent(40);
    const [running] = await json('history --json');
    expect(running).toMatchObject({ outcome: null, endedMs: null, plannedVisits: 300 });
    expect(running.progress).toMatchObject({ state: 'running', done: 0 });
    // Counts are written once a second.
    const show = await vi.waitFor(async () => {
      const { stdout } = await run(`history show ${running.id}`);
      expect(stdout).toContain('goes on: so far,');
      return stdout;
    }, 60_000);
    expect(show).toMatch(/ shards +4: \d taken by 1 worker, 0 done, \d free\n/);
    expect(show).not.toContain('unknown');
    expect((await run(`stop ${running.id}`)).code).toBe(0);
    const stopped = await sending.finished;
    expect(stopped.code, stopped.stderr).toBe(143);
    expect(stopped.stderr).toMatch(
      new RegExp(`of 300 visits .* Continue: trafficinator backfill --shards 4 --resume ${running.id}\n`),
    );
    const { total } = jsonLines(stopped);
    expect(total.endedBy).toBe('signal');
    const [shown] = await json(`history show ${running.id} --json`);
    expect(shown.outcome).toBe('stopped');
    expect(shown.summary).toEqual(total);
    expect((await run(`stop ${running.id}`)).code).toBe(2);
    const rest = (await run(`history show ${running.id}`)).stdout;
    expect(rest).toMatch(/ not begun +\d+ of 300 visits\n/);
    expect(rest).toContain(`trafficinator backfill --resume ${running.id}\n`);
    const more = await run(`resume ${running.id}`);
    expect([more.code, more.stderr]).toEqual([
      2,
      expect.stringContaining(`trafficinator backfill --resume ${running.id}.`),
    ]);

    const again = await run(`${backfillOf('two')} --shards 4 --visits-per-day 100`);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain(`run ${running.id} (2026-10-01 to 2026-10-03`);
    const resumed = await run(`backfill --json --yes --shards 4 --rps 100 --resume ${running.id}`);
    expect(resumed.code, resumed.stderr).toBe(0);
    const whole = jsonLines(resumed).total;
    expect(whole.visits).toMatchObject({ planned: 300, complete: 300 });
    const [last, first, ...others] = await json('history --json');
    expect(others).toEqual([]);
    expect(last).toMatchObject({ outcome: 'done', hits: whole.hits });
    expect(first).toMatchObject({ id: running.id, outcome: 'stopped', hits: total.hits });
    const [verified] = await json('verify --json');
    expect(verified).toMatchObject({ run: last.id, equal: true });
    // The days are named by the run that has finished them.
    const overlap = await run(`${backfillOf('three')} --shards 4 --visits-per-day 100`);
    expect(overlap.stderr).toContain(`run ${last.id} (2026-10-01 to 2026-10-03`);
    const nothing = await run(`backfill --json --yes --shards 4 --resume ${last.id}`);
    expect(nothing.code, nothing.stderr).toBe(0);

    const third = await run(`${backfillOf('two')} --shards 4 --visits-per-day 100 --again --detach`);
    expect(third.code, third.stderr).toBe(0);
    expect(third.stderr).toMatch(/with this seed before \(run \d+\)/);
  });
});

describe('a run that is left to workers', () => {
  it('has one summary while it runs and after, though nobody has waited for it', async () => {
    await open();
    const worker = place.start(['worker'], env);
    const created = await run(
      `run --detach --force --timezone ${zoneAtNoon()} --rate 20/s --shards 4 --timing compressed --url ${endpoint.url}`,
    );
    const id = Number(created.stdout);
    await untilSent(60);
    const [running] = await json(`history show ${id} --json`);
    expect(running).toMatchObject({ command: 'run', outcome: null, shards: 4 });
    expect(running.summary.hits.accepted).toBeGreaterThan(0);
    expect((await run(`stop ${id}`)).code).toBe(0);
    let shown = running;
    for (let left = 100; shown.endedMs === null && left > 0; left--)
      [shown] = await json(`history show ${id} --json`);
    expect(shown.outcome).toBe('stopped');
    expect(shown.summary.hits.accepted).toBe(hitsRecordedBy(endpoint));
    const { planned, ...ended } = shown.summary.hits;
    expect(Object.values<number>(ended).reduce((sum, count) => sum + count, 0)).toBe(planned);
    expect((await run('verify')).code).toBe(0);
    worker.child.kill('SIGTERM');
    expect((await worker.finished).code).toBe(0);
  });

  it('is told to have sent nothing where it was stopped before any worker came', async () => {
    await open();
    const created = await run(`${backfillOf('none')} --detach`);
    const { run: id } = JSON.parse(created.stdout);
    expect((await run(`stop ${id}`)).code).toBe(0);
    const [shown] = await json(`history show ${id} --json`);
    expect(shown).toMatchObject({ outcome: 'stopped', plannedVisits: 600, hits: { planned: 0 } });
    expect((await run(`history show ${id}`)).stdout).toContain('Nothing was sent');
    expect((await run('verify')).code).toBe(2);
  });
});
