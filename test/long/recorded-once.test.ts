/**
 * Backfills of fresh days against a server that fails now and then: recorded is what was planned, nothing twice, nothing
 * unknown. By default the server is the embedded endpoint, with deadlocks at a tenth of the bulk requests. MATOMO_TEST_URL
 * (with MATOMO_TEST_TOKEN, and MATOMO_TEST_SITES such as `2:Europe/Stockholm,3:America/New_York`) names a real one,
 * which shows its own failures; MATOMO_TEST_ROUNDS says how many backfills, and as many kills, of each site.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandomSource } from '../../src/plan/random.ts';
import type { Summary } from '../../src/report/summary.ts';
import { addFault } from '../../src/sink/fault-modes.ts';
import { type Endpoint, eventually, openEndpoint, SUPER_TOKEN } from '../job/endpoint.ts';
import { BALANCED, balanceOf, jsonLines, Workplace } from '../process/binary.ts';
import { logCountsOf, type MatomoSite, SHOWN_KINDS } from './visitor-log-counts.ts';

const { MATOMO_TEST_URL: realUrl, MATOMO_TEST_TOKEN: realToken = '' } = process.env;
const ROUNDS = Number(process.env.MATOMO_TEST_ROUNDS ?? 3);
const SITES = (process.env.MATOMO_TEST_SITES ?? '1:UTC,2:Europe/Stockholm,3:America/New_York')
  .split(',')
  .map((site): [number, string] => {
    const [id, ...timezone] = site.split(':');
    return [Number(id), timezone.join(':')];
  });
const CASES = SITES.flatMap(([id, timezone]) =>
  Array.from({ length: ROUNDS }, (_, round) => ({ id, timezone, round })),
);

/** Three days of a year gone by; every other round they hold a change of the clock in Europe and America, or near one. */
function windowOf(id: number, round: number, seed: string): { readonly from: string; readonly to: string } {
  const chance = createRandomSource(`${seed} ${id} ${round}`).stream(1, 0, 0);
  const year = 2012 + Math.floor(chance.next() * 13);
  // From the second Sunday of March on and the first of November on, and somewhere in a year.
  const changes = [
    [2, 8 + ((7 - new Date(Date.UTC(year, 2, 8)).getUTCDay()) % 7)],
    [10, 1 + ((7 - new Date(Date.UTC(year, 10, 1)).getUTCDay()) % 7)],
    [2, 31 - new Date(Date.UTC(year, 2, 31)).getUTCDay()],
    [9, 31 - new Date(Date.UTC(year, 9, 31)).getUTCDay()],
  ] as const;
  const [month, day] = changes[round % changes.length] ?? [5, 10];
  const firstMs = Date.UTC(year, month, day - 1);
  const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return { from: dateOf(firstMs), to: dateOf(firstMs + 2 * 86_400_000) };
}

let endpoint: Endpoint;
const places: Workplace[] = [];
beforeAll(async () => {
  endpoint = await openEndpoint();
});
afterAll(async () => {
  for (const place of places) place.remove();
  await endpoint.sink.close();
});

/** Fresh days in each run against a server that keeps them. */
const SEED = realUrl === undefined ? 'recorded once' : `recorded once ${Date.now()}`;

async function openBackfill(id: number, timezone: string, round: number, visits: number) {
  if (realUrl === undefined) {
    await endpoint.sink.close();
    endpoint = await openEndpoint();
  }
  const place = new Workplace(600_000);
  places.push(place);
  const site: MatomoSite = {
    url: realUrl ?? endpoint.url,
    token: realUrl === undefined ? SUPER_TOKEN : realToken,
    id,
    timezone,
  };
  const { from, to } = windowOf(id, round, SEED);
  const flags = `--json --force --resume --timezone ${timezone} --site-id ${id} --from ${from} --to ${to}`;
  const args = [
    'backfill',
    ...flags.split(' '),
    '--visits-per-day',
    String(visits),
    '--seed',
    `${SEED} ${round}`,
  ];
  const env = { MATOMO_URL: site.url, MATOMO_TOKEN_AUTH: site.token };
  const planned = jsonLines(await place.run([...args, '--dry-run'], env)).days;
  return { place, args, env, site, planned };
}
type Backfill = Awaited<ReturnType<typeof openBackfill>>;

function plannedOf({ visits, kinds }: Summary, hasSearch: boolean) {
  const types = Object.entries(SHOWN_KINDS).map(([type, kind]) => [type, kinds[kind]] as const);
  const counts: Record<string, number> = Object.fromEntries(types);
  if (!hasSearch) Object.assign(counts, { action: kinds.pageview + kinds.search, search: 0 });
  return { visits: visits.planned, counts };
}

/** Day by day, what the server has is what was planned. */
async function expectRecorded({ site, planned }: Backfill): Promise<void> {
  for (const day of planned) {
    const { visits, types } = await logCountsOf(site, day.date ?? '');
    const hasSearch = (types.search ?? 0) > 0;
    const expected = plannedOf(day, hasSearch);
    const counts = Object.fromEntries(Object.keys(SHOWN_KINDS).map((type) => [type, types[type] ?? 0]));
    expect({ date: day.date, visits, counts }).toEqual({ date: day.date, ...expected });
  }
}

