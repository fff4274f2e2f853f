/** What the service itself writes while its disk is full: nothing ends, and nothing is lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createProcessHost } from '../../src/host.ts';
import type { Connection } from '../../src/ledger/sqlite/connection.ts';
import { asRefusal } from '../../src/server/http/refusal.ts';
import { type CurvePoint, POINT_COLUMNS } from '../../src/server/jobs/totals.ts';
import { createAudit } from '../../src/server/store/audit.ts';
import { openDatabase } from '../../src/server/store/database.ts';
import { createDelayedWrites } from '../../src/server/store/delayed-writes.ts';
import { createFacts } from '../../src/server/store/facts.ts';
import { createJobStore } from '../../src/server/store/job-store.ts';
import { createPointStore } from '../../src/server/store/point-store.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** SQLite refuses to let the file grow, in the words of a full disk. */
function fill(connection: Connection): void {
  connection.script('pragma max_page_count = 1');
  const facts = createFacts(connection);
  for (let i = 0, isFull = false; !isFull; i++) {
    try {
      facts.write(`filler ${i}`, 'x'.repeat(500), 0);
    } catch {
      isFull = true;
    }
  }
}

const makeSpace = (connection: Connection) => connection.script('pragma max_page_count = 100000');

async function openStores() {
  const folder = mkdtempSync(join(tmpdir(), 'trafficinator-full-'));
  const connection = await openDatabase(createProcessHost(), join(folder, 'control.db'));
  ends.push(() => {
    connection.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const clock = new VirtualClock(0);
  const warnings: string[] = [];
  const writes = createDelayedWrites((message) => warnings.push(message));
  return {
    connection,
    warnings,
    jobs: createJobStore(connection, writes),
    points: createPointStore(connection, clock, writes),
    audit: createAudit(connection, clock, writes),
  };
}

function pointAt(atMs: number): CurvePoint {
  const numbers = Object.fromEntries(POINT_COLUMNS.map((column) => [column, 0]));
  // One entry for each column.
  return { ...numbers, atMs } as unknown as CurvePoint;
}

const REQUEST = {
  presets: [],
  isSink: true,
  shards: 1,
  again: false,
  verify: false,
  forMs: null,
  origins: {},
  thresholds: [],
};
const NEW = {
  command: 'run',
  name: 'a run',
  request: REQUEST,
  settings: '',
  createdMs: 0,
  source: 'test',
} as const;

describe('a database that cannot grow', () => {
  it('leaves jobs as they are: their state is in memory, and on the disk when there is space again', async () => {
    const { connection, warnings, jobs } = await openStores();
    const { id } = jobs.create(NEW);
    fill(connection);
    jobs.change(id, { state: 'failed', error: 'e'.repeat(9000), isWanted: false });
    jobs.change(id, { exitCode: 2 });
    expect(jobs.job(id)).toMatchObject({ state: 'failed', exitCode: 2, isWanted: false });
    expect(warnings).toHaveLength(1);
    makeSpace(connection);
    expect(jobs.wanted()).toEqual([]);
    const stored = connection.rows('select state, exit_code from job', [], (row) => row);
    expect(stored).toEqual([{ state: 'failed', exit_code: 2 }]);
    expect(warnings).toEqual([
      expect.stringContaining('is kept in memory'),
      expect.stringContaining('can be written again'),
    ]);
  });

  it('keeps the curve and the audit log for later', async () => {
    const { connection, points, audit } = await openStores();
    fill(connection);
    for (let i = 1; i <= 200; i++) {
      points.add(1, undefined, 'second', pointAt(i * 1000));
      audit.add('test', 'run.stop', `run ${i} ${'x'.repeat(150)}`);
    }
    points.saveProgress(1, { text: 'p'.repeat(9000) });
    points.flush();
    expect(points.columns(1, undefined, 'second', 0).atMs).toEqual([]);
    makeSpace(connection);
    expect(points.columns(1, undefined, 'second', 0).atMs).toHaveLength(200);
    expect(points.progress(1)).toBeDefined();
    expect(audit.entries(500)).toHaveLength(200);
  });

  it('answers whoever wants to save something with 507, and tells no path', async () => {
    const { connection, jobs } = await openStores();
    fill(connection);
    let refusal: unknown;
    try {
      jobs.create({ ...NEW, settings: 'x'.repeat(9000) });
    } catch (error) {
      refusal = asRefusal(error);
    }
    expect(refusal).toMatchObject({ status: 507, code: 'disk-full' });
    expect(String(refusal)).not.toContain('control.db');
    const ofFile = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(asRefusal(ofFile)).toMatchObject({ status: 507 });
  });
});
