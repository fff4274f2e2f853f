/** A service, or a job, that is being stopped begins nothing more. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProcessHost } from '../../src/host.ts';
import { Job } from '../../src/server/jobs/job.ts';
import { openDatabase } from '../../src/server/store/database.ts';
import { createDelayedWrites } from '../../src/server/store/delayed-writes.ts';
import { createJobStore } from '../../src/server/store/job-store.ts';
import { createPointStore } from '../../src/server/store/point-store.ts';
import { createFeed } from '../../src/server/stream/feed.ts';
import { createLogBook } from '../../src/server/stream/log-book.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';
import { openTestServer } from './harness.ts';

describe('a service that is being stopped', () => {
  it('starts no run, and is not ready for one', async () => {
    const server = await openTestServer();
    try {
      await server.service.jobs.stopAll('SIGTERM', true);
      const start = await server.ask('/api/v2/runs', { body: { sink: true } });
      expect([start.status, start.json]).toMatchObject([503, { code: 'service-stopping' }]);
      expect((await server.ask('/api/v2/runs')).json).toEqual({ runs: [] });
      expect((await server.ask('/ready')).status).toBe(503);
      expect((await server.ask('/health')).status).toBe(200);
    } finally {
      await server.end();
    }
  });
});

describe('a job that is stopped while an earlier process of it is waited for', () => {
  it('ends, and starts no other process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trafficinator-leaving-'));
    const host = createProcessHost();
    const connection = await openDatabase(host, join(folder, 'control.db'));
    const clock = new VirtualClock(0);
    const writes = createDelayedWrites(() => {});
    const store = createJobStore(connection, writes);
    const request = {
      presets: [],
      isSink: true,
      shards: 1,
      again: false,
      verify: false,
      forMs: null,
      origins: {},
    };
    const row = store.create({
      command: 'run',
      name: 'a run',
      request,
      settings: '',
      createdMs: 0,
      source: 'test',
    });
    let started = 0;
    const job = new Job(row, {
      host,
      clock,
      store,
      points: createPointStore(connection, clock, writes),
      log: createLogBook(createFeed(), () => {}),
      work() {
        started++;
        return undefined;
      },
      onChange() {},
    });
    await job.stop({ signal: 'SIGTERM' });
    job.goOn([]);
    expect(started).toBe(0);
    expect(store.job(row.id)).toMatchObject({ state: 'stopped', exitCode: 143, isWanted: false });
    connection.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
