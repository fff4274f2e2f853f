import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { takeLock } from '../../../src/ledger/holder.ts';
import { MIGRATIONS } from '../../../src/ledger/sqlite/schema.ts';
import { openSqliteLedger } from '../../../src/ledger/sqlite/sqlite-ledger.ts';
import { batchesOf } from '../batches.ts';
import { backfillFacts } from '../facts.ts';
import { describeLedger } from '../ledger.conformance.ts';
import { buildChild, type Child, spawnChild } from '../spawn-child.ts';
import { writeVersion1 } from '../version-1.ts';

const root = mkdtempSync(join(tmpdir(), 'ledger-'));
let folder = root;
let path = '';
let count = 0;

beforeEach(() => {
  folder = join(root, String(count++));
  path = join(folder, 'state', 'ledger.db');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describeLedger('SQLite', () => openSqliteLedger(path));

async function refusal(opening: Promise<unknown>): Promise<UserError> {
  const error: unknown = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error(`expected a UserError, found ${String(error)}`);
  expect(error.message).toContain(path);
  expect(error.message).toMatch(/^[^.]+ .*\.$/);
  expect(error.hint).toContain('TRAFFICINATOR_STATE_DIR');
  expect(error.exitCode).toBe(2);
  return error;
}

describe('the file of a ledger', () => {
  it('has everything when it is opened again', async () => {
    const first = await openSqliteLedger(path);
    const run = await first.startRun(backfillFacts());
    await first.commit(run.id, { atMs: 5, begun: [0, 1], settled: [{ batch: 0, outcomes: 'u2:timeout' }] });
    const day = { date: '2026-03-01', counts: { visits: 3 }, settled: null };
    await first.commit(run.id, { atMs: 1, day });
    const batches = await batchesOf(first, run.id);
    await first.close();
    await first.close();

    const second = await openSqliteLedger(path);
    expect(await second.runs()).toEqual([run]);
    expect(await batchesOf(second, run.id)).toEqual(batches);
    expect(await second.days(run.id)).toEqual([day]);
    await second.close();
  });

  it('is all there is once it is closed: the log is empty', async () => {
    const ledger = await openSqliteLedger(path);
    await ledger.startRun(backfillFacts());
    await ledger.close();
    const rest = readdirSync(join(folder, 'state')).filter((name) => name.endsWith('-wal'));
    expect(rest.map((name) => statSync(join(folder, 'state', name)).size)).toEqual(rest.map(() => 0));
  });

  it.skipIf(process.platform === 'win32')('is in a folder that only its user can enter', async () => {
    await (await openSqliteLedger(path)).close();
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
  });
});

describe('formats', () => {
  it('reads what format 1 had', async () => {
    mkdirSync(join(folder, 'state'), { recursive: true });
    writeVersion1(path);
    const ledger = await openSqliteLedger(path);
    const run = await ledger.run(7);
    expect(run).toEqual({
      ...backfillFacts({ settings: {}, contents: {}, commandLine: null }),
      id: 7,
      resumedMs: null,
      resumes: 0,
      endedMs: 1_790_000_009_000,
      outcome: 'stopped',
      trafficDigest: 'cd34',
    });
    await ledger.keepSite('https://matomo.example/matomo.php', 1, {
      timezone: 'UTC',
      currency: 'EUR',
      askedMs: 1,
    });
    expect(await batchesOf(ledger, 7)).toEqual([
      { batch: 0, state: 'settled', outcomes: null, begunMs: 1_790_000_000_100 },
      { batch: 1, state: 'settled', outcomes: 'a199 u1:timeout', begunMs: 1_790_000_000_100 },
      { batch: 2, state: 'in-flight', outcomes: null, begunMs: 1_790_000_000_200 },
    ]);
    expect(await ledger.days(7)).toEqual([
      { date: '2026-03-01', counts: { visits: { planned: 33 } }, settled: null },
    ]);
    expect(
      await ledger.admitted({ url: backfillFacts().url, site: 1, date: '2026-03-01', shard: '1/1' }),
    ).toBe(41);
    await ledger.close();
  });

  it('brings an older file to the latest, step by step, and keeps what it holds', async () => {
    const old = await openSqliteLedger(path);
    await old.startRun(backfillFacts());
    await old.close();
    const later = [
      ...MIGRATIONS,
      'alter table run add column note text; update run set hostname = hostname || "!"'.replaceAll('"', "'"),
      "update run set hostname = hostname || '?'",
    ];
    for (let i = 0; i < 2; i++) {
      const ledger = await openSqliteLedger(path, later);
      expect(await ledger.run(1)).toMatchObject({ ...backfillFacts(), hostname: 'alpha!?' });
      await ledger.close();
    }
  });

  it('leaves the file as it was when a step fails', async () => {
    await (await openSqliteLedger(path)).close();
    const failing = [...MIGRATIONS, 'drop table lock; drop table nothing_of_that_name'];
    await expect(openSqliteLedger(path, failing)).rejects.toThrow('nothing_of_that_name');
    const ledger = await openSqliteLedger(path);
    await ledger.releaseLock('site 1', { pid: 1, hostname: 'a', command: 'run', sinceMs: 1, seenMs: 1 });
    await ledger.close();
  });

  it('refuses a file of a later format and does not touch it', async () => {
    await (await openSqliteLedger(path, [...MIGRATIONS, 'create table later (a)'])).close();
    const before = readFileSync(path);
    const error = await refusal(openSqliteLedger(path));
    expect(error.code).toBe('ledger-newer');
    expect(error.message).toContain(`its format is ${MIGRATIONS.length + 1}`);
    expect(error.hint).toContain('Update trafficinator');
    expect(readFileSync(path)).toEqual(before);
  });
});

describe('a file that cannot be used', () => {
  /** A copy, for which no process keeps anything in its memory. */
  async function writeLedger(): Promise<void> {
    const source = join(folder, 'source.db');
    const ledger = await openSqliteLedger(source);
    const { id } = await ledger.startRun(backfillFacts());
    for (let at = 0; at < 20_000; at += 1000) {
      await ledger.commit(id, { atMs: 1, begun: Array.from({ length: 1000 }, (_, i) => at + i) });
    }
    await ledger.close();
    mkdirSync(join(folder, 'state'));
    copyFileSync(source, path);
  }

  it.each([
    ['is text', () => writeFileSync(path, 'visits,day\n'.repeat(1000))],
    ['has lost its end', () => truncateSync(path, statSync(path).size - 8192)],
    ['has a hole', () => writeFileSync(path, readFileSync(path).fill(7, 3 * 4096, 40 * 4096))],
    ['has lost its beginning', () => writeFileSync(path, readFileSync(path).fill(0, 0, 4096))],
  ])('is refused as damaged when it %s', async (_title, damage) => {
    await writeLedger();
    damage();
    const before = readFileSync(path);
    expect((await refusal(openSqliteLedger(path))).code).toBe('ledger-corrupt');
    expect(readFileSync(path)).toEqual(before);
  });

  it.each([
    ['a command that there is not', "update run set command = 'walk'"],
    ['no JSON for a day', "insert into day (run, date, counts) values (1, '2026-03-01', '{')"],
  ])('is reported as damaged when it is found to hold %s', async (_title, sql) => {
    await writeLedger();
    const database = new Database(path);
    database.exec(sql);
    database.close();
    const ledger = await openSqliteLedger(path);
    const read = Promise.all([ledger.runs(), ledger.days(1)]);
    await expect(read).rejects.toThrow(expect.objectContaining({ code: 'ledger-corrupt' }));
    await ledger.close();
  });

  it('is refused where its folder is a file', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'state'), '');
    expect((await refusal(openSqliteLedger(path))).code).toBe('ledger-not-writable');
  });

  it('is refused where it is a folder', async () => {
    mkdirSync(path, { recursive: true });
    expect((await refusal(openSqliteLedger(path))).code).toBe('ledger-not-writable');
  });
});

