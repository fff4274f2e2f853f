import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createProcessHost } from '../../src/host.ts';
import { type ScheduleRecord, scheduleRecord } from '../../src/server/schedule/schedule-record.ts';
import { createScheduleStore } from '../../src/server/schedule/schedule-store.ts';
import { createSchedules } from '../../src/server/schedule/schedules.ts';
import { openDatabase } from '../../src/server/store/database.ts';
import { createSecrets } from '../../src/server/store/secrets.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const HOUR_MS = 3_600_000;
const NOON_MS = Date.UTC(2026, 9, 20, 12);

function record(more: Partial<ScheduleRecord> = {}): ScheduleRecord {
  return scheduleRecord.parse({ name: 'nightly', cron: '30 2 * * *', command: 'backfill', ...more });
}

/** A service that may go and come back; it notes when it started what. */
async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'trafficinator-schedules-'));
  folders.push(folder);
  const clock = new VirtualClock(NOON_MS);
  const started: string[] = [];
  const warnings: string[] = [];
  const log = {
    info: () => {},
    warning: (text: string) => void warnings.push(text),
    error: () => {},
    defect: () => {},
  };
  const connection = await openDatabase(createProcessHost(), join(folder, 'control.db'));
  let job = 0;
  const schedules = createSchedules({
    connection,
    secrets: createSecrets(connection, Buffer.alloc(32)),
    clock,
    log,
    start: async ({ name }) => {
      started.push(`${name} ${new Date(clock.now()).toISOString().slice(0, 16)}`);
      return ++job;
    },
  });
  return { clock, started, warnings, schedules, connection };
}

describe('a clock that was far ahead and is set right', () => {
  it('leaves no schedule waiting for the time that it showed', async () => {
    const { clock, started, schedules, connection } = await setUp();
    const { id } = schedules.create(record({ catchUp: false }));
    const aYearOn = NOON_MS + 365 * 24 * HOUR_MS;
    connection.write(() =>
      connection.run('update schedule set last_ms = ?, created_ms = ?', [aYearOn, aYearOn]),
    );
    const leaving = new AbortController();
    const running = schedules.run(leaving.signal);
    await clock.advance(24 * HOUR_MS);
    expect(started).toEqual(['nightly 2026-10-21T02:30']);
    expect(schedules.get(id)).toMatchObject({ lastJob: 1 });
    leaving.abort();
    await running;
  });

  it('that was ahead by less than a day starts nothing twice', async () => {
    const { clock, started, schedules, connection } = await setUp();
    schedules.create(record());
    connection.write(() => connection.run('update schedule set last_ms = ?', [NOON_MS + 15 * HOUR_MS]));
    const leaving = new AbortController();
    const running = schedules.run(leaving.signal);
    await clock.advance(48 * HOUR_MS);
    expect(started).toEqual(['nightly 2026-10-22T02:30']);
    leaving.abort();
    await running;
  });
});

describe('a schedule whose token cannot be kept', () => {
  it('is not kept either, and one that was there stays as it was', async () => {
    const { connection } = await setUp();
    const full = () => {
      throw new Error('no space');
    };
    const secrets = createSecrets(connection, Buffer.alloc(32));
    const store = createScheduleStore(connection, secrets);
    const { id } = store.create(record(), 0);
    const broken = createScheduleStore(connection, { ...secrets, write: full });
    expect(() => broken.create(record({ name: 'other' }), 0)).toThrow('no space');
    expect(() => broken.replace(id, record({ cron: '0 4 * * *' }), 0)).toThrow('no space');
    expect(() => broken.remove(id)).toThrow('no space');
    expect(store.list()).toMatchObject([{ record: { name: 'nightly', cron: '30 2 * * *' } }]);
  });
});

