import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BackfillJob } from '../../src/job/job.ts';
import { runJob } from '../../src/job/run-job.ts';
import type { BatchRange, DayRow, Ledger } from '../../src/ledger/ledger.ts';
import { createMemoryLedger } from '../../src/ledger/memory.ts';
import { countsOf as countsOfTotals, type Totals } from '../../src/ledger/totals.ts';
import { createSystemClock } from '../../src/run/clock.ts';
import { createPause } from '../../src/run/pause.ts';
import { createStop, type Stop } from '../../src/run/stop.ts';
import { batchesOf } from '../ledger/batches.ts';
import { trafficSettings, WHOLE } from '../plan/fixtures.ts';
import { type Endpoint, openEndpoint, recordedBy, SUPER_TOKEN } from './endpoint.ts';

const FIRST = '2026-03-01';
const LAST = '2026-03-08';
const DAYS = 8;

let endpoint: Endpoint;
beforeEach(async () => {
  endpoint = await openEndpoint();
});
afterEach(() => endpoint.sink.close());

function job(more: Partial<BackfillJob> = {}): BackfillJob {
  return {
    command: 'backfill',
    name: 'shop',
    traffic: trafficSettings({ visitsPerDay: 40 }),
    target: {
      url: endpoint.url,
      token: SUPER_TOKEN,
      concurrency: 4,
      connectTimeoutMs: 20_000,
      responseTimeoutMs: 20_000,
      retryAttempts: 0,
    },
    shard: WHOLE,
    from: FIRST,
    to: LAST,
    batchSize: 10,
    batchBytes: 120_000,
    maxVisits: 0,
    requestsPerSecond: undefined,
    stallTimeoutMs: 60_000,
    ...more,
  };
}

interface Told {
  readonly date: string;
  readonly totals: Totals;
}

/** One process that sends the job; `onDay` may stop it. */
async function send(
  ledger: Ledger,
  of: BackfillJob,
  onDay: (told: readonly Told[], stop: Stop) => void = () => {},
) {
  const clock = createSystemClock();
  const stop = createStop();
  const told: Told[] = [];
  let atStart: number | undefined;
  const result = await runJob(of, {
    clock,
    stop,
    ledger,
    self: { pid: 1, hostname: 'here' },
    isAlive: () => false,
    options: { resume: true, again: false, inDoubt: 'ask' },
    onStart: ({ visits }) => {
      atStart = visits.complete;
    },
    onDay(date, totals) {
      told.push({ date, totals });
      onDay(told, stop);
    },
    thresholds: [],
    pause: createPause(clock),
  });
  return { ...result, told, atStart };
}

/** What must not depend on how often the backfill was cut off. */
const lastingCounts = (totals: Totals) => {
  const { acceptedNow: _, requests: __, retries: ___, ...counts } = countsOfTotals(totals);
  return counts;
};

const settledDates = (days: readonly DayRow[]) =>
  days.filter(({ settled }) => settled).map(({ date }) => date);
const stopAfter = (count: number) => (told: readonly Told[], stop: Stop) => {
  if (told.length === count) stop.request('SIGINT');
};

/** A ledger that notes which batches it was asked for. */
function watched(ledger: Ledger) {
  const asked: (BatchRange | undefined)[] = [];
  return {
    asked,
    ledger: {
      ...ledger,
      batches: (runId: number, range?: BatchRange) => {
        asked.push(range);
        return ledger.batches(runId, range);
      },
    },
  };
}

