import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDayProgress } from '../../src/job/ledger/day-progress.ts';
import { openJournal } from '../../src/job/ledger/journal.ts';
import { createLiveDoubt } from '../../src/job/ledger/live-doubt.ts';
import { type Checkpoint, createLiveProgress } from '../../src/job/ledger/live-progress.ts';
import { daysOfCheckpoint } from '../../src/job/ledger/settled-days.ts';
import { writeSoon } from '../../src/job/ledger/write-soon.ts';
import { createRunMonitor } from '../../src/job/monitor/monitor.ts';
import { createRecorder } from '../../src/job/monitor/recorder.ts';
import type { Ledger, RunRow } from '../../src/ledger/ledger.ts';
import { createMemoryLedger } from '../../src/ledger/memory.ts';
import { createTally } from '../../src/ledger/tally.ts';
import { createHitNumbers } from '../../src/plan/hit-numbers.ts';
import { createRandomSource } from '../../src/plan/random.ts';
import { runEngine } from '../../src/run/engine.ts';
import { createForeseen } from '../../src/run/foreseen.ts';
import { createGate } from '../../src/run/gate.ts';
import { paceBySchedule } from '../../src/run/pacer.ts';
import { createPause } from '../../src/run/pause.ts';
import { createStop } from '../../src/run/stop.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/shards/serialization.ts';
import type { Batch, Delivery, Transport } from '../../src/types/delivery.ts';
import type { Hit, VisitRecord } from '../../src/types/hit.ts';
import { liveBatches, pageviews, visitOf } from '../doubles/hits.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';
import { backfillFacts } from '../ledger/facts.ts';

const DAY = '2026-10-20';
const START_MS = Date.UTC(2026, 9, 20, 12);
const numberOf = createHitNumbers(DAY);
const never = () => new AbortController().signal;
const REQUEST_MS = 40;
/** A server that has too much to do takes this long, also for a request whose sender has died. */
const LONGEST_REQUEST_MS = 5_000;

/** What a Matomo has recorded, and how often. */
class Server {
  readonly recorded = new Map<number, number>();
  /** Has come, and is not recorded yet. */
  readonly arrived = new Set<Hit>();
  /** What a process that has died had sent, and when it is recorded. */
  private waiting: { readonly hit: Hit; readonly atMs: number }[] = [];
  record(hit: Hit): void {
    if (this.arrived.delete(hit)) this.count(hit);
  }
  private count(hit: Hit): void {
    const number = numberOf(hit);
    this.recorded.set(number, (this.recorded.get(number) ?? 0) + 1);
  }
  /** Its sender has died. */
  outlive(nowMs: number, delayMs: number): void {
    const hits = [...this.arrived];
    this.arrived.clear();
    this.waiting.push(...hits.map((hit, i) => ({ hit, atMs: nowMs + Math.round(delayMs / (i + 1)) })));
  }
  /** What is recorded by then is. */
  workUntil(nowMs: number): void {
    for (const { hit, atMs } of this.waiting) if (atMs <= nowMs) this.count(hit);
    this.waiting = this.waiting.filter(({ atMs }) => atMs > nowMs);
  }
}

interface Shared {
  readonly ledger: Ledger;
  readonly run: RunRow;
  readonly server: Server;
  readonly visits: readonly VisitRecord[];
  readonly limits: { readonly dailyCap: number; readonly stopAfter: number };
  /** Rows that a state has made superfluous. */
  readonly removed: Set<number>;
  readonly awayMs: () => number;
  readonly maxLatenessMs: number;
  /** How long the server takes for what a worker that has died had sent. */
  readonly slowMs: number;
  /** Nothing is sent from the first instant to the second, in ms after the start. */
  readonly pauses: readonly (readonly [fromMs: number, untilMs: number])[];
  checkpoint: Checkpoint | undefined;
}

interface OwnerOptions {
  readonly epoch: number;
  readonly atMs: number;
  readonly areFormersGone: boolean;
  readonly isTakeover: boolean;
}

/** What comes later does not change it. */
const asWritten = (checkpoint: Checkpoint): Checkpoint =>
  decodeCheckpoint(JSON.parse(JSON.stringify(encodeCheckpoint(checkpoint))));

