/** What every ledger does, whatever it is kept in. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Holder, Ledger, RunFacts } from '../../src/ledger/ledger.ts';
import { backfillFacts } from './facts.ts';

const START_MS = 1_790_000_000_123;
const URL = 'https://matomo.example/matomo.php';
const admission = { url: URL, site: 1, date: '2026-03-01', shard: '1/1' };
const holder: Holder = { pid: 10, hostname: 'alpha', command: 'backfill', sinceMs: 1000, seenMs: 1000 };
const other: Holder = { ...holder, pid: 11 };
const alive = () => true;
const dead = () => false;

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
  it('are kept by target and number, the last answer in the place of the one before', () => {
    const berlin = { timezone: 'Europe/Berlin', currency: 'EUR', askedMs: START_MS };
    const tokyo = { timezone: 'Asia/Tokyo', currency: 'JPY', askedMs: START_MS + 1 };
    get().keepSite(URL, 1, berlin);
    get().keepSite(URL, 2, tokyo);
    expect(get().site(URL, 1)).toEqual(berlin);
    get().keepSite(URL, 1, tokyo);
    expect(get().site(URL, 1)).toEqual(tokyo);
    expect(get().site(URL, 3)).toBeUndefined();
    expect(get().site(`${URL}?`, 1)).toBeUndefined();
  });
}

function describeRuns(get: () => Ledger): void {
  it('gives back what a run was started with', () => {
    const facts = backfillFacts({ seed: 'söed "x"', plannedVisits: 20_000 });
    const run = get().startRun(facts);
    expect(run).toEqual({
      ...facts,
      id: 1,
      resumedMs: null,
      resumes: 0,
      endedMs: null,
      outcome: null,
      trafficDigest: null,
    });
    expect(get().run(run.id)).toEqual(run);
  });

  it('keeps a live run without window and end', () => {
    const facts = backfillFacts({ command: 'run', from: null, to: null, plannedVisits: null });
    expect(get().startRun(facts)).toMatchObject(facts);
  });

  it('knows no run that was never started', () => {
    expect(get().run(1)).toBeUndefined();
    expect(() => get().endRun(1, { endedMs: 1, outcome: 'done', trafficDigest: null })).toThrow('found 1');
    expect(() => get().reopenRun(1, { resumedMs: 1, pid: 1, hostname: 'a' })).toThrow('found 1');
    expect(() => get().commit(1, { atMs: 1, begun: [0] })).toThrow();
    expect(() => get().saveDay(1, '2026-03-01', {})).toThrow();
    expect([...get().batches(1)]).toEqual([]);
    expect(get().days(1)).toEqual([]);
  });

  it('ends a run, and opens it again for a resume', () => {
    const { id } = get().startRun(backfillFacts());
    get().startRun(backfillFacts());
    const end = { endedMs: START_MS + 5000, outcome: 'stopped', trafficDigest: 'ab12' } as const;
    expect(get().endRun(id, end)).toMatchObject({ id, ...end });
    const resumed = get().reopenRun(id, { resumedMs: START_MS + 9000, pid: 99, hostname: 'beta' });
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
    expect(get().run(id)).toEqual(resumed);
    expect(get().run(id + 1)).toMatchObject({ resumes: 0, outcome: null });
  });

  it('lists the newest first, by target, site and command, up to a limit', () => {
    const ids = (filter?: Parameters<Ledger['runs']>[0]) =>
      get()
        .runs(filter)
        .map((run) => run.id);
    for (const part of [{}, { site: 2 }, { command: 'run' }, { url: 'https://b.example/' }, {}] as const) {
      get().startRun(backfillFacts(part));
    }
    expect(ids()).toEqual([5, 4, 3, 2, 1]);
    expect(ids({ limit: 2 })).toEqual([5, 4]);
    expect(ids({ site: 2 })).toEqual([2]);
    expect(ids({ command: 'run' })).toEqual([3]);
    expect(ids({ url: URL, site: 1, command: 'backfill', limit: 1 })).toEqual([5]);
    expect(ids({ url: 'https://c.example/' })).toEqual([]);
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
  ] as const)('%s', (_title, part, isOverlap) => {
    get().startRun(backfillFacts({ from: '2026-03-10', to: '2026-03-12', ...part }));
    expect(get().overlapping(window)).toHaveLength(isOverlap ? 1 : 0);
  });

  it.each([
    ['1/3', '2/3', false],
    ['1/3', '1/3', true],
    ['1/1', '2/3', true],
    ['2/3', '1/1', true],
    ['1/2', '1/3', true],
  ])('shards %s and %s', (first, second, isOverlap) => {
    get().startRun(backfillFacts({ from: '2026-03-10', to: '2026-03-12', shard: first }));
    expect(get().overlapping({ ...window, shard: second })).toHaveLength(isOverlap ? 1 : 0);
  });

  it('finds finished and unfinished ones, newest first', () => {
    for (let i = 0; i < 3; i++) get().startRun(backfillFacts({ from: '2026-03-10', to: '2026-03-10' }));
    get().endRun(2, { endedMs: 1, outcome: 'done', trafficDigest: null });
    expect(
      get()
        .overlapping(window)
        .map((run) => run.id),
    ).toEqual([3, 2, 1]);
  });
}

function describeBatches(get: () => Ledger): void {
  const start = (part?: Partial<RunFacts>) => get().startRun(backfillFacts(part)).id;

  it('has them in flight and then settled, in the order of their numbers', () => {
    const id = start();
    get().commit(id, { atMs: START_MS, begun: [2, 0, 1] });
    get().commit(id, {
      atMs: START_MS + 1,
      begun: [3],
      settled: [
        { batch: 2, outcomes: 'a1 u2:timeout' },
        { batch: 0, outcomes: null },
      ],
    });
    expect([...get().batches(id)]).toEqual([
      { batch: 0, state: 'settled', outcomes: null, begunMs: START_MS },
      { batch: 1, state: 'in-flight', outcomes: null, begunMs: START_MS },
      { batch: 2, state: 'settled', outcomes: 'a1 u2:timeout', begunMs: START_MS },
      { batch: 3, state: 'in-flight', outcomes: null, begunMs: START_MS + 1 },
    ]);
  });

  it('keeps those of each run apart', () => {
    const [a, b] = [start(), start()];
    get().commit(a, { atMs: 1, begun: [0] });
    get().commit(b, { atMs: 2, begun: [0, 1] });
    expect([...get().batches(a)]).toHaveLength(1);
    expect([...get().batches(b)].map((row) => row.begunMs)).toEqual([2, 2]);
  });

  it('settles one that was never in flight', () => {
    const id = start();
    get().commit(id, { atMs: 7, settled: [{ batch: 4, outcomes: 's3:late' }] });
    expect([...get().batches(id)]).toEqual([{ batch: 4, state: 'settled', outcomes: 's3:late', begunMs: 7 }]);
  });

  it('lets one begin again that is in doubt', () => {
    const id = start();
    get().commit(id, { atMs: 1, begun: [0] });
    get().commit(id, { atMs: 2, begun: [0] });
    expect([...get().batches(id)]).toEqual([{ batch: 0, state: 'in-flight', outcomes: null, begunMs: 2 }]);
  });

  it('forgets those of which nothing was sent, but none that is settled', () => {
    const id = start();
    get().commit(id, { atMs: 1, begun: [0, 1], settled: [{ batch: 0, outcomes: null }] });
    get().commit(id, { atMs: 2, unsent: [0, 1, 9] });
    expect([...get().batches(id)].map((row) => row.batch)).toEqual([0]);
  });

  it('keeps what is known of a deferred one, whatever becomes of the rest of it', () => {
    const id = start();
    const rows = () => [...get().batches(id)];
    get().commit(id, { atMs: 1, begun: [0, 1] });
    get().commit(id, { atMs: 2, deferred: [{ batch: 0, outcomes: 'a2 s1' }] });
    const deferred = { batch: 0, state: 'deferred', outcomes: 'a2 s1', begunMs: 1 };
    expect(rows()[0]).toEqual(deferred);
    get().commit(id, { atMs: 3, begun: [0] });
    expect(rows()[0]).toEqual({ ...deferred, state: 'in-flight', begunMs: 3 });
    get().commit(id, { atMs: 4, unsent: [0, 1] });
    expect(rows()).toEqual([{ ...deferred, begunMs: 3 }]);
    get().commit(id, { atMs: 5, begun: [0], settled: [{ batch: 0, outcomes: null }] });
    expect(rows()).toEqual([{ ...deferred, state: 'settled', outcomes: null, begunMs: 5 }]);
    expect(() => get().commit(id, { atMs: 6, deferred: [{ batch: 0, outcomes: 's3' }] })).toThrow(
      /already settled/,
    );
  });

  it.each([
    ['beginning', { begun: [5, 0] }],
    ['settling', { begun: [5], settled: [{ batch: 0, outcomes: 'u1' }] }],
  ])('refuses %s one that is settled, and keeps nothing of that commit', (_title, commit) => {
    const id = start();
    get().commit(id, { atMs: 1, begun: [0], settled: [{ batch: 0, outcomes: null }] });
    const before = [...get().batches(id)];
    expect(() => get().commit(id, { atMs: 2, admitted: [{ ...admission, count: 3 }], ...commit })).toThrow(
      /batch.* of run 1 is already settled/,
    );
    expect([...get().batches(id)]).toEqual(before);
    expect(get().admitted(admission)).toBe(0);
  });

  it('reads thousands while others are committed', () => {
    const id = start();
    const numbers = Array.from({ length: 5000 }, (_, batch) => batch);
    get().commit(id, { atMs: 1, begun: numbers });
    const seen: number[] = [];
    for (const { batch } of get().batches(id)) {
      seen.push(batch);
      if (batch % 1000 === 500) get().commit(id, { atMs: 2, settled: [{ batch, outcomes: null }] });
    }
    expect(seen).toEqual(numbers);
    expect([...get().batches(id)].filter((row) => row.state === 'settled')).toHaveLength(5);
  });

  it('stops reading early without harm', () => {
    const id = start();
    get().commit(id, { atMs: 1, begun: [0, 1, 2] });
    for (const row of get().batches(id)) if (row.batch === 1) break;
    get().commit(id, { atMs: 2, begun: [3] });
    expect([...get().batches(id)]).toHaveLength(4);
  });
}

function describePruning(get: () => Ledger): void {
  const end = (endedMs: number) => ({ endedMs, outcome: 'done', trafficDigest: null }) as const;

  it('removes ended runs with their batches and days, and leaves the others', () => {
    for (let id = 1; id <= 3; id++) {
      get().startRun(backfillFacts());
      get().commit(id, { atMs: 1, begun: [0] });
      get().saveDay(id, '2026-03-01', { visits: 1 });
    }
    get().endRun(1, end(START_MS));
    get().endRun(2, end(START_MS + 1));
    expect(get().prune(START_MS + 1)).toBe(1);
    expect(
      get()
        .runs()
        .map((run) => run.id),
    ).toEqual([3, 2]);
    expect([[...get().batches(1)], get().days(1)]).toEqual([[], []]);
    expect([[...get().batches(2)].length, get().days(2).length]).toEqual([1, 1]);
  });

  it('never gives out the id of a removed run again', () => {
    get().startRun(backfillFacts());
    get().endRun(1, end(1));
    get().prune(2);
    expect(get().startRun(backfillFacts()).id).toBe(2);
  });

  it('removes admissions of days that are over everywhere', () => {
    for (const date of ['2026-02-27', '2026-02-28', '2026-03-01']) {
      get().addAdmitted({ ...admission, date, count: 1 });
    }
    expect(get().prune(Date.parse('2026-03-01T00:00:00Z'))).toBe(0);
    const left = ['2026-02-27', '2026-02-28', '2026-03-01'].map((date) =>
      get().admitted({ ...admission, date }),
    );
    expect(left).toEqual([0, 1, 1]);
  });
}

function describeDays(get: () => Ledger): void {
  it('gives back the counts of each day as last saved, by date', () => {
    const { id } = get().startRun(backfillFacts());
    get().saveDay(id, '2026-03-02', { visits: 5 });
    get().saveDay(id, '2026-03-01', { visits: { planned: 3 }, reasons: { 'a b': 1 } });
    get().saveDay(id, '2026-03-02', { visits: 6 });
    expect(get().days(id)).toEqual([
      { date: '2026-03-01', counts: { visits: { planned: 3 }, reasons: { 'a b': 1 } } },
      { date: '2026-03-02', counts: { visits: 6 } },
    ]);
  });

  it('adds up the visits admitted to a target, site, day and shard', () => {
    expect(get().admitted(admission)).toBe(0);
    get().addAdmitted({ ...admission, count: 4 });
    const { id } = get().startRun(backfillFacts({ command: 'run' }));
    get().commit(id, { atMs: 1, admitted: [{ ...admission, count: 2 }] });
    get().addAdmitted({ ...admission, site: 2, count: 50 });
    get().addAdmitted({ ...admission, date: '2026-03-02', count: 60 });
    get().addAdmitted({ ...admission, url: 'https://b.example/', count: 80 });
    expect(get().admitted(admission)).toBe(6);
  });

  it('counts the visits of another division once over all shards of this one', () => {
    get().addAdmitted({ ...admission, shard: '1/1', count: 7 });
    get().addAdmitted({ ...admission, shard: '1/2', count: 20 });
    get().addAdmitted({ ...admission, shard: '2/2', count: 10 });
    const admitted = (shard: string) => get().admitted({ ...admission, shard });
    expect(['1/2', '2/2'].map(admitted)).toEqual([20 + 4, 10 + 3]);
    expect(admitted('1/1')).toBe(7 + 30);
    expect(['1/3', '2/3', '3/3'].map(admitted)).toEqual([13, 12, 12]);
  });
}

function describeLocks(get: () => Ledger): void {
  it('gives a lock to one holder at a time, and names the one who has it', () => {
    expect(get().acquireLock('site 1', holder, alive)).toBeUndefined();
    expect(get().acquireLock('site 1', other, alive)).toEqual(holder);
    expect(get().acquireLock('site 2', other, alive)).toBeUndefined();
  });

  it('gives it to the next one once it is released by its holder, and by nobody else', () => {
    get().acquireLock('site 1', holder, alive);
    get().releaseLock('site 1', other);
    get().releaseLock('site 1', { ...holder, sinceMs: 5 });
    expect(get().acquireLock('site 1', other, alive)).toEqual(holder);
    get().releaseLock('site 1', holder);
    expect(get().acquireLock('site 1', other, alive)).toBeUndefined();
  });

  it('takes it over from a dead holder', () => {
    get().acquireLock('site 1', holder, alive);
    expect(get().acquireLock('site 1', other, dead)).toBeUndefined();
    expect(get().acquireLock('site 1', holder, alive)).toEqual(other);
  });

  it('renews it for its own holder without asking', () => {
    get().acquireLock('site 1', holder, alive);
    expect(get().acquireLock('site 1', { ...holder, seenMs: 9000 }, alive)).toBeUndefined();
    expect(get().acquireLock('site 1', other, alive)).toMatchObject({ sinceMs: 1000, seenMs: 9000 });
  });

  it('renews it with a commit', () => {
    const { id } = get().startRun(backfillFacts());
    get().acquireLock('site 1', holder, alive);
    get().commit(id, { atMs: 7000, begun: [0], lock: { name: 'site 1', holder } });
    expect(get().acquireLock('site 1', other, alive)).toMatchObject({ sinceMs: 1000, seenMs: 7000 });
  });

  it('refuses the commit of one who has lost it', () => {
    const { id } = get().startRun(backfillFacts());
    const commit = { atMs: 7000, begun: [0], lock: { name: 'site 1', holder } };
    expect(() => get().commit(id, commit)).toThrow(expect.objectContaining({ code: 'ledger-lock-lost' }));
    get().acquireLock('site 1', other, alive);
    expect(() => get().commit(id, commit)).toThrow('process 11 on alpha');
    expect([...get().batches(id)]).toEqual([]);
    expect(get().acquireLock('site 1', holder, alive)).toEqual(other);
  });
}
