/** Servers and poolers that cannot keep a ledger's word, and the way to the server by TLS: with the real programs. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { parsePostgresAddress } from '../../src/ledger/postgres/address.ts';
import { openConnection } from '../../src/ledger/postgres/connection.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/postgres-ledger.ts';
import { hasStandbysBehind, MIGRATIONS } from '../../src/ledger/postgres/schema.ts';
import { systemClock } from '../../src/run/clock.ts';
import { backfillFacts } from '../ledger/facts.ts';
import { type Certificates, makeCertificates } from '../postgres/certificates.ts';
import { startPgBouncer } from '../postgres/pgbouncer.ts';
import { PASSWORD, type PostgresServer, startPostgres } from '../postgres/server.ts';

/** Much longer than a refusal takes, also on a slow machine. */
const LEDGER_TIMEOUT_MS = 300_000;

const open = (url: string, steps = MIGRATIONS) =>
  openPostgresLedger(
    {
      address: parsePostgresAddress(url, {}, (path) => readFileSync(path)),
      clock: systemClock,
      timeoutMs: LEDGER_TIMEOUT_MS,
      statementTimeoutMs: 5_000,
    },
    steps,
  );

/** What the opening is refused with: one sentence and a hint, exit code 2, at once, and without the password. */
async function refusal(opening: Promise<unknown>): Promise<UserError> {
  const startMs = Date.now();
  const error: unknown = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error(`expected a UserError, found ${String(error)}`);
  expect(Date.now() - startMs).toBeLessThan(LEDGER_TIMEOUT_MS / 5);
  expect(error.exitCode).toBe(2);
  expect(error.hint).toMatch(/\.$/);
  expect(error.message).not.toContain('\n');
  expect(`${error.message} ${error.hint} ${error.stack}`).not.toContain(PASSWORD);
  return error;
}

let server: PostgresServer;
let certificates: Certificates;
beforeAll(async () => {
  certificates = makeCertificates('DNS:localhost');
  server = await startPostgres(certificates.settings);
});
afterAll(async () => {
  await server?.remove();
  certificates?.remove();
});

describe('a pooler before the ledger', () => {
  it('is refused when it gives out its connections by transaction', async () => {
    const pooler = await startPgBouncer(server, 'transaction');
    try {
      const error = await refusal(open(pooler.through(await server.createDatabase())));
      expect(error.code).toBe('ledger-unsafe');
      expect(`${error.message} ${error.hint}`).toMatch(/PgBouncer.*by transaction.*pool_mode = session/);
    } finally {
      await pooler.close();
    }
  });

  it('is used when each of its connections is a session', async () => {
    const pooler = await startPgBouncer(server, 'session');
    try {
      const ledger = await open(pooler.through(await server.createDatabase()));
      const { id } = await ledger.startRun(backfillFacts());
      expect(await ledger.run(id)).toMatchObject({ id });
      await ledger.close();
    } finally {
      await pooler.close();
    }
  });
});

describe('TLS by the address', () => {
  const withMode = (url: string, mode: string, ca?: string, host = 'localhost') =>
    `${url.replace('@127.0.0.1:', `@${host}:`)}?sslmode=${mode}${ca === undefined ? '' : `&sslrootcert=${ca}`}`;
  const connections = (url: string) =>
    server.query(
      url,
      "select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'trafficinator' and datname = current_database()",
    );

  it.each([
    ['verify-full', true, 'localhost'],
    ['verify-ca', true, '127.0.0.1'],
    ['require', false, '127.0.0.1'],
  ])('%s encrypts', async (mode, hasAuthority, host) => {
    const url = await server.createDatabase();
    const ledger = await open(withMode(url, mode, hasAuthority ? certificates.authority : undefined, host));
    await ledger.startRun(backfillFacts());
    const rows = await connections(url);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ ssl }) => ssl === true)).toBe(true);
    await ledger.close();
  });

  it.each([
    ['another authority', 'verify-full', 'localhost', () => certificates.otherAuthority],
    ['another authority, with verify-ca', 'verify-ca', 'localhost', () => certificates.otherAuthority],
    ['an authority that nobody has named', 'verify-full', 'localhost', () => undefined],
    ['another name', 'verify-full', '127.0.0.1', () => certificates.authority],
  ])('refuses a certificate of %s', async (_what, mode, host, authority) => {
    const error = await refusal(open(withMode(server.url, mode, authority(), host)));
    expect(error.code).toBe('ledger-certificate');
    expect(error.message).toMatch(
      /^The certificate of the ledger postgres:\/\/owner@\S+ is not trusted \(.+\)\.$/,
    );
  });

  it('refuses a server without TLS at once', async () => {
    const plain = await startPostgres();
    try {
      const error = await refusal(open(withMode(plain.url, 'verify-full', certificates.authority)));
      expect(error.code).toBe('ledger-without-tls');
    } finally {
      await plain.remove();
    }
  });
});