/** One worker's life with the shard: it goes on until its clock is not moved any more. */
async function own(shared: Shared, { epoch, atMs, areFormersGone, isTakeover }: OwnerOptions) {
  const { run, server, visits, limits, removed } = shared;
  const [flushedAt, toldAt] = [epoch % 10, (epoch * 7) % 10];
  const clock = new VirtualClock(atMs);
  const stop = createStop();
  const holder = { pid: 1, hostname: 'here', command: 'run', sinceMs: epoch, seenMs: atMs, epoch };
  const ledger: Ledger = {
    ...shared.ledger,
    async *batches(id, range) {
      for await (const row of shared.ledger.batches(id, range)) if (!removed.has(row.batch)) yield row;
    },
    /** PostgreSQL is away for a while now and then: before it has committed, or before it can say so. */
    async commit(id, commit) {
      const awayMs = shared.awayMs();
      if (awayMs > 0) await clock.sleepUntil(clock.now() + awayMs, never());
      await shared.ledger.commit(id, commit);
      for (const batch of [...(commit.begun ?? []), ...(commit.settled ?? []).map(({ batch }) => batch)])
        removed.delete(batch);
      const silentMs = shared.awayMs();
      if (silentMs > 0) await clock.sleepUntil(clock.now() + silentMs, never());
    },
  };
  const before = await ledger.acquireLock('shard', holder);
  if (before) await ledger.acquireLock('shard', holder, before);
  const lock = { name: 'shard', holder };
  const journal = await openJournal({ ledger, run, clock, lock, isCapped: true, shared: { numberOf } });
  const checkpoint = shared.checkpoint && asWritten(shared.checkpoint);
  const fromMs = checkpoint?.untilMs ?? START_MS;
  const { url, site, shard } = run;
  const gate = createGate({
    ...limits,
    shard: { index: 1, count: 1 },
    admittedBefore: (date) => ledger.admitted({ url, site, shard, date }),
    admittedByLost: checkpoint?.admitted ?? 0,
    decided: journal.decided,
  });
  const restored = daysOfCheckpoint(checkpoint).all.map((day) => ({ ...day, target: 'default' }));
  const tally = createTally(() => {}, restored);
  const progress = createLiveProgress(START_MS, {
    before: checkpoint,
    target: 'default',
    numberOf,
    signal: stop.draining,
  });
  const resolve = createLiveDoubt({
    journal,
    log: {
      async find(hits) {
        server.workUntil(clock.now());
        return hits.map((hit) => (server.recorded.has(numberOf(hit)) ? 'recorded' : 'missing'));
      },
      close: async () => {},
    },
    clock,
    takenMs: atMs,
    leaseMs: 1_000,
    requestMs: LONGEST_REQUEST_MS,
    areFormersGone: async () => areFormersGone,
  });
  const monitor = createRunMonitor({
    name: 'default',
    thresholds: [],
    clock,
    totals: tally.total,
    startMs: () => START_MS,
    pause: createPause(clock),
    onAbort: () => {},
  });
  const transport: Transport = {
    async send({ hits }: Batch): Promise<Delivery> {
      const sentMs = clock.now();
      for (const hit of hits) server.arrived.add(hit);
      await clock.sleepUntil(sentMs + REQUEST_MS / 2, never());
      for (const hit of hits) server.record(hit);
      await clock.sleepUntil(sentMs + REQUEST_MS, never());
      const answeredMs = clock.now();
      return { outcomes: hits.map(() => ({ kind: 'accepted' })), retries: 0, sentMs, answeredMs };
    },
    close: async () => {},
  };
  const coming = visits.filter(({ hits: [first] }) => (first?.dueMs ?? 0) >= fromMs);
  const batches = liveBatches(coming).map((batch) => ({ ...batch, id: numberOf(batch.hits[0] as Hit) }));
  const timeline = createForeseen(batches[Symbol.iterator]());
  const recorder = createRecorder({
    tally,
    days: createDayProgress(),
    journal,
    monitor,
    bodies: { recycle: () => {} },
    isLive: true,
    shared: { progress, resolve },
    onFatal: () => {},
  });
  let isOver = false;
  let told: Checkpoint | undefined;
  let finished: readonly number[] = [];
  let removable: readonly number[] = [];
  /** As the process around it does: writes ahead all the time, and less often what has come of hits and how far it is. */
  async function tick(): Promise<void> {
    for (let i = 1; !isOver; i++) {
      await writeSoon(timeline, gate, journal, clock.now());
      await clock.sleepUntil(clock.now() + 100, never());
      if (i % 10 === flushedAt) await journal.flush();
      if (i % 10 === toldAt && !journal.isReplaying) {
        told = asWritten(progress.checkpoint());
        finished = [...finished, ...told.finished];
      }
      if (i % 4 === 0) save();
    }
  }
  function save(): void {
    if (told === undefined) return;
    shared.checkpoint = told;
    for (const id of removable) removed.add(id);
    removable = finished;
    finished = [];
  }
  const done = runEngine({
    timeline,
    pacer: (batch, nowMs) => {
      const decision = paceBySchedule(batch, nowMs);
      const isPaused = shared.pauses.some(
        ([from, until]) => nowMs >= START_MS + from && nowMs < START_MS + until,
      );
      return decision.kind === 'send' && isPaused ? { kind: 'skip', reason: 'paused' } : decision;
    },
    gate,
    transport,
    recorder,
    clock,
    stop,
    concurrency: 10,
    lookahead: Number.POSITIVE_INFINITY,
    refill: 1,
    maxLatenessMs: shared.maxLatenessMs,
    ...(isTakeover ? { takenOverMs: atMs } : {}),
  }).then(async () => {
    isOver = true;
    tally.close();
    await journal.close();
    if (stop.reason === 'SIGTERM' && !journal.isReplaying) told = asWritten(progress.checkpoint());
    save();
  });
  void tick();
  return { clock, stop, done, tally };
}

