import { describe, expect, it } from 'vitest';
import type { BackfillJob } from '../../../src/job/job.ts';
import { remainingDays } from '../../../src/job/ledger/remaining-days.ts';
import { digestOfSettings } from '../../../src/job/schedule.ts';
import type { Ledger, RunOutcome } from '../../../src/ledger/ledger.ts';
import { createMemoryLedger } from '../../../src/ledger/memory.ts';
import { backfillFacts } from '../../ledger/facts.ts';
import { trafficSettings } from '../../plan/fixtures.ts';

const URL = 'https://matomo.example/matomo.php';
const traffic = trafficSettings({ visitsPerDay: 10 });

function jobOf(from: string, to: string, index = 1, count = 1): BackfillJob {
  const limits = { connectTimeoutMs: 1, responseTimeoutMs: 1, retryAttempts: 0 };
  return {
    command: 'backfill',
    name: 'default',
    traffic,
    target: { url: URL, token: undefined, concurrency: 4, ...limits },
    shard: { index, count },
    from,
    to,
    batchSize: 200,
    batchBytes: 120_000,
    maxVisits: 0,
    requestsPerSecond: undefined,
    stallTimeoutMs: 1000,
  };
}

/** A run of the past over a window, with the days of which it has sent something. */
async function addRun(
  ledger: Ledger,
  job: BackfillJob,
  outcome: RunOutcome | null,
  {
    digest = digestOfSettings(job),
    touched = [] as readonly string[],
    untouched = [] as readonly string[],
  } = {},
): Promise<number> {
  const { from, to, shard } = job;
  const site = traffic.siteId;
  const facts = { url: URL, site, from, to, digest, shard: `${shard.index}/${shard.count}` };
  const { id } = await ledger.startRun(backfillFacts(facts));
  const save = (date: string, skipped: number) =>
    ledger.commit(id, { atMs: 1, day: { date, counts: { hits: { planned: 50, skipped } }, settled: null } });
  for (const date of touched) await save(date, 10);
  for (const date of untouched) await save(date, 50);
  if (outcome) await ledger.endRun(id, { endedMs: 1, outcome, trafficDigest: null });
  return id;
}

async function remaining(ledger: Ledger, ...parts: readonly BackfillJob[]) {
  const { windows, sent } = await remainingDays(ledger, parts);
  return {
    windows: windows.map(({ from, to }) => `${from}..${to}`),
    sent: sent.map(({ date, run }) => `${date} ${run.id}`),
  };
}

const WEEK = jobOf('2026-10-01', '2026-10-07');

describe('the days of a backfill that are left', () => {
  it('are all of them when none was sent', async () => {
    expect(await remaining(createMemoryLedger(), WEEK)).toEqual({
      windows: ['2026-10-01..2026-10-07'],
      sent: [],
    });
  });

  it('are those beside the days of a finished run, whatever its settings', async () => {
    const ledger = createMemoryLedger();
    const id = await addRun(ledger, jobOf('2026-10-03', '2026-10-04'), 'done', { digest: 'another' });
    expect(await remaining(ledger, WEEK)).toEqual({
      windows: ['2026-10-01..2026-10-02', '2026-10-05..2026-10-07'],
      sent: [`2026-10-03 ${id}`, `2026-10-04 ${id}`],
    });
  });

  it('are none when all were sent', async () => {
    const ledger = createMemoryLedger();
    await addRun(ledger, WEEK, 'done');
    expect((await remaining(ledger, WEEK)).windows).toEqual([]);
    expect((await remaining(ledger, WEEK)).sent).toHaveLength(7);
  });

  it('begin with the window of a run that was cut off and had these settings, and go on with the new ones', async () => {
    const ledger = createMemoryLedger();
    await addRun(ledger, jobOf('2026-10-04', '2026-10-05'), 'stalled', { touched: ['2026-10-04'] });
    expect(await remaining(ledger, WEEK)).toEqual({
      windows: ['2026-10-01..2026-10-03', '2026-10-04..2026-10-05', '2026-10-06..2026-10-07'],
      sent: [],
    });
  });

  it('leave out what a stopped run with other settings has touched, and only that', async () => {
    const ledger = createMemoryLedger();
    const id = await addRun(ledger, WEEK, 'stopped', {
      digest: 'another',
      touched: ['2026-10-01', '2026-10-02'],
      untouched: ['2026-10-03'],
    });
    expect(await remaining(ledger, WEEK)).toEqual({
      windows: ['2026-10-03..2026-10-07'],
      sent: [`2026-10-01 ${id}`, `2026-10-02 ${id}`],
    });
  });

  it('leave out the whole window of a killed run with other settings: nobody knows what it sent', async () => {
    const ledger = createMemoryLedger();
    await addRun(ledger, jobOf('2026-10-01', '2026-10-06'), null, { digest: 'another' });
    expect((await remaining(ledger, WEEK)).windows).toEqual(['2026-10-07..2026-10-07']);
  });

  it('do not continue a run that reaches beyond the days that are asked for', async () => {
    const ledger = createMemoryLedger();
    await addRun(ledger, jobOf('2026-09-30', '2026-10-02'), 'stopped', { touched: ['2026-10-01'] });
    expect((await remaining(ledger, WEEK)).windows).toEqual(['2026-10-02..2026-10-07']);
  });

  it('are continued in shards when one of them was cut off', async () => {
    const ledger = createMemoryLedger();
    const parts = [1, 2].map((index) => jobOf('2026-10-01', '2026-10-02', index, 2));
    for (const [i, part] of parts.entries()) {
      await addRun(ledger, part, i === 0 ? 'done' : 'failed', { touched: ['2026-10-01', '2026-10-02'] });
    }
    expect(await remaining(ledger, ...parts)).toEqual({ windows: ['2026-10-01..2026-10-02'], sent: [] });
  });
});
