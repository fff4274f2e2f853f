/** The ledger in a real PostgreSQL: the same as every ledger, and what only a server does. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { parsePostgresAddress } from '../../src/ledger/postgres/address.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/postgres-ledger.ts';
import { MIGRATIONS } from '../../src/ledger/postgres/schema.ts';
import { systemClock } from '../../src/run/clock.ts';
import { backfillFacts } from '../ledger/facts.ts';
import { describeLedger } from '../ledger/ledger.conformance.ts';
import { PASSWORD, type PostgresServer, startPostgres } from '../postgres/server.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.remove());

const open = (url: string, { timeoutMs = 60_000, steps = MIGRATIONS } = {}): Promise<Ledger> =>
  openPostgresLedger(
    {
      address: parsePostgresAddress(url, {}, (path) => readFileSync(path)),
      clock: systemClock,
      timeoutMs,
      statementTimeoutMs: 2_000,
    },
    steps,
  );

describeLedger('PostgreSQL', async () => {
  await server.query(server.url, 'drop schema if exists trafficinator cascade');
  return open(server.url);
});

async function refusal(opening: Promise<unknown>): Promise<UserError> {
  const error: unknown = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error(`expected a UserError, found ${String(error)}`);
  expect(`${error.message} ${error.hint}`).not.toContain(PASSWORD);
  return error;
}

const holder = { pid: 10, hostname: 'alpha', command: 'backfill', sinceMs: 1000, seenMs: 1000 };
const lock = { name: 'site 1', holder };

describe('a database of a ledger', () => {
  it('has everything when it is opened again', async () => {
    const url = await server.createDatabase();
    const first = await open(url);
    const run = await first.startRun(backfillFacts());
    await first.commit(run.id, { atMs: 5, begun: [0, 1], settled: [{ batch: 0, outcomes: 'u2:timeout' }] });
    await first.close();
    const second = await open(url);
    expect(await second.run(run.id)).toEqual(run);
    await second.close();
  });

  it('is brought from one format to the next, and refuses those of newer versions', async () => {
    const url = await server.createDatabase();
    await (await open(url)).close();
    const further = [...MIGRATIONS, 'alter table trafficinator.run add column note text'];
    await (await open(url, { steps: further })).close();
    const error = await refusal(open(url));
    expect(error.code).toBe('ledger-newer');
    expect(error.message).toContain(`its format is ${further.length}`);
  });

  it('is made once by many at the same time', async () => {
    const url = await server.createDatabase();
    const ledgers = await Promise.all(Array.from({ length: 6 }, () => open(url)));
    await Promise.all(ledgers.map((ledger) => ledger.startRun(backfillFacts())));
    expect((await ledgers[0]?.runs())?.map(({ id }) => id)).toEqual([6, 5, 4, 3, 2, 1]);
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  });

  it('needs no more than the rights to read and write rows, once its owner has made the tables', async () => {
    const url = await server.createDatabase();
    const workerUrl = url.replace(`owner:${PASSWORD}`, 'worker:w0rker');
    await server.query(server.url, "create role worker login password 'w0rker'");
    expect((await refusal(open(workerUrl))).code).toBe('ledger-not-migrated');
    await (await open(url)).close();
    await server.query(url, 'grant usage on schema trafficinator to worker');
    expect((await refusal(open(workerUrl))).code).toBe('ledger-not-writable');
    await server.query(
      url,
      'grant select, insert, update, delete on all tables in schema trafficinator to worker',
    );
    const ledger = await open(workerUrl);
    const { id } = await ledger.startRun(backfillFacts());
    await ledger.acquireLock(lock.name, holder);
    await ledger.commit(id, { atMs: 5, begun: [0], lock });
    await ledger.close();
    await expect(server.query(workerUrl, 'create table trafficinator.mine (a integer)')).rejects.toThrow();
  });

  it.each([
    ['synchronous_commit', 'set synchronous_commit = off'],
    ['read-only', 'set default_transaction_read_only = on'],
  ])('is refused when its word does not last: %s', async (what, setting) => {
    const url = await server.createDatabase();
    await (await open(url)).close();
    await server.query(server.url, `alter database ${new URL(url).pathname.slice(1)} ${setting}`);
    const opened = open(url).then((ledger) => ledger.startRun(backfillFacts()));
    const error = await refusal(opened);
    expect([error.exitCode, `${error.message} ${error.hint}`]).toEqual([2, expect.stringContaining(what)]);
  });

  it('tells a wrong password, a missing database and a server that is away, and never the password', async () => {
    const wrong = server.url.replace(PASSWORD, `${PASSWORD}x`);
    expect((await refusal(open(wrong))).code).toBe('ledger-refused');
    expect((await refusal(open(`${server.url}nowhere`))).code).toBe('ledger-not-found');
    const away = server.url.replace(`:${server.port}/`, ':1/');
    const error = await refusal(open(away, { timeoutMs: 300 }));
    expect([error.code, error.exitCode]).toEqual(['ledger-unreachable', 3]);
  });
});

describe('a server that goes away', () => {
  it('is waited for: what was asked meanwhile is done once', async () => {
    const ledger = await open(await server.createDatabase());
    const { id } = await ledger.startRun(backfillFacts());
    await ledger.acquireLock(lock.name, holder);
    await server.stop('immediate');
    const admitted = [{ url: 'https://a.example/', site: 1, date: '2026-03-01', shard: '1/1', count: 3 }];
    const waiting = Promise.all([
      ledger.commit(id, { atMs: 7, begun: [0, 1], admitted, lock }),
      ledger.startRun(backfillFacts()),
    ]);
    waiting.catch(() => {});
    await server.start();
    await waiting;
    expect(
      await ledger.admitted({ url: 'https://a.example/', site: 1, date: '2026-03-01', shard: '1/1' }),
    ).toBe(3);
    expect(await ledger.runs()).toHaveLength(2);
    await ledger.close();
  });

  it('whose connections are ended under it does no commit twice', async () => {
    const url = await server.createDatabase();
    const ledger = await open(url);
    const { id } = await ledger.startRun(backfillFacts());
    await ledger.acquireLock(lock.name, holder);
    const key = { url: 'https://a.example/', site: 1, date: '2026-03-01', shard: '1/1' };
    const commits = 60;
    let isDone = false;
    let made = 0;
    const ending = (async () => {
      for (let madeBefore = -1; !isDone; madeBefore = made) {
        // Not so often that none would ever get through.
        while (made === madeBefore && !isDone) await delay(1);
        await server.query(
          url,
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'trafficinator' and datname = current_database()",
        );
      }
    })();
    for (; made < commits; made++)
      await ledger.commit(id, { atMs: made, begun: [made], admitted: [{ ...key, count: 1 }], lock });
    isDone = true;
    await ending;
    expect(await ledger.admitted(key)).toBe(commits);
    const batches: number[] = [];
    for await (const { batch } of ledger.batches(id)) batches.push(batch);
    expect(batches).toHaveLength(commits);
    await ledger.close();
  });
});