const arbitraryVisits = fc
  .array(fc.record({ atMs: fc.nat(20_000), hits: fc.integer({ min: 1, max: 6 }), gapMs: fc.nat(4_000) }), {
    minLength: 1,
    maxLength: 25,
  })
  .map((specs) =>
    specs
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ atMs, hits, gapMs }, index) =>
        visitOf({ index, lane: index % 7, startMs: START_MS + atMs, gapMs, kinds: pageviews(hits) }),
      ),
  );

const balance = ({ tally }: { tally: ReturnType<typeof createTally> }) => {
  const { planned, ...outcomes } = tally.total.hits;
  return planned - Object.values(outcomes).reduce((sum, count) => sum + count, 0);
};

async function openShared(
  visits: readonly VisitRecord[],
  more: Partial<Pick<Shared, 'limits' | 'pauses' | 'maxLatenessMs' | 'slowMs'>> = {},
): Promise<Shared> {
  const ledger = createMemoryLedger();
  const run = await ledger.startRun(backfillFacts({ command: 'run' }));
  const server = new Server();
  const stream = createRandomSource(`${visits.length}`).stream(1, 0, 0);
  const awayMs = () => (stream.next() < 0.1 ? Math.floor(stream.next() * 4_000) : 0);
  return {
    ...{ ledger, run, server, visits, removed: new Set(), awayMs, checkpoint: undefined },
    ...{ limits: { dailyCap: 0, stopAfter: 0 }, pauses: [], maxLatenessMs: 60_000, slowMs: 0 },
    ...more,
  };
}

/** How long a worker has the shard, and whether it leaves it then, or dies. */
interface Life {
  readonly lifeMs: number;
  readonly isLeft: boolean;
}

/** Lets workers die or leave one after another, and the last one come to the end. */
async function surviveAll(shared: Shared, lives: readonly Life[], gapMs: number, areFormersGone = true) {
  let atMs = START_MS;
  for (const [i, { lifeMs, isLeft }] of lives.entries()) {
    const owner = await own(shared, { epoch: i + 1, atMs, areFormersGone, isTakeover: i > 0 });
    await owner.clock.advance(lifeMs);
    if (isLeft) {
      owner.stop.request('SIGTERM');
      await owner.clock.run(owner.done);
    }
    // What a worker that has died had sent is recorded without it.
    shared.server.outlive(owner.clock.now(), shared.slowMs);
    atMs = owner.clock.now() + gapMs;
  }
  const last = await own(shared, {
    epoch: lives.length + 1,
    atMs,
    areFormersGone,
    isTakeover: lives.length > 0,
  });
  await last.clock.run(last.done);
  shared.server.workUntil(Number.POSITIVE_INFINITY);
  return last;
}

const lives = fc.array(fc.record({ lifeMs: fc.integer({ min: 0, max: 9_000 }), isLeft: fc.boolean() }), {
  maxLength: 4,
});
/** The server is never slower with a request than its sender would have waited. */
const slow = fc.nat(LONGEST_REQUEST_MS - 1_000);
const counts = (values: Iterable<number>) => Math.max(0, ...values);