describe.each([
  { title: 'in bulk', more: {} },
  { title: 'hit by hit', more: { batchSize: 1 } },
  { title: 'with a limit of visits', more: { maxVisits: 290 } },
  { title: 'as one of several shards', more: { shard: { index: 2, count: 3 } } },
] satisfies { title: string; more: Partial<BackfillJob> }[])(
  'a backfill $title that was cut off',
  ({ more }) => {
    it('goes on without its settled days, and comes to what it would have come to', async () => {
      const whole = await send(createMemoryLedger(), job(more));
      const expected = { totals: lastingCounts(whole.totals), digest: whole.digest };
      const recorded = recordedBy(endpoint);
      await endpoint.sink.close();
      endpoint = await openEndpoint();

      const ledger = createMemoryLedger();
      const first = await send(ledger, job(more), stopAfter(3));
      expect(first.endedBy).toBeDefined();
      const settled = settledDates(await ledger.days(1));
      expect(settled.slice(0, 3)).toEqual(['2026-03-01', '2026-03-02', '2026-03-03']);
      expect(settled.length).toBeLessThan(DAYS);

      const { asked, ledger: seen } = watched(ledger);
      const second = await send(seen, job(more));
      expect(second).toMatchObject({ runId: 1, wasDone: false, exitCode: 0, digest: expected.digest });
      expect(lastingCounts(second.totals)).toEqual(expected.totals);
      expect(second.told.map(({ date }) => date)).toEqual(whole.told.map(({ date }) => date));
      for (const [i, { totals }] of second.told.entries())
        expect(lastingCounts(totals)).toEqual(lastingCounts((whole.told[i] as Told).totals));
      expect(recordedBy(endpoint)).toEqual(recorded);

      // Nothing of the settled days was read, planned or counted anew.
      const before = (await ledger.days(1)).filter(({ date }) => settled.includes(date));
      const batches = before.reduce((sum, day) => sum + (day.settled?.batches ?? 0), 0);
      expect(asked).toEqual([{ from: batches, to: Number.MAX_SAFE_INTEGER }]);
      expect(second.atStart).toBe(before.reduce((sum, day) => sum + (day.settled?.visits ?? 0), 0));
      expect((await batchesOf(ledger, 1)).every(({ state }) => state === 'settled')).toBe(true);
      expect(settledDates(await ledger.days(1))).toHaveLength(whole.told.length);

      const third = await send(watched(ledger).ledger, job(more));
      expect(third).toMatchObject({ wasDone: true, digest: expected.digest, exitCode: 0 });
      expect(third.totals.requests).toBe(0);
      expect(lastingCounts(third.totals)).toEqual(expected.totals);
    });
  },
);

describe('a day of a backfill', () => {
  it('is not settled while a hit of it failed, and those after it are left out all the same', async () => {
    const whole = await send(createMemoryLedger(), job());
    await endpoint.sink.close();
    endpoint = await openEndpoint();
    endpoint.faults.script = (rank) =>
      rank >= 12 && rank < 32 ? { kind: 'status', status: 413, isProcessed: false } : null;
    const ledger = createMemoryLedger();
    // One request after the other: the refusals are of one batch after the other, halved until a hit does not pass alone.
    const one = { ...job().target, concurrency: 1 };
    const first = await send(ledger, job({ target: one }));
    expect(first.totals.hits.accepted).toBeLessThan(first.totals.hits.planned);
    endpoint.faults.script = () => null;
    const open = (await ledger.days(1)).filter(({ settled }) => !settled);
    expect(open.length).toBeGreaterThan(0);
    const settled = (await ledger.days(1)).flatMap((day) => day.settled ?? []);
    expect(settledDates(await ledger.days(1))).toContain(LAST);
    const { asked, ledger: seen } = watched(ledger);
    const second = await send(seen, job());
    expect(second.exitCode).toBe(0);
    expect(second.digest).toBe(whole.digest);
    expect(second.totals.hits.accepted).toBe(second.totals.hits.planned);
    expect(second.told.map(({ date }) => date)).toEqual(whole.told.map(({ date }) => date));
    for (const { firstBatch, batches } of settled) {
      const isAsked = asked.some(
        (range) => range && range.from < firstBatch + batches && range.to >= firstBatch,
      );
      expect(isAsked).toBe(false);
    }
    expect(lastingCounts(second.totals)).toEqual(lastingCounts(whole.totals));
    expect(settledDates(await ledger.days(1))).toHaveLength(DAYS);
  });

  it('of an older version, without its numbers, is gone through again and then has them', async () => {
    const ledger = createMemoryLedger();
    const first = await send(ledger, job(), stopAfter(4));
    for (const day of await ledger.days(1))
      await ledger.commit(1, { atMs: 1, day: { ...day, settled: null } });
    const { asked, ledger: seen } = watched(ledger);
    const second = await send(seen, job());
    expect(asked).toEqual([{ from: 0, to: Number.MAX_SAFE_INTEGER }]);
    expect(second.totals.hits.accepted).toBe(second.totals.hits.planned);
    expect(second.totals.hits.accepted).toBeGreaterThan(first.totals.hits.accepted);
    expect(settledDates(await ledger.days(1))).toHaveLength(DAYS);
  });

  it('whose saved counts are not whole is gone through again', async () => {
    const ledger = createMemoryLedger();
    await send(ledger, job(), stopAfter(4));
    const [day] = await ledger.days(1);
    if (!day) throw new Error('expected a day');
    await ledger.commit(1, {
      atMs: 1,
      day: { ...day, counts: { visits: { planned: day.settled?.visits } } },
    });
    const { asked, ledger: seen } = watched(ledger);
    const second = await send(seen, job());
    expect(asked[0]?.from).toBe(0);
    expect(second).toMatchObject({ exitCode: 0 });
    expect(second.totals.hits.accepted).toBe(second.totals.hits.planned);
  });
});
