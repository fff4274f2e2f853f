/** A shared ledger that stays away, workers that do not fit a run, and where a password may not appear: with real processes. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Endpoint, eventually, hitsRecordedBy, openEndpoint, SUPER_TOKEN } from '../../job/endpoint.ts';
import { PASSWORD, type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { type Env, jsonLines, STACK, Workplace } from '../../process/binary.ts';
import { endAll, serve } from '../../process/service/served.ts';

/** Of a process that a test leaves behind. */
const LONGEST_MS = 900_000;

let server: PostgresServer;
let endpoint: Endpoint;
const places: Workplace[] = [];
beforeAll(async () => {
  server = await startPostgres();
  endpoint = await openEndpoint();
});
afterAll(async () => {
  for (const place of places) place.remove();
  await endpoint?.sink.close();
  await server?.remove();
});

async function open(): Promise<{ place: Workplace; url: string; env: Env }> {
  const place = new Workplace(LONGEST_MS);
  places.push(place);
  const url = await server.createDatabase();
  return {
    place,
    url,
    env: { LEDGER_URL: url, LEDGER_LEASE: '5', MATOMO_TOKEN_AUTH: SUPER_TOKEN, TZ: 'UTC' },
  };
}

const backfillTo = (site: number, more = '') =>
  `backfill --json --yes --shards 2 --url ${endpoint.url} --site-id ${site} --from 2026-10-01 --to 2026-10-02 --visits-per-day 200 --max-visits-per-day 0 --batch-size 10 --seed away ${more}`
    .trim()
    .split(' ');

describe('a ledger that is away for longer than LEDGER_TIMEOUT', () => {
  it('ends a backfill with code 3, and it is resumed with nothing lost and nothing twice', async () => {
    const { place, env } = await open();
    const sending = place.start(backfillTo(1, '--rps 4'), { ...env, LEDGER_TIMEOUT: '3' });
    await sending.until(() => hitsRecordedBy(endpoint) >= 40);
    await server.stop('immediate');
    const finished = await sending.finished;
    await server.start();
    expect(finished.code, finished.stderr).toBe(3);
    expect(finished.stderr).toMatch(
      /error: The ledger postgres:\/\/owner@\S+ did not answer for 3 s \(.+\)\./,
    );
    expect(finished.stderr).toContain('--resume');
    expect(finished.stderr).not.toMatch(STACK);
    expect(finished.stderr).not.toContain(PASSWORD);
    const sent = hitsRecordedBy(endpoint);
    // The run has not ended, though its creator is gone: it is joined, and goes on with its number.
    const [row] = (await place.run(['history', '--json'], env)).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(row).toMatchObject({ outcome: null });
    const resumed = await place.run(backfillTo(1, '--rps 100 --resume'), env);
    expect(resumed.stderr).toContain(`run ${row.id}: 2 shards`);
    expect(resumed.code, resumed.stderr).toBe(0);
    const { total } = jsonLines(resumed);
    expect(total.visits).toMatchObject({ planned: 400, complete: 400 });
    expect(hitsRecordedBy(endpoint)).toBe(total.hits.planned);
    expect(sent).toBeLessThan(total.hits.planned);
    expect((await place.run(['verify'], env)).code).toBe(0);
  });

  it('ends a worker with code 3', async () => {
    const { place, env } = await open();
    const worker = place.start(['worker'], { ...env, LEDGER_TIMEOUT: '3' });
    await worker.stderrHolds('waits for runs');
    await server.stop('immediate');
    const { code, stderr } = await worker.finished;
    await server.start();
    expect(code, stderr).toBe(3);
    expect(stderr).toContain('did not answer');
    expect(stderr).not.toContain(PASSWORD);
  });
});