describe('a backfill of fresh days', () => {
  it.each(CASES)('is recorded whole and once: site $id in $timezone, round $round', async (entry) => {
    const backfill = await openBackfill(entry.id, entry.timezone, entry.round, 400);
    addFault(endpoint.faults, 'deadlock:10%');
    endpoint.faults.latencyMs = 5;
    const finished = await backfill.place.run(backfill.args, backfill.env);
    const { total } = jsonLines(finished);
    console.log(JSON.stringify({ ...entry, inDoubt: total.inDoubt, inFlight: total.inFlight }));
    expect(finished.stderr).not.toMatch(/^error/m);
    expect(finished.code).toBe(0);
    expect(total.hits).toMatchObject({ accepted: total.hits.planned, unknown: 0 });
    expect(balanceOf(total)).toEqual(BALANCED);
    if (realUrl === undefined) expect(total.inDoubt?.resent).toBeGreaterThan(0);
    await expectRecorded(backfill);
  });
});

describe('a backfill of fresh days that is killed', () => {
  it.each(CASES)('is recorded whole and once: site $id in $timezone, round $round', async (entry) => {
    const backfill = await openBackfill(entry.id, entry.timezone, entry.round + ROUNDS, 300);
    const { place, args, env } = backfill;
    const quick = realUrl === undefined ? { ...env, RESPONSE_TIMEOUT: '1' } : env;
    const chance = createRandomSource(`${SEED} ${entry.id} ${entry.round}`).stream(2, 0, 0);
    addFault(endpoint.faults, 'deadlock:10%');
    endpoint.faults.latencyMs = 20;
    for (let kill = 0; kill < 3; kill++) {
      const before = endpoint.faults.tracking;
      const running = place.start(args, quick);
      let hasEnded = false;
      const ended = running.finished.then(() => {
        hasEnded = true;
      });
      if (realUrl === undefined) {
        await eventually(() => hasEnded || endpoint.faults.tracking > before + 2, 'a request');
      } else await Promise.race([ended, delay(1500)]);
      await Promise.race([ended, delay(chance.next() * 600)]);
      running.child.kill('SIGKILL');
      await ended;
    }
    let finished = await place.run(args, quick);
    // An answer that took too long on a busy machine leaves something to do.
    for (let left = 5; finished.code === 6 && left > 0; left--) finished = await place.run(args, quick);
    const { total } = jsonLines(finished);
    console.log(JSON.stringify({ ...entry, inDoubt: total.inDoubt, code: finished.code }));
    expect(finished.code).toBe(0);
    expect(total.hits).toMatchObject({ accepted: total.hits.planned, unknown: 0 });
    await expectRecorded(backfill);
  });
});

describe.skipIf(realUrl !== undefined)('two bulk requests that begin the same new day', () => {
  it('never go out at the same time, so that they cannot deadlock', async () => {
    const backfill = await openBackfill(2, 'Europe/Stockholm', 1, 400);
    addFault(endpoint.faults, 'new-day-deadlock');
    // Longer than a slow machine takes to prepare the next requests.
    endpoint.faults.latencyMs = 200;
    const finished = await backfill.place.run(backfill.args, backfill.env);
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(0);
    expect(total.inDoubt).toBeUndefined();
    expect(total.inFlight?.most).toBeGreaterThan(4);
    await expectRecorded(backfill);
  });
});

describe.skipIf(realUrl !== undefined)(
  'a server that refuses requests as too large, or for what they say',
  () => {
    it('gets everything in smaller requests, and says once which size passes', async () => {
      const backfill = await openBackfill(3, 'America/New_York', 0, 400);
      addFault(endpoint.faults, 'too-large=65536');
      const finished = await backfill.place.run(backfill.args, backfill.env);
      expect(finished.code).toBe(0);
      expect(
        finished.stderr.match(/refused a request of [\d,]+ bytes as too large \(HTTP 413\)/g),
      ).toHaveLength(1);
      await expectRecorded(backfill);
    });

    it('leaves what does not pass alone to a resume: the backfill is not done', async () => {
      const backfill = await openBackfill(2, 'Europe/Stockholm', 0, 200);
      const { place, args, env, planned } = backfill;
      addFault(endpoint.faults, 'forbid=ec_id');
      const finished = await place.run(args, env);
      const { total } = jsonLines(finished);
      const orders = planned.reduce((sum, day) => sum + day.kinds.order, 0);
      expect(finished.code).toBe(6);
      expect(total.reasons).toEqual({ deferred: orders });
      expect(total.hits).toMatchObject({ skipped: orders, accepted: total.hits.planned - orders });
      expect(finished.stderr).toContain('deferred');
      expect(finished.stderr).toContain('--resume');
      endpoint.faults.clear();
      const resumed = await place.run([...args, '--batch-bytes', '20000'], env);
      expect(resumed.code).toBe(0);
      expect(jsonLines(resumed).total.hits.accepted).toBe(total.hits.planned);
      await expectRecorded(backfill);
    });
  },
);