describe('a server that may lose what it has confirmed', () => {
  it('is refused with fsync = off', async () => {
    const unsafe = await startPostgres(['fsync = off']);
    try {
      const error = await refusal(open(unsafe.url));
      expect([error.code, error.message]).toEqual(['ledger-unsafe', expect.stringContaining('fsync is off')]);
    } finally {
      await unsafe.remove();
    }
  });

  it('is refused with synchronous_commit = off for the role', async () => {
    const url = await server.createDatabase();
    await server.query(
      url,
      "create role careless login password 'owner-s3cret-2'; alter role careless set synchronous_commit = off",
    );
    const error = await refusal(open(url.replace(`owner:${PASSWORD}`, 'careless:owner-s3cret-2')));
    expect(error.message).toContain('synchronous_commit is off');
  });
});

describe('servers that follow the ledger', () => {
  it('are told of where it waits for none of them', async () => {
    const connection = await openConnection({
      address: parsePostgresAddress(server.url, {}, (path) => readFileSync(path)),
      clock: systemClock,
      timeoutMs: LEDGER_TIMEOUT_MS,
      statementTimeoutMs: 5_000,
    });
    expect(await hasStandbysBehind(connection)).toBe(false);
    const leave = await server.follow();
    await expect.poll(() => hasStandbysBehind(connection), { timeout: 60_000 }).toBe(true);
    await leave();
    await expect.poll(() => hasStandbysBehind(connection), { timeout: 60_000 }).toBe(false);
    await connection.close();
  });
});

describe('a password', () => {
  it('is asked for where there is none', async () => {
    const error = await refusal(open(server.url.replace(`:${PASSWORD}`, '')));
    expect([error.code, error.hint]).toEqual(['ledger-refused', expect.stringContaining('PGPASSWORD')]);
  });
});

describe('a database of an older format', () => {
  it('keeps what it has when a newer version opens it, which only a role that may change tables can', async () => {
    const url = await server.createDatabase();
    const first = await open(url);
    const { id } = await first.startRun(backfillFacts());
    await first.commit(id, { atMs: 5, begun: [0], settled: [{ batch: 1, outcomes: null }] });
    await first.close();
    const newer = [
      ...MIGRATIONS,
      'alter table trafficinator.run add column note text not null default $$old$$',
    ];
    await server.query(
      url,
      "create role reader login password 'r'; grant usage on schema trafficinator to reader; grant select, insert, update, delete on all tables in schema trafficinator to reader",
    );
    const narrow = url.replace(`owner:${PASSWORD}`, 'reader:r');
    const error = await refusal(open(narrow, newer));
    expect([error.code, error.message]).toEqual([
      'ledger-not-migrated',
      expect.stringContaining(`has format ${MIGRATIONS.length}, and this version needs ${newer.length}`),
    ]);
    const second = await open(url, newer);
    expect(await second.run(id)).toMatchObject({ id });
    const batches = [];
    for await (const batch of second.batches(id)) batches.push(batch);
    expect(batches.map(({ state }) => state)).toEqual(['in-flight', 'settled']);
    await second.close();
    const third = await open(narrow, newer);
    expect(await third.runs()).toHaveLength(1);
    await third.close();
  });
});
