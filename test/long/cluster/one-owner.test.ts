/** The statements that keep two from sending the same: of two commands at once, and of a run that continues another's. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePostgresAddress } from '../../../src/ledger/postgres/address.ts';
import { openConnection } from '../../../src/ledger/postgres/connection.ts';
import type { Claim } from '../../../src/ledger/postgres/shared-rows.ts';
import { systemClock } from '../../../src/run/clock.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { type CountedDatabase, openCountedDatabase } from './counted-database.ts';

const LONG_MS = 3_600_000;

let server: PostgresServer;
let url: string;
let database: CountedDatabase;
beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase();
  database = await openCountedDatabase(url);
});
afterAll(async () => {
  await database?.close();
  await server?.remove();
});

const create = (site: number, runRow: number | null = null) =>
  database.store.create({
    ...{ command: 'backfill', name: 'shop', url: 'http://127.0.0.1/', site, version: '1' },
    ...{ job: '{}', options: '{}', continued: [runRow] },
  });

let pid = 1;
const register = (lostMs = LONG_MS) =>
  database.store.register({ hostname: 'h', pid: pid++, machine: 'm', version: '1', lostMs });

async function claimed(run: number | undefined, worker: number): Promise<Claim> {
  const claim = run === undefined ? undefined : await database.store.claim(worker, [run]);
  if (!claim) throw new Error('nothing was claimed');
  return claim;
}

/** A worker that has not been heard of for that long. */
const silence = (worker: number, ms: number) =>
  server.query(
    url,
    `update trafficinator.worker set seen = clock_timestamp() - ${ms} * interval '1 millisecond' where id = ${worker}`,
  );

it('lets one of two commands create a run, though neither can see what the other does', async () => {
  const gate = new pg.Client(url);
  await gate.connect();
  await gate.query('begin');
  await gate.query("select value from trafficinator.counter where name = 'run' for update");
  const both = [create(1), create(1)];
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await server.query(url, waiting)).length < 2) await delay(5);
  await gate.query('commit');
  await gate.end();
  const ids = await Promise.all(both);
  expect(ids.filter((id) => id !== undefined)).toHaveLength(1);
  expect(await database.store.runs({ limit: 10, site: 1 })).toHaveLength(1);
});

it('gives up what may have been done and must not be done twice, and says how long it has waited', async () => {
  const connection = await openConnection({
    ...{ address: parsePostgresAddress(url, {}, () => Buffer.from('')), clock: systemClock },
    ...{ timeoutMs: 60_000, statementTimeoutMs: 300 },
  });
  const asked = connection.once('select pg_sleep(60)', [], (row) => row);
  await expect(asked).rejects.toThrow(/ did not answer for \d s \(/);
  await connection.close();
});

describe('a worker that may come back after its run was stopped', () => {
  const RUN_ROW = 7;

  /** The worker is lost with the shard of a run, which is stopped then. */
  async function stoppedWith(site: number, worker: number): Promise<Claim> {
    const claim = await claimed(await create(site), worker);
    await database.store.keepRunRow(claim, RUN_ROW + site);
    await database.store.ask(claim.run, 'stop');
    return claim;
  }

  it('is a former owner of the shard in the run that continues it, until it is known to be gone', async () => {
    const { store } = database;
    const [frozen, other] = [await register(1000), await register()];
    const lost = await stoppedWith(2, frozen);
    await silence(frozen, 1500);
    // Another one counts what it has sent, and the run ends.
    const closing = await claimed(lost.run, other);
    await store.finish(closing, '{}');
    await store.endRuns();
    expect((await store.run(lost.run))?.endedMs).not.toBeNull();

    const next = await claimed(await create(2, RUN_ROW + 2), other);
    expect(await store.areFormersGone(next)).toBe(false);
    await store.acknowledge(lost);
    expect(await store.areFormersGone(next)).toBe(true);
  });

  it('has the shard no more where nobody was left to take it, and is a former owner all the same', async () => {
    const { store } = database;
    const frozen = await register(1000);
    const lost = await stoppedWith(3, frozen);
    await silence(frozen, 3_000);
    await store.endRuns();
    expect((await store.run(lost.run))?.endedMs, 'others may count it to the end').toBeNull();
    await silence(frozen, 30_000);
    await store.endRuns();
    expect((await store.run(lost.run))?.endedMs).not.toBeNull();
    // It comes back, and must not take what it had for its own.
    expect((await store.beat(frozen)).claims).toEqual([]);

    const next = await claimed(await create(3, RUN_ROW + 3), await register());
    expect(await store.areFormersGone(next)).toBe(false);
    await store.markGone(frozen);
    expect(await store.areFormersGone(next)).toBe(true);
  });

  it('keeps nobody else waiting', async () => {
    const { store } = database;
    const next = await claimed(await create(4, RUN_ROW + 40), await register());
    expect(await store.areFormersGone(next)).toBe(true);
  });
});
