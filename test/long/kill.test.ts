import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.ts';
import { createRandomSource } from '../../src/plan/random.ts';
import {
  type CountsByDay,
  countsOf,
  type Endpoint,
  eventually,
  hitsRecordedBy,
  openEndpoint,
  recordedBy,
  SUPER_TOKEN,
} from '../job/endpoint.ts';
import { batchesOf } from '../ledger/batches.ts';
import { BALANCED, balanceOf, type Finished, jsonLines, Workplace } from '../process/binary.ts';

const workplaces: Workplace[] = [];
afterAll(() => {
  for (const place of workplaces) place.remove();
});

interface Backfill {
  readonly endpoint: Endpoint;
  readonly place: Workplace;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function prepare(args: string): Promise<Backfill> {
  const place = new Workplace();
  workplaces.push(place);
  const endpoint = await openEndpoint();
  return {
    endpoint,
    place,
    args: ['backfill', '--timezone', 'UTC', '--json', '--resume', '--concurrency', '8', ...args.split(' ')],
    env: { MATOMO_URL: endpoint.url, MATOMO_TOKEN_AUTH: SUPER_TOKEN, RESPONSE_TIMEOUT: '2' },
  };
}

/** What an undisturbed backfill would send. */
async function planOf({ place, args, env }: Backfill): Promise<{ counts: CountsByDay; digest: string }> {
  const finished = await place.run([...args, '--dry-run'], env);
  const { days, total } = jsonLines(finished);
  return { counts: countsOf(days), digest: total.digest };
}

/** Batches of the only run by number: when they left, and whether they are settled. Reads a copy of the ledger. */
async function batchesIn(place: Workplace, rank: number) {
  const folder = place.file(`copy-${rank}`);
  mkdirSync(folder);
  for (const name of ['ledger.db', 'ledger.db-wal']) {
    if (existsSync(place.file(name))) copyFileSync(place.file(name), `${folder}/${name}`);
  }
  const ledger = await openSqliteLedger(`${folder}/ledger.db`);
  try {
    return new Map((await batchesOf(ledger, 1)).map(({ batch, ...row }) => [batch, row]));
  } finally {
    await ledger.close();
  }
}
type Batches = Awaited<ReturnType<typeof batchesIn>>;

/** How what was in doubt after the earlier kill was settled: a batch that is sent again leaves anew. */
function settledBetween(before: Batches, after: Batches): { recorded: number; resent: number } {
  let recorded = 0;
  let resent = 0;
  for (const [batch, { state, begunMs }] of before) {
    if (state === 'settled') continue;
    const now = after.get(batch);
    if (now?.begunMs !== begunMs) resent++;
    else if (now.state === 'settled') recorded++;
  }
  return { recorded, resent };
}

interface Killing {
  readonly kills: number;
  /** After the target has got something, this long at most; every fifth kill comes at any moment from the start on. */
  readonly withinMs: number;
  readonly seed: string;
  /** Gets what the ledger has after each kill. */
  readonly onKilled?: (batches: Batches) => void;
}

/** Starts the backfill and kills it, again and again. */
async function killAgainAndAgain(backfill: Backfill, { kills, withinMs, seed, onKilled }: Killing) {
  const { endpoint, place, args, env } = backfill;
  const chance = createRandomSource(seed).stream(1, 0, 0);
  const seen = { kills: 0, whileSending: 0, inDoubt: 0, recorded: 0, resent: 0 };
  let before: Batches = new Map();
  for (let rank = 0; rank < kills; rank++) {
    const first = endpoint.faults.tracking;
    const running = place.start(args, env);
    const ended = running.finished.then(({ code, stderr }) => {
      if (code !== null) throw new Error(`ended with ${code} before it was killed: ${stderr}`);
    });
    // The first request asks whether the target is ready.
    const isSending = () => endpoint.faults.tracking > first + 1;
    if (rank % 5 === 4) await Promise.race([ended, delay(chance.next() * 2500)]);
    else {
      await Promise.race([ended, eventually(isSending, 'a request')]);
      await delay(chance.next() * withinMs);
    }
    running.child.kill('SIGKILL');
    await ended;
    seen.kills++;
    if (isSending()) seen.whileSending++;
    if (!existsSync(place.file('ledger.db'))) continue;
    const after = await batchesIn(place, rank);
    onKilled?.(after);
    const settled = settledBetween(before, after);
    seen.recorded += settled.recorded;
    seen.resent += settled.resent;
    seen.inDoubt += [...after.values()].filter(({ state }) => state === 'in-flight').length;
    before = after;
  }
  return seen;
}

/** Resumes until nothing is left: an answer that took too long on a busy machine leaves something to do. */
async function finish({ place, args, env }: Backfill): Promise<Finished> {
  for (let left = 5; ; left--) {
    const finished = await place.run(args, env);
    if (finished.code !== 6 || left === 0) return finished;
  }
}

describe('a backfill of 20,000 visits that is killed 100 times', () => {
  it('is recorded whole and once, per day and kind, as without kills', async () => {
    const backfill = await prepare(
      '--from 2026-03-01 --to 2026-04-19 --visits-per-day 400 --seed kills --goal-ids 2 --batch-size 100',
    );
    const { endpoint, place, args, env } = backfill;
    const plan = await planOf(backfill);
    endpoint.faults.hitsPerSecond = 12_000;
    endpoint.faults.latencyMs = 5;
    const seen = await killAgainAndAgain(backfill, { kills: 100, withinMs: 120, seed: 'moments' });
    console.log(JSON.stringify({ ...seen, requests: endpoint.faults.tracking }));
    expect(seen.kills).toBe(100);
    expect(seen.whileSending).toBeGreaterThan(70);
    expect(seen.inDoubt).toBeGreaterThan(100);
    expect(seen.recorded).toBeGreaterThan(0);
    expect(seen.resent).toBeGreaterThan(0);
    endpoint.faults.clear();
    const finished = await finish(backfill);
    expect(finished.stderr).not.toMatch(/error|warning/);
    expect(finished.code).toBe(0);
    const { days, total } = jsonLines(finished);
    expect(recordedBy(endpoint)).toEqual(plan.counts);
    expect(countsOf(days)).toEqual(plan.counts);
    expect(total.digest).toBe(plan.digest);
    expect(total.visits).toMatchObject({ planned: 20_000, complete: 20_000 });
    expect(total.hits.accepted).toBe(total.hits.planned);
    for (const line of [...days, total]) expect(balanceOf(line)).toEqual(BALANCED);
    const requests = endpoint.faults.tracking;
    const again = await place.run(args, env);
    expect(again.code).toBe(0);
    expect(jsonLines(again).total.visits).toEqual(total.visits);
    expect(endpoint.faults.tracking).toBe(requests);
    await endpoint.sink.close();
  });
});

describe('a backfill of single requests that is killed 15 times', () => {
  it('is recorded whole and once', async () => {
    const backfill = await prepare(
      '--from 2026-03-01 --to 2026-03-10 --visits-per-day 100 --seed single --goal-ids 2 --batch-size 1',
    );
    const { endpoint } = backfill;
    const plan = await planOf(backfill);
    endpoint.faults.latencyMs = 15;
    // One hit a batch: each that the target has was in the ledger before it left.
    const onKilled = (batches: Batches) =>
      expect(batches.size).toBeGreaterThanOrEqual(hitsRecordedBy(endpoint));
    const killing = { kills: 15, withinMs: 400, seed: 'singles', onKilled };
    const seen = await killAgainAndAgain(backfill, killing);
    console.log(JSON.stringify({ ...seen, requests: endpoint.faults.tracking }));
    expect(seen.inDoubt).toBeGreaterThan(15);
    endpoint.faults.clear();
    const finished = await finish(backfill);
    expect(finished.code).toBe(0);
    expect(recordedBy(endpoint)).toEqual(plan.counts);
    expect(jsonLines(finished).total.digest).toBe(plan.digest);
    await endpoint.sink.close();
  });
});

describe('requests in doubt that nobody is to be asked about', () => {
  async function killOnce(): Promise<Backfill> {
    const backfill = await prepare(
      '--from 2026-03-01 --to 2026-03-04 --visits-per-day 200 --seed doubt --concurrency 8',
    );
    // Never an answer, so that requests are in doubt for certain; half of them are recorded.
    backfill.endpoint.faults.script = (rank) =>
      rank < 4 ? null : { kind: 'hang', isProcessed: rank % 2 === 0 };
    const { place, args, env, endpoint } = backfill;
    const running = place.start(args, { ...env, RESPONSE_TIMEOUT: '30' });
    await eventually(() => endpoint.faults.tracking >= 6, 'requests without an answer');
    running.child.kill('SIGKILL');
    await running.finished;
    endpoint.faults.script = () => null;
    return backfill;
  }

  it('are sent again with resend: nothing is missing, something is there twice', async () => {
    const backfill = await killOnce();
    const plan = await planOf(backfill);
    const { place, args, env, endpoint } = backfill;
    const finished = await place.run([...args, '--in-doubt', 'resend'], env);
    const { total } = jsonLines(finished);
    // Those that were begun ahead of their leaving are in doubt like those under way.
    expect(total.inDoubt).toMatchObject({ recorded: 0, unknown: 0 });
    expect(total.inDoubt?.resent).toBeGreaterThanOrEqual(2);
    expect(balanceOf(total)).toEqual(BALANCED);
    const recorded = recordedBy(endpoint);
    const more = Object.keys(plan.counts).map(
      (date) => (recorded[date]?.kinds.pageview ?? 0) - (plan.counts[date]?.kinds.pageview ?? 0),
    );
    for (const count of more) expect(count).toBeGreaterThanOrEqual(0);
    expect(more.some((count) => count > 0)).toBe(true);
    // Matomo takes no order twice.
    expect(finished.code).toBe(total.hits.rejected > 0 ? 6 : 0);
    await endpoint.sink.close();
  });

  it('stay unknown with skip, and are told', async () => {
    const { place, args, env, endpoint } = await killOnce();
    const finished = await place.run([...args, '--in-doubt', 'skip'], env);
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(6);
    expect(total.inDoubt).toMatchObject({ recorded: 0, resent: 0 });
    expect(total.inDoubt?.unknown).toBeGreaterThanOrEqual(2);
    expect(total.hits.unknown).toBeGreaterThan(0);
    expect(total.reasons).toEqual({ 'in-doubt': total.hits.unknown });
    expect(balanceOf(total)).toEqual(BALANCED);
    const again = await place.run(args, env);
    expect(again.stderr).toContain('nothing to do');
    expect(jsonLines(again).total.hits).toEqual(total.hits);
    await endpoint.sink.close();
  });
});