describe('a service whose ledger is away', () => {
  it('says so within seconds, and does nothing of it later', async () => {
    const { place, env } = await open();
    const served = await serve(place, env);
    const ask = async (path: string, wish?: unknown) => {
      const { status, text } = await served.ask(path, wish === undefined ? {} : { body: { wish } });
      return [status, text] as const;
    };
    expect((await ask('/ready'))[0]).toBe(200);
    const created = await place.run([...backfillTo(7, '--detach')], env);
    const { run } = JSON.parse(created.stdout);
    await server.stop('immediate');
    for (const path of ['/ready', '/api/v2/cluster']) {
      expect(await ask(path)).toEqual([503, expect.stringContaining('did not answer')]);
    }
    expect((await ask(`/api/v2/cluster/runs/${run}`, 'stop'))[0]).toBe(503);
    await server.start();
    await expect.poll(async () => (await ask('/api/v2/cluster'))[0]).toBe(200);
    expect((await ask('/api/v2/cluster'))[1]).toContain('"wish":"run"');
    await expect.poll(async () => (await ask('/ready'))[0]).toBe(200);
    await endAll(served);
  });
});

describe('a worker that does not fit a run', () => {
  it.each([
    [
      'another version',
      "version = '0.0.9, plan 8'",
      /no part in run \d+: it was started by version 0\.0\.9, plan 8, and this worker is \S+, plan \d+/,
    ],
    [
      'another plan version',
      "version = replace(version, 'plan ', 'plan 9')",
      /no part in run \d+: it was started by version \S+, plan 9\d+, and this worker is/,
    ],
  ])('of %s is refused by name, and sends nothing', async (_what, change, message) => {
    const { place, url, env } = await open();
    const created = await place.run(backfillTo(2, '--detach'), env);
    expect(created.code).toBe(0);
    const show = ['history', 'show', String(JSON.parse(created.stdout).run)];
    expect((await place.run(show, env)).stdout).toContain(
      'waits for a worker: none of this ledger is running. Start one with trafficinator worker\n',
    );
    await server.query(url, `update trafficinator.shared_run set ${change}`);
    const worker = place.start(['worker'], env);
    await worker.stderrHolds('no part in run');
    // Whoever waits for the run need not look for the worker's log.
    const shown = () => place.run(show, env).then(({ stdout }) => stdout);
    await eventually(async () => (await shown()).includes('no part'), 'the reason');
    expect(await shown()).toMatch(
      new RegExp(`^ +no part {3}worker ${worker.child.pid} on \\S+: it was started by version`, 'm'),
    );
    worker.child.kill('SIGTERM');
    const { code, stderr } = await worker.finished;
    expect([code, stderr]).toEqual([0, expect.stringMatching(message)]);
    expect(endpoint.sink.recorded().sites[2]?.days ?? {}).toEqual({});
  });

  it('for its clock takes no part in a live run, and says by how much it is wrong', async () => {
    const { place, env } = await open();
    const live = `run --json --detach --shards 2 --url ${endpoint.url} --site-id 3 --rate 5/s --for 2s --force`;
    const created = await place.run(live.split(' '), env);
    expect(created.code, created.stderr).toBe(0);
    const ahead = 'data:text/javascript,const now = Date.now; Date.now = () => now() + 40000;';
    const worker = place.start(['worker'], { ...env, NODE_OPTIONS: `--import "${ahead}"` });
    await worker.stderrHolds(
      `no part in run ${JSON.parse(created.stdout).run}: the clock of this worker is `,
    );
    worker.child.kill('SIGTERM');
    await worker.finished;
    expect(endpoint.sink.recorded().sites[3]?.days ?? {}).toEqual({});
  });

  it('with another file of a plugin is refused by the name of the plugin', async () => {
    const { place, env } = await open();
    const source = (currency: string) =>
      `export default { name: 'shelves', apiVersion: 1, version: '1.0.0', description: 'shelves', setup: () => ({}) }; // ${currency}\n`;
    place.write('shelves.mjs', source('one'));
    const created = await place.run(backfillTo(2, '--plugin ./shelves.mjs --detach'), env);
    expect(created.code, created.stderr).toBe(0);
    place.write('shelves.mjs', source('two'));
    const worker = place.start(['worker'], env);
    await worker.stderrHolds('no part in run');
    worker.child.kill('SIGTERM');
    const { code, stderr } = await worker.finished;
    expect([code, stderr]).toEqual([0, expect.stringMatching(/no part in run \d+: .*shelves/)]);
  });
});