describe.skipIf(process.platform === 'win32')('a ledger between processes', () => {
  let script = '';
  beforeAll(async () => {
    script = await buildChild(root);
  });

  /** The state folder with an empty ledger, open to everybody. */
  async function sharedLedger(): Promise<void> {
    await (await openSqliteLedger(path)).close();
    for (const name of readdirSync(join(folder, 'state'))) {
      if (!name.endsWith('.db')) rmSync(join(folder, 'state', name));
    }
    for (const name of [root, folder]) chmodSync(name, 0o755);
    chmodSync(join(folder, 'state'), 0o777);
    chmodSync(path, 0o666);
  }

  it.each([
    ['a file that is read-only', () => chmodSync(path, 0o444)],
    ['a folder that is read-only', () => chmodSync(join(folder, 'state'), 0o555)],
    [
      'a folder that is read-only and empty',
      () => {
        rmSync(path);
        chmodSync(join(folder, 'state'), 0o555);
      },
    ],
    [
      'a folder that cannot be made',
      () => {
        rmSync(join(folder, 'state'), { recursive: true });
        chmodSync(folder, 0o555);
      },
    ],
  ])('is refused before anything is sent in %s', async (_title, forbid) => {
    await sharedLedger();
    forbid();
    const said = await spawnChild(script, ['open', path], { isUnprivileged: true }).hearAll();
    expect(said).toMatchObject([{ code: 'ledger-not-writable', exitCode: 2 }]);
    expect(JSON.stringify(said)).toContain('TRAFFICINATOR_STATE_DIR');
  });

  it('opens for another user where it may be written', async () => {
    await sharedLedger();
    const said = await spawnChild(script, ['open', path], { isUnprivileged: true }).hearAll();
    expect(said).toEqual(['opened']);
  });

  interface Committed {
    readonly begun: readonly number[];
    readonly settled: readonly number[];
  }

  function isCommitted(value: unknown): value is Committed {
    return typeof value === 'object' && value !== null && 'begun' in value;
  }

  /** Every batch that was said to be committed is there, and settled when that was said too. */
  async function expectKept(said: readonly unknown[]): Promise<void> {
    const ledger = await openSqliteLedger(path);
    const rows = await batchesOf(ledger, 1);
    const states = new Map(rows.map((row) => [row.batch, row.state]));
    await ledger.close();
    for (const { begun, settled } of said.filter(isCommitted)) {
      expect(begun.filter((batch) => !states.has(batch))).toEqual([]);
      expect(settled.filter((batch) => states.get(batch) !== 'settled')).toEqual([]);
    }
    expect([...states.keys()]).toEqual([...states.keys()].map((_, i) => i));
  }

  it('has all that was committed after kills in the middle of commits', async () => {
    const said: unknown[] = [];
    for (const words of [1, 7, 19, 40, 2, 60]) {
      const child = spawnChild(script, ['commit', path]);
      for (let i = 0; i < words; i++) said.push(await child.hear());
      said.push(...(await child.kill()));
      await expectKept(said);
    }
    expect(said.length).toBeGreaterThanOrEqual(129);
  });

  it('says that there is no room, and keeps what was committed', async () => {
    const said = await spawnChild(script, ['fill', path], { fileKilobytes: 400 }).hearAll();
    expect(said.at(-1)).toMatchObject({ code: 'ledger-full', exitCode: 2 });
    expect(said.length).toBeGreaterThan(10);
    await expectKept(said);
  });

  it.each([
    ['new', async () => undefined],
    ['old', async () => await (await openSqliteLedger(path)).close()],
  ])('refuses a %s one where there is no room for a word', async (_title, prepare) => {
    await prepare();
    const said = await spawnChild(script, ['open', path], { fileKilobytes: 1 }).hearAll();
    expect(said).toMatchObject([{ code: 'ledger-full' }]);
    expect(await spawnChild(script, ['open', path]).hearAll()).toEqual(['opened']);
  });

  it('gives one lock to one of two processes, also when both make the file', async () => {
    mkdirSync(folder);
    const files = 24;
    const children = [1, 2].map(() => spawnChild(script, ['contend', folder, String(files)]));
    for (const child of children) expect(await child.hear()).toBe('ready');
    for (const child of children) child.process.stdin?.write('go\n');
    const won = await Promise.all(children.map((child) => child.hearAll()));
    const all = won.flat(2).sort((a, b) => Number(a) - Number(b));
    expect(all).toEqual(Array.from({ length: files }, (_, i) => i));
  });

  it('takes the lock of a process that was killed, and not before', async () => {
    const isRunning = (pid: number) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    const child: Child = spawnChild(script, ['hold', path]);
    expect(await child.hear()).toBe('held');
    const ledger = await openSqliteLedger(path);
    const holder = { pid: process.pid, hostname: 'alpha', command: 'run', sinceMs: 2, seenMs: 2 };
    const take = () => takeLock(ledger, 'site 1', holder, (other) => isRunning(other.pid));
    expect(await take()).toMatchObject({ pid: child.process.pid, command: 'backfill' });
    await child.kill();
    expect(await take()).toBeUndefined();
    await ledger.close();
  });
});