describe('a live shard whose workers die', () => {
  it('is sent to the end: every hit once, and counted as by one worker', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryVisits, lives, fc.nat(1_000), slow, async (visits, dying, gapMs, slowMs) => {
        const shared = await openShared(visits, { slowMs });
        const last = await surviveAll(shared, dying, gapMs);
        const { hits, visits: ofVisits } = last.tally.total;
        expect(counts(shared.server.recorded.values())).toBeLessThanOrEqual(1);
        expect(balance(last)).toBe(0);
        expect(hits.planned).toBe(visits.reduce((sum, visit) => sum + visit.hits.length, 0));
        expect(ofVisits.planned).toBe(visits.length);
        expect(hits.accepted).toBe(shared.server.recorded.size);
        expect(hits.unknown).toBe(0);
        // A takeover takes less time than a hit may be late.
        expect(hits.skipped).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('skips what is too late by then, and leaves unknown only what a worker that may live has taken', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryVisits, lives, fc.boolean(), slow, async (visits, dying, areGone, slowMs) => {
        const shared = await openShared(visits, { slowMs, maxLatenessMs: 20_000 });
        const last = await surviveAll(shared, dying, 15_000, areGone);
        const { hits, reasons } = last.tally.total;
        expect(counts(shared.server.recorded.values())).toBeLessThanOrEqual(1);
        expect(balance(last)).toBe(0);
        expect(hits.planned).toBe(visits.reduce((sum, visit) => sum + visit.hits.length, 0));
        expect(hits.accepted).toBe(shared.server.recorded.size);
        expect(hits.unknown).toBe(reasons['in-doubt'] ?? 0);
        if (areGone) expect(hits.unknown).toBe(0);
        expect(hits.skipped).toBe((reasons['worker-lost'] ?? 0) + (reasons.late ?? 0));
      }),
      { numRuns: 100 },
    );
  });

  it('lets in exactly as many visits as its cap, or its end, allows', async () => {
    const limits = fc.record({ dailyCap: fc.nat(12), stopAfter: fc.nat(12) });
    await fc.assert(
      fc.asyncProperty(arbitraryVisits, lives, limits, async (visits, dying, allowed) => {
        const shared = await openShared(visits, { limits: allowed });
        const last = await surviveAll(shared, dying, 100);
        const { reasons, hits } = last.tally.total;
        const most = Math.min(allowed.dailyCap || 1_000, allowed.stopAfter || 1_000, visits.length);
        const { url, site, shard } = shared.run;
        const sent = new Set([...shared.server.recorded.keys()].map((number) => Math.floor(number / 4096)));
        expect(sent.size).toBe(most);
        expect(await shared.ledger.admitted({ url, site, shard, date: DAY })).toBe(most);
        expect(balance(last)).toBe(0);
        expect(hits.skipped).toBe(reasons.capped ?? 0);
      }),
      { numRuns: 100 },
    );
  });

  it('counts visits that a pause has turned away towards no limit', async () => {
    const limits = fc.record({ dailyCap: fc.integer({ min: 1, max: 12 }), stopAfter: fc.constant(0) });
    const pauses = fc.array(
      fc.tuple(fc.nat(20_000), fc.nat(9_000)).map(([from, forMs]) => [from, from + forMs] as const),
      { minLength: 1, maxLength: 3 },
    );
    let paused = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryVisits, lives, limits, pauses, async (visits, dying, allowed, during) => {
        const shared = await openShared(visits, { limits: allowed, pauses: during });
        const last = await surviveAll(shared, dying, 100);
        const { reasons, hits } = last.tally.total;
        const { url, site, shard } = shared.run;
        const sent = new Set([...shared.server.recorded.keys()].map((number) => Math.floor(number / 4096)));
        const admitted = await shared.ledger.admitted({ url, site, shard, date: DAY });
        expect(admitted).toBeGreaterThanOrEqual(sent.size);
        expect(admitted).toBeLessThanOrEqual(allowed.dailyCap);
        // What a worker had let in when it died may come in a pause.
        if (dying.every(({ isLeft }) => isLeft)) expect(admitted).toBe(sent.size);
        if (reasons.capped) expect(admitted).toBe(allowed.dailyCap);
        expect(balance(last)).toBe(0);
        expect(hits.skipped).toBe((reasons.capped ?? 0) + (reasons.paused ?? 0));
        paused += reasons.paused ?? 0;
      }),
      { numRuns: 100 },
    );
    expect(paused).toBeGreaterThan(0);
  });
});
