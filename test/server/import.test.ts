import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConnection } from '../../src/ledger/sqlite/connection.ts';
import { importPredecessor } from '../../src/server/store/import-predecessor.ts';
import { openTestServer, type TestServer } from './harness.ts';

const TOKEN = 'c'.repeat(32);
const folder = mkdtempSync(join(tmpdir(), 'trafficinator-import-'));
const path = join(folder, 'presets.db');
let server: TestServer;

/** As the earlier control service makes it. */
async function makeDatabase(): Promise<void> {
  const connection = await openConnection(path);
  connection.script(`
    CREATE TABLE config_presets (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, description TEXT,
      config_json TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
    CREATE TABLE funnels (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, description TEXT,
      config_json TEXT NOT NULL, probability REAL NOT NULL DEFAULT 0, priority INTEGER NOT NULL DEFAULT 0,
      enabled INTEGER NOT NULL DEFAULT 1, created_at TEXT NOT NULL, updated_at TEXT NOT NULL)`);
  const config = { matomo_url: 'https://m.example/', matomo_token_auth: TOKEN, target_visits_per_day: 700 };
  const funnel = {
    exit_after_completion: false,
    steps: [{ type: 'pageview', url: 'https://m.example/a', event_name: null, ecommerce_items: 2 }],
  };
  const [now, later] = ['2025-11-27T12:00:00.123456', '2025-11-28T12:00:00'];
  connection.write(() => {
    connection.run('insert into config_presets values (1, ?, ?, ?, ?, ?)', [
      'Old one',
      'from before',
      JSON.stringify(config),
      now,
      later,
    ]);
    connection.run('insert into config_presets values (2, ?, null, ?, ?, ?)', ['broken', '{', now, later]);
    connection.run('insert into funnels values (1, ?, null, ?, 0.25, 2, 0, ?, ?)', [
      'Old funnel',
      JSON.stringify(funnel),
      now,
      later,
    ]);
  });
  connection.close();
}

beforeAll(async () => {
  await makeDatabase();
  server = await openTestServer();
});
afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true });
});

describe('the database of the earlier control service', () => {
  it('is taken over, what is damaged is named, and a second time changes nothing', async () => {
    const { service } = server;
    const first = await importPredecessor(service.host, path, service);
    expect(first).toMatchObject({
      presets: 1,
      funnels: 1,
      skipped: [expect.stringContaining('preset broken')],
    });
    const [preset] = service.presets.list();
    expect(preset && service.presets.config(preset)).toMatchObject({
      matomo_url: 'https://m.example/',
      target_visits_per_day: 700,
      matomo_token_auth: '***MASKED***',
    });
    expect((await server.ask('/api/funnels/1')).json).toMatchObject({
      name: 'Old funnel',
      config: { probability: 0.25, priority: 2, enabled: false, exit_after_completion: false },
    });
    const second = await importPredecessor(service.host, path, service);
    expect(second).toMatchObject({ presets: 0, funnels: 0 });
    expect(second.skipped).toHaveLength(3);
  });

  it.each([
    ['is not there', join(folder, 'none.db'), undefined],
    [
      'is no database',
      join(folder, 'text.db'),
      'hello, this is no database at all, but long enough to look at',
    ],
  ])('that %s is refused with exit code 2', async (_, file, content) => {
    if (content !== undefined) writeFileSync(file, content.repeat(40));
    await expect(importPredecessor(server.service.host, file, server.service)).rejects.toMatchObject({
      exitCode: 2,
    });
  });
});