describe('a worker whose role may not claim shards', () => {
  it('tries for a while, ends with code 2 and says which rights it needs', async () => {
    const { place, url, env } = await open();
    expect((await place.run(['history'], env)).code).toBe(0);
    await server.query(
      url,
      "create role claimless login password 'cl4imless'; grant usage on schema trafficinator to claimless; grant select, insert, update, delete on all tables in schema trafficinator to claimless",
    );
    const LEDGER_URL = url.replace(`owner:${PASSWORD}`, 'claimless:cl4imless');
    const worker = place.start(['worker'], { ...env, LEDGER_URL });
    await worker.stderrHolds('waits for runs');
    await server.query(url, 'revoke update on trafficinator.counter from claimless');
    expect((await place.run(backfillTo(2, '--detach'), env)).code).toBe(0);
    const { code, stderr } = await worker.finished;
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be written')]);
    expect(stderr).toContain('select, insert, update');
    expect(stderr).not.toMatch(STACK);
    expect(endpoint.sink.recorded().sites[2]?.days ?? {}).toEqual({});
  });
});

/** Empty of a process that has ended. */
function processFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** Command lines of the process and of all that it has started. */
function titlesOf(pid: number): string[] {
  const children = processFile(pid, `task/${pid}/children`).split(' ').filter(Boolean);
  return [processFile(pid, 'cmdline'), ...children.flatMap((child) => titlesOf(Number(child)))].filter(
    (title) => title !== '',
  );
}

describe('the password of the ledger', () => {
  it('is in no title, log, error or file, with a role that may only read and write rows', async () => {
    const { place, url, env } = await open();
    expect((await place.run(['history'], env)).code).toBe(0);
    await server.query(
      url,
      "create role narrow login password 'n4rrow-secret'; grant usage on schema trafficinator to narrow; grant select, insert, update, delete on all tables in schema trafficinator to narrow",
    );
    place.write('ledger.url', url.replace(`owner:${PASSWORD}`, 'narrow:n4rrow-secret'));
    const { LEDGER_URL: _, ...others } = env;
    const narrow = { ...others, LEDGER_URL_FILE: place.file('ledger.url'), LOG_LEVEL: 'debug' };
    const worker = place.start(['worker'], narrow);
    await worker.stderrHolds('waits for runs');
    const served = place.start(['serve', '--port', '0'], narrow);
    const sending = place.start(
      backfillTo(2, '--rps 10 --verbose --report report.html --summary summary.json'),
      narrow,
    );
    await sending.stderrHolds('shared with all workers');
    const titles = [worker, served, sending].flatMap(({ child }) => titlesOf(child.pid ?? 0));
    expect(titles.length).toBeGreaterThanOrEqual(3);
    const finished = await sending.finished;
    expect(finished.code, finished.stderr).toBe(0);
    worker.child.kill('SIGTERM');
    served.child.kill('SIGTERM');
    const ends = await Promise.all([worker.finished, served.finished]);
    const flag = await place.run(['history', '--ledger', url], others);
    expect([flag.code, flag.stderr]).toEqual([
      2,
      expect.stringContaining('--ledger must not contain a password'),
    ]);
    const wrong = await place.run(['history'], {
      ...others,
      LEDGER_URL: url.replace(PASSWORD, 'wr0ng-secret'),
    });
    expect(wrong.code).toBe(2);
    const said = [finished, ...ends, flag, wrong].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    const files = readdirSync(place.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'ledger.url')
      .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'latin1'));
    for (const text of [...titles, ...said, ...files])
      expect(text).not.toMatch(/n4rrow-secret|owner-s3cret|wr0ng-secret/);
  });
});
