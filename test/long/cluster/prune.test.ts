import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClaimKey } from '../../../src/ledger/postgres/shared-rows.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { type CountedDatabase, openCountedDatabase } from './counted-database.ts';

const TABLES = ['shared_run', 'shard', 'event', 'former', 'worker'];
const LATER_MS = 3_600_000;

let server: PostgresServer;
let url: string;
let database: CountedDatabase;
beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase();
  database = await openCountedDatabase(url);
});
afterAll(async () => {
  await database.close();
  await server.remove();
});

async function rowsIn(table: string): Promise<number> {
  return (await server.query(url, `select from trafficinator.${table}`)).length;
}

/** A run of one shard, which the worker has. */
async function claimed(site: number, worker: number): Promise<ClaimKey> {
  const { store } = database;
  const id = await store.create({
    ...{ command: 'run', name: 'shop', url: 'http://127.0.0.1/', site, version: '1' },
    ...{ job: '{}', options: '{}', continued: [null] },
  });
  const claim = id === undefined ? undefined : await store.claim(worker, [id]);
  if (!claim) throw new Error('nothing was claimed');
  await store.addEvent(claim, 'points', '[]');
  return claim;
}

describe('pruning', () => {
  it('removes shared runs that have ended with all that belongs to them, and workers that nobody refers to', async () => {
    const { store, ledger } = database;
    const facts = { hostname: 'h', pid: 1, machine: 'm', version: '1', lostMs: LATER_MS };
    const worker = await store.register(facts);
    const idle = await store.register({ ...facts, pid: 2 });
    const ended = await claimed(1, worker);
    const open = await claimed(2, worker);
    await store.finish(ended, '{}');
    await store.endRuns();

    await ledger.prune(Date.now() - LATER_MS);
    expect(await Promise.all(TABLES.map(rowsIn))).toEqual([2, 2, 2, 0, 2]);

    await ledger.prune(Date.now() + LATER_MS);
    expect(await Promise.all(TABLES.map(rowsIn))).toEqual([1, 1, 1, 0, 1]);
    expect((await store.runs({ limit: 10 })).map(({ id }) => id)).toEqual([open.run]);
    expect((await store.workers()).map(({ id }) => id)).not.toContain(idle);
  });
});
