/** What every ledger does, whatever it is kept in. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Holder, Ledger, RunFacts } from '../../src/ledger/ledger.ts';
import { batchesOf } from './batches.ts';
import { backfillFacts } from './facts.ts';

const START_MS = 1_790_000_000_123;
const URL = 'https://matomo.example/matomo.php';
const admission = { url: URL, site: 1, date: '2026-03-01', shard: '1/1' };
const holder: Holder = { pid: 10, hostname: 'alpha', command: 'backfill', sinceMs: 1000, seenMs: 1000 };
const other: Holder = { ...holder, pid: 11 };

type Open = () => Ledger | Promise<Ledger>;

export function describeLedger(name: string, open: Open): void {
  describe(`${name} ledger`, () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await open();
    });
    afterEach(() => ledger.close());

    describe('runs', () => describeRuns(() => ledger));
    describe('overlapping backfills', () => describeOverlaps(() => ledger));
    describe('batches', () => describeBatches(() => ledger));
    describe('pruning', () => describePruning(() => ledger));
    describe('days and admissions', () => describeDays(() => ledger));
    describe('locks', () => describeLocks(() => ledger));
    describe('sites', () => describeSites(() => ledger));
  });
}

function describeSites(get: () => Ledger): void {
  it('are kept by target and number, the last answer in the place of the one before', async () => {
    const berlin = { timezone: 'Europe/Berlin', currency: 'EUR', askedMs: START_MS };
    const tokyo = { timezone: 'Asia/Tokyo', currency: 'JPY', askedMs: START_MS + 1 };
    await get().keepSite(URL, 1, berlin);
    await get().keepSite(URL, 2, tokyo);
    expect(await get().site(URL, 1)).toEqual(berlin);
    await get().keepSite(URL, 1, tokyo);
    expect(await get().site(URL, 1)).toEqual(tokyo);
    expect(await get().site(URL, 3)).toBeUndefined();
    expect(await get().site(`${URL}?`, 1)).toBeUndefined();
  });
}

function describeRuns(get: () => Ledger): void {
  it('gives back what a run was started with', async () => {
    const facts = backfillFacts({ seed: 'söed "x"', plannedVisits: 20_000 });
    const run = await get().startRun(facts);
    expect(run).toEqual({
      ...facts,
      id: 1,
      resumedMs: null,
      resumes: 0,
      endedMs: null,
      outcome: null,
      trafficDigest: null,
    });
    expect(await get().run(run.id)).toEqual(run);
  });

  it('keeps a live run without window and end', async () => {
    const facts = backfillFacts({ command: 'run', from: null, to: null, plannedVisits: null });
    expect(await get().startRun(facts)).toMatchObject(facts);
  });

  it('knows no run that was never started', async () => {
    expect(await get().run(1)).toBeUndefined();
    await expect(get().endRun(1, { endedMs: 1, outcome: 'done', trafficDigest: null })).rejects.toThrow(
      'found 1',
    );
    await expect(get().reopenRun(1, { resumedMs: 1, pid: 1, hostname: 'a' })).rejects.toThrow('found 1');
    await expect(get().commit(1, { atMs: 1, begun: [0] })).rejects.toThrow();
    await expect(
      get().commit(1, { atMs: 1, day: { date: '2026-03-01', counts: {}, settled: null } }),
    ).rejects.toThrow();
    expect(await batchesOf(get(), 1)).toEqual([]);
    expect(await get().days(1)).toEqual([]);
  });

  it('ends a run, and opens it again for a resume', async () => {
    const { id } = await get().startRun(backfillFacts());
    await get().startRun(backfillFacts());
    const end = { endedMs: START_MS + 5000, outcome: 'stopped', trafficDigest: 'ab12' } as const;
    expect(await get().endRun(id, end)).toMatchObject({ id, ...end });
    const resumed = await get().reopenRun(id, { resumedMs: START_MS + 9000, pid: 99, hostname: 'beta' });
    expect(resumed).toEqual({
      ...backfillFacts(),
      id,
      resumedMs: START_MS + 9000,
      resumes: 1,
      pid: 99,
      hostname: 'beta',
      endedMs: null,
      outcome: null,
      trafficDigest: null,
    });
    expect(await get().run(id)).toEqual(resumed);
    expect(await get().run(id + 1)).toMatchObject({ resumes: 0, outcome: null });
  });

  it('lists the newest first, by target, site and command, up to a limit', async () => {
    const ids = async (filter?: Parameters<Ledger['runs']>[0]) =>
      (await get().runs(filter)).map((run) => run.id);
    for (const part of [{}, { site: 2 }, { command: 'run' }, { url: 'https://b.example/' }, {}] as const) {
      await get().startRun(backfillFacts(part));
    }
    expect(await ids()).toEqual([5, 4, 3, 2, 1]);
    expect(await ids({ limit: 2 })).toEqual([5, 4]);
    expect(await ids({ site: 2 })).toEqual([2]);
    expect(await ids({ command: 'run' })).toEqual([3]);
    expect(await ids({ url: URL, site: 1, command: 'backfill', limit: 1 })).toEqual([5]);
    expect(await ids({ url: 'https://c.example/' })).toEqual([]);
  });
}

function describeOverlaps(get: () => Ledger): void {
  const window = { url: URL, site: 1, shard: '1/1', from: '2026-03-10', to: '2026-03-12' };

  it.each([
    ['the same window', { from: '2026-03-10', to: '2026-03-12' }, true],
    ['a window around it', { from: '2026-03-01', to: '2026-03-31' }, true],
    ['one that ends on its first day', { from: '2026-03-01', to: '2026-03-10' }, true],
    ['one that begins on its last day', { from: '2026-03-12', to: '2026-03-20' }, true],
    ['one that ends the day before', { from: '2026-03-01', to: '2026-03-09' }, false],
    ['one that begins the day after', { from: '2026-03-13', to: '2026-03-20' }, false],
    ['another site', { site: 2 }, false],
    ['another target', { url: 'https://b.example/' }, false],
    ['a live run', { command: 'run', from: null, to: null }, false],
  ] as const)('%s', async (_title, part, isOverlap) => {
    await get().startRun(backfillFacts({ from: '2026-03-10', to: '2026-03-12', ...part }));
    expect(await get().overlapping(window)).toHaveLength(isOverlap ? 1 : 0);
  });

  it.each([
    ['1/3', '2/3', false],
    ['1/3', '1/3', true],
    ['1/1', '2/3', true],
    ['2/3', '1/1', true],
    ['1/2', '1/3', true],
  ])('shards %s and %s', async (first, second, isOverlap) => {
    await get().startRun(backfillFacts({ from: '2026-03-10', to: '2026-03-12', shard: first }));
    expect(await get().overlapping({ ...window, shard: second })).toHaveLength(isOverlap ? 1 : 0);
  });

  it('finds finished and unfinished ones, newest first', async () => {
    for (let i = 0; i < 3; i++) get().startRun(backfillFacts({ from: '2026-03-10', to: '2026-03-10' }));
    await get().endRun(2, { endedMs: 1, outcome: 'done', trafficDigest: null });
    expect((await get().overlapping(window)).map((run) => run.id)).toEqual([3, 2, 1]);
  });
}

function describeBatches(get: () => Ledger): void {
  const start = async (part?: Partial<RunFacts>) => (await get().startRun(backfillFacts(part))).id;

  it('has them in flight and then settled, in the order of their numbers', async () => {
    const id = await start();
    await get().commit(id, { atMs: START_MS, begun: [2, 0, 1] });
    await get().commit(id, {
      atMs: START_MS + 1,
      begun: [3],
      settled: [
        { batch: 2, outcomes: 'a1 u2:timeout' },
        { batch: 0, outcomes: null },
      ],
    });
    expect(await batchesOf(get(), id)).toEqual([
      { batch: 0, state: 'settled', outcomes: null, begunMs: START_MS },
      { batch: 1, state: 'in-flight', outcomes: null, begunMs: START_MS },
      { batch: 2, state: 'settled', outcomes: 'a1 u2:timeout', begunMs: START_MS },
      { batch: 3, state: 'in-flight', outcomes: null, begunMs: START_MS + 1 },
    ]);
  });

  it('keeps those of each run apart', async () => {
    const [a, b] = [await start(), await start()];
    await get().commit(a, { atMs: 1, begun: [0] });
    await get().commit(b, { atMs: 2, begun: [0, 1] });
    expect(await batchesOf(get(), a)).toHaveLength(1);
    expect((await batchesOf(get(), b)).map((row) => row.begunMs)).toEqual([2, 2]);
  });

  it('settles one that was never in flight', async () => {
    const id = await start();
    await get().commit(id, { atMs: 7, settled: [{ batch: 4, outcomes: 's3:late' }] });
    expect(await batchesOf(get(), id)).toEqual([
      { batch: 4, state: 'settled', outcomes: 's3:late', begunMs: 7 },
    ]);
  });

  it('lets one begin again that is in doubt', async () => {
    const id = await start();
    await get().commit(id, { atMs: 1, begun: [0] });
    await get().commit(id, { atMs: 2, begun: [0] });
    expect(await batchesOf(get(), id)).toEqual([
      { batch: 0, state: 'in-flight', outcomes: null, begunMs: 2 },
    ]);
  });

  it('forgets those of which nothing was sent, but none that is settled', async () => {
    const id = await start();
    await get().commit(id, { atMs: 1, begun: [0, 1], settled: [{ batch: 0, outcomes: null }] });
    await get().commit(id, { atMs: 2, unsent: [0, 1, 9] });
    expect((await batchesOf(get(), id)).map((row) => row.batch)).toEqual([0]);
  });

  it('keeps what is known of a deferred one, whatever becomes of the rest of it', async () => {
    const id = await start();
    const rows = () => batchesOf(get(), id);
    await get().commit(id, { atMs: 1, begun: [0, 1] });
    await get().commit(id, { atMs: 2, deferred: [{ batch: 0, outcomes: 'a2 s1' }] });
    const deferred = { batch: 0, state: 'deferred', outcomes: 'a2 s1', begunMs: 1 };
    expect((await rows())[0]).toEqual(deferred);
    await get().commit(id, { atMs: 3, begun: [0] });
    expect((await rows())[0]).toEqual({ ...deferred, state: 'in-flight', begunMs: 3 });
    await get().commit(id, { atMs: 4, unsent: [0, 1] });
    expect(await rows()).toEqual([{ ...deferred, begunMs: 3 }]);
    await get().commit(id, { atMs: 5, begun: [0], settled: [{ batch: 0, outcomes: null }] });
    expect(await rows()).toEqual([{ ...deferred, state: 'settled', outcomes: null, begunMs: 5 }]);
    await expect(get().commit(id, { atMs: 6, deferred: [{ batch: 0, outcomes: 's3' }] })).rejects.toThrow(
      /already settled/,
    );
  });

  it.each([
    ['beginning', { begun: [5, 0] }],
    ['settling', { begun: [5], settled: [{ batch: 0, outcomes: 'u1' }] }],
  ])('refuses %s one that is settled, and keeps nothing of that commit', async (_title, commit) => {
    const id = await start();
    await get().commit(id, { atMs: 1, begun: [0], settled: [{ batch: 0, outcomes: null }] });
    const before = await batchesOf(get(), id);
    await expect(
      get().commit(id, { atMs: 2, admitted: [{ ...admission, count: 3 }], ...commit }),
    ).rejects.toThrow(/batch.* of run 1 is already settled/);
    expect(await batchesOf(get(), id)).toEqual(before);
    expect(await get().admitted(admission)).toBe(0);
  });

  it('reads thousands while others are committed', async () => {
    const id = await start();
    const numbers = Array.from({ length: 5000 }, (_, batch) => batch);
    await get().commit(id, { atMs: 1, begun: numbers });
    const seen: number[] = [];
    for await (const { batch } of get().batches(id)) {
      seen.push(batch);
      if (batch % 1000 === 500) await get().commit(id, { atMs: 2, settled: [{ batch, outcomes: null }] });
    }
    expect(seen).toEqual(numbers);
    expect((await batchesOf(get(), id)).filter((row) => row.state === 'settled')).toHaveLength(5);
  });

  it('reads those of a range, both ends included', async () => {
    const id = await start();
    const numbers = Array.from({ length: 3000 }, (_, batch) => batch);
    await get().commit(id, { atMs: 1, begun: numbers });
    const read = async (from: number, to: number) =>
      (await batchesOf(get(), id, { from, to })).map(({ batch }) => batch);
    expect(await read(7, 9)).toEqual([7, 8, 9]);
    expect(await read(500, 2600)).toEqual(numbers.slice(500, 2601));
    expect(await read(2999, 9000)).toEqual([2999]);
    expect([await read(3000, 4000), await read(9, 8)]).toEqual([[], []]);
  });

  it('carries out calls in the order in which they are made, though nobody waits in between', async () => {
    const id = await start();
    const calls = [
      get().commit(id, { atMs: 1, begun: [0, 1] }),
      get().commit(id, { atMs: 2, settled: [{ batch: 0, outcomes: null }] }),
      get().commit(id, { atMs: 3, begun: [0] }),
      get().commit(id, { atMs: 4, unsent: [1] }),
    ];
    const rows = batchesOf(get(), id);
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await rows).toMatchObject([{ batch: 0, state: 'settled' }]);
  });

  it('stops reading early without harm', async () => {
    const id = await start();
    await get().commit(id, { atMs: 1, begun: [0, 1, 2] });
    for await (const row of get().batches(id)) if (row.batch === 1) break;
    await get().commit(id, { atMs: 2, begun: [3] });
    expect(await batchesOf(get(), id)).toHaveLength(4);
  });
}

function describePruning(get: () => Ledger): void {
  const end = (endedMs: number) => ({ endedMs, outcome: 'done', trafficDigest: null }) as const;

  it('removes ended runs with their batches and days, and leaves the others', async () => {
    for (let id = 1; id <= 3; id++) {
      await get().startRun(backfillFacts());
      await get().commit(id, { atMs: 1, begun: [0] });
      await get().commit(id, { atMs: 1, day: { date: '2026-03-01', counts: { visits: 1 }, settled: null } });
    }
    await get().endRun(1, end(START_MS));
    await get().endRun(2, end(START_MS + 1));
    expect(await get().prune(START_MS + 1)).toBe(1);
    expect((await get().runs()).map((run) => run.id)).toEqual([3, 2]);
    expect([await batchesOf(get(), 1), await get().days(1)]).toEqual([[], []]);
    expect([(await batchesOf(get(), 2)).length, (await get().days(2)).length]).toEqual([1, 1]);
  });

  it('never gives out the id of a removed run again', async () => {
    await get().startRun(backfillFacts());
    await get().endRun(1, end(1));
    await get().prune(2);
    expect((await get().startRun(backfillFacts())).id).toBe(2);
  });

  it('removes admissions of days that are over everywhere', async () => {
    for (const date of ['2026-02-27', '2026-02-28', '2026-03-01']) {
      await get().addAdmitted({ ...admission, date, count: 1 });
    }
    expect(await get().prune(Date.parse('2026-03-01T00:00:00Z'))).toBe(0);
    const dates = ['2026-02-27', '2026-02-28', '2026-03-01'];
    const left = await Promise.all(dates.map((date) => get().admitted({ ...admission, date })));
    expect(left).toEqual([0, 1, 1]);
  });
}

function describeDays(get: () => Ledger): void {
  it('gives back the counts of each day as last saved, by date', async () => {
    const { id } = await get().startRun(backfillFacts());
    const second = { date: '2026-03-02', counts: { visits: 5 }, settled: null };
    const first = {
      date: '2026-03-01',
      counts: { visits: { planned: 3 }, reasons: { 'a b': 1 } },
      settled: { firstBatch: 0, batches: 12, visits: 3, digest: 'ab12' },
    };
    await get().commit(id, { atMs: 1, day: { ...second, settled: { ...first.settled, firstBatch: 12 } } });
    await get().commit(id, { atMs: 1, day: first });
    await get().commit(id, { atMs: 1, day: { ...second, counts: { visits: 6 } } });
    expect(await get().days(id)).toEqual([first, { ...second, counts: { visits: 6 } }]);
  });

  it('adds up the visits admitted to a target, site, day and shard', async () => {
    expect(await get().admitted(admission)).toBe(0);
    await get().addAdmitted({ ...admission, count: 4 });
    const { id } = await get().startRun(backfillFacts({ command: 'run' }));
    await get().commit(id, { atMs: 1, admitted: [{ ...admission, count: 2 }] });
    await get().addAdmitted({ ...admission, site: 2, count: 50 });
    await get().addAdmitted({ ...admission, date: '2026-03-02', count: 60 });
    await get().addAdmitted({ ...admission, url: 'https://b.example/', count: 80 });
    expect(await get().admitted(admission)).toBe(6);
  });

  it('counts the visits of another division once over all shards of this one', async () => {
    await get().addAdmitted({ ...admission, shard: '1/1', count: 7 });
    await get().addAdmitted({ ...admission, shard: '1/2', count: 20 });
    await get().addAdmitted({ ...admission, shard: '2/2', count: 10 });
    const admitted = (shard: string) => get().admitted({ ...admission, shard });
    expect(await Promise.all(['1/2', '2/2'].map(admitted))).toEqual([20 + 4, 10 + 3]);
    expect(await admitted('1/1')).toBe(7 + 30);
    expect(await Promise.all(['1/3', '2/3', '3/3'].map(admitted))).toEqual([13, 12, 12]);
  });
}

function describeLocks(get: () => Ledger): void {
  it('gives a lock to one holder at a time, and names the one who has it', async () => {
    expect(await get().acquireLock('site 1', holder)).toBeUndefined();
    expect(await get().acquireLock('site 1', other)).toEqual(holder);
    expect(await get().acquireLock('site 2', other)).toBeUndefined();
  });

  it('gives it to the next one once it is released by its holder, and by nobody else', async () => {
    await get().acquireLock('site 1', holder);
    await get().releaseLock('site 1', other);
    await get().releaseLock('site 1', { ...holder, sinceMs: 5 });
    expect(await get().acquireLock('site 1', other)).toEqual(holder);
    await get().releaseLock('site 1', holder);
    expect(await get().acquireLock('site 1', other)).toBeUndefined();
  });

  it('takes it over from a dead holder', async () => {
    await get().acquireLock('site 1', holder);
    expect(await get().acquireLock('site 1', other, holder)).toBeUndefined();
    expect(await get().acquireLock('site 1', holder)).toEqual(other);
  });

  it('leaves it to a holder who was believed dead and has shown to be alive since', async () => {
    await get().acquireLock('site 1', holder);
    await get().acquireLock('site 1', { ...holder, seenMs: 2000 });
    expect(await get().acquireLock('site 1', other, holder)).toMatchObject({ pid: 10, seenMs: 2000 });
    expect(await get().acquireLock('site 1', other, { ...holder, seenMs: 2000 })).toBeUndefined();
  });

  it('renews it for its own holder without asking', async () => {
    await get().acquireLock('site 1', holder);
    expect(await get().acquireLock('site 1', { ...holder, seenMs: 9000 })).toBeUndefined();
    expect(await get().acquireLock('site 1', other)).toMatchObject({ sinceMs: 1000, seenMs: 9000 });
  });

  it('renews it with a commit', async () => {
    const { id } = await get().startRun(backfillFacts());
    await get().acquireLock('site 1', holder);
    await get().commit(id, { atMs: 7000, begun: [0], lock: { name: 'site 1', holder } });
    expect(await get().acquireLock('site 1', other)).toMatchObject({ sinceMs: 1000, seenMs: 7000 });
  });

  it('refuses the commit of one who has lost it', async () => {
    const { id } = await get().startRun(backfillFacts());
    const commit = { atMs: 7000, begun: [0], lock: { name: 'site 1', holder } };
    await expect(get().commit(id, commit)).rejects.toThrow(
      expect.objectContaining({ code: 'ledger-lock-lost' }),
    );
    await get().acquireLock('site 1', other);
    await expect(get().commit(id, commit)).rejects.toThrow('process 11 on alpha');
    expect(await batchesOf(get(), id)).toEqual([]);
    expect(await get().acquireLock('site 1', holder)).toEqual(other);
  });

  it('leaves the day of the one who has it as it is when another saves the day', async () => {
    const { id } = await get().startRun(backfillFacts());
    const day = (visits: number) => ({ date: '2026-03-01', counts: { visits }, settled: null });
    const commitOf = (by: Holder, visits: number) =>
      get().commit(id, { atMs: 7000, day: day(visits), lock: { name: 'site 1', holder: by } });
    await get().acquireLock('site 1', holder);
    await commitOf(holder, 1);
    await get().acquireLock('site 1', other, { ...holder, seenMs: 7000 });
    await commitOf(other, 2);
    await expect(commitOf(holder, 1)).rejects.toThrow(expect.objectContaining({ code: 'ledger-lock-lost' }));
    expect(await get().days(id)).toEqual([day(2)]);
  });
}