describe('a schedule', () => {
  it('starts at its time on every day, and knows the run that it started last', async () => {
    const { clock, started, schedules } = await setUp();
    const { id } = schedules.create(record());
    const leaving = new AbortController();
    const running = schedules.run(leaving.signal);
    await clock.advance(48 * HOUR_MS);
    expect(started).toEqual(['nightly 2026-10-21T02:30', 'nightly 2026-10-22T02:30']);
    expect(schedules.get(id)).toMatchObject({ lastJob: 2 });
    leaving.abort();
    await running;
  });

  it.each([
    ['UTC+5.5', '2026-10-20T21:00'],
    ['UTC-3', '2026-10-21T05:30'],
    ['Europe/Stockholm', '2026-10-21T00:30'],
    ['Asia/Kolkata', '2026-10-20T21:00'],
  ])('follows the clock of %s', async (timezone, expected) => {
    const { schedules } = await setUp();
    const schedule = schedules.create(record({ timezone }));
    expect(new Date(schedules.nextMs(schedule) ?? 0).toISOString().slice(0, 16)).toBe(expected);
  });

  it('that was missed is caught up with, once, when the service is back within a day', async () => {
    const { clock, started, schedules } = await setUp();
    schedules.create(record());
    // Three nights, the last of them ten hours ago.
    await clock.advance(72 * HOUR_MS);
    const leaving = new AbortController();
    const running = schedules.run(leaving.signal);
    await clock.advance(HOUR_MS);
    expect(started).toEqual(['nightly 2026-10-23T12:00']);
    await clock.advance(24 * HOUR_MS);
    expect(started).toEqual(['nightly 2026-10-23T12:00', 'nightly 2026-10-24T02:30']);
    leaving.abort();
    await running;
  });

  it('that was missed long ago, or is not to catch up, is reported', async () => {
    const { clock, started, warnings, schedules } = await setUp();
    schedules.create(record({ name: 'weekly', cron: '0 13 * * 2' }));
    schedules.create(record({ name: 'punctual', catchUp: false }));
    await clock.advance(72 * HOUR_MS);
    const leaving = new AbortController();
    const running = schedules.run(leaving.signal);
    await clock.advance(HOUR_MS);
    expect(started).toEqual([]);
    expect(warnings.map((text) => /Schedule (\w+) was missed/.exec(text)?.[1])).toEqual([
      'weekly',
      'punctual',
    ]);
    leaving.abort();
    await running;
  });

  it('that is changed or switched on again starts at times after that, and has not run by it', async () => {
    const { clock, started, schedules } = await setUp();
    const { id } = schedules.create(record({ isEnabled: false }));
    await clock.advance(16 * HOUR_MS);
    schedules.replace(id, record());
    expect(schedules.get(id)).toMatchObject({ lastMs: null, lastJob: null });
    const leaving = new AbortController();
    const running = schedules.run(leaving.signal);
    await clock.advance(HOUR_MS);
    expect(started).toEqual([]);
    await clock.advance(24 * HOUR_MS);
    expect(started).toEqual(['nightly 2026-10-22T02:30']);
    leaving.abort();
    await running;
  });

  it('that is saved while another one starts has its time, too', async () => {
    const { clock, connection } = await setUp();
    const started: string[] = [];
    const log = { info: () => {}, warning: () => {}, error: () => {}, defect: () => {} };
    const schedules = createSchedules({
      connection,
      secrets: createSecrets(connection, Buffer.alloc(32)),
      clock,
      log,
      start: async ({ name }) => {
        started.push(name);
        if (name === 'first') schedules.create(record({ name: 'second', cron: '35 12 * * *' }));
        return 1;
      },
    });
    schedules.create(record({ name: 'first', cron: '30 12 * * *' }));
    const leaving = new AbortController();
    const running = schedules.run(leaving.signal);
    await clock.advance(40 * 60_000);
    expect(started).toEqual(['first', 'second']);
    leaving.abort();
    await running;
  });

  it('that cannot start is reported, and started again only at its next time', async () => {
    const { clock, warnings, connection } = await setUp();
    let tries = 0;
    const log = {
      info: () => {},
      warning: (text: string) => void warnings.push(text),
      error: () => {},
      defect: () => {},
    };
    const schedules = createSchedules({
      connection,
      secrets: createSecrets(connection, Buffer.alloc(32)),
      clock,
      log,
      start: async () => {
        tries++;
        throw new Error('The site is taken');
      },
    });
    schedules.create(record());
    const leaving = new AbortController();
    const running = schedules.run(leaving.signal);
    await clock.advance(20 * HOUR_MS);
    expect(tries).toBe(1);
    expect(warnings[0]).toContain('The site is taken');
    // Not the run of an earlier time.
    expect(schedules.list()[0]).toMatchObject({ lastMs: NOON_MS + 14.5 * HOUR_MS, lastJob: null });
    leaving.abort();
    await running;
  });
});
