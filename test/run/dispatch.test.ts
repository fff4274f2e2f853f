import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runEngine } from '../../src/run/engine.ts';
import { createGate } from '../../src/run/gate.ts';
import { paceByRoom, paceBySchedule } from '../../src/run/pacer.ts';
import type { Recorder } from '../../src/run/recorder.ts';
import { createStop } from '../../src/run/stop.ts';
import type { Batch } from '../../src/types/delivery.ts';
import type { Outcome } from '../../src/types/outcome.ts';
import { bulkBatch, liveBatches, visitOf } from '../doubles/hits.ts';
import { createScriptedTransport } from '../doubles/scripted-transport.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

const SHARD = { index: 1, count: 1 };

interface Spec {
  readonly batches: readonly Batch[];
  readonly concurrency?: number;
  readonly latencyMs?: number;
  /** How long each commit takes, in turn. */
  readonly commitMs?: readonly number[];
  /** The commit that fails, from 0. */
  readonly failing?: number;
}

/** An engine that writes to a slow disk before anything leaves: what it wrote, sent and settled, and when. */
function start({ batches, concurrency = 100, latencyMs = 10, commitMs = [20], failing }: Spec) {
  const clock = new VirtualClock();
  const stop = createStop();
  const startMs = clock.now();
  const transport = createScriptedTransport(clock, () => ({ latencyMs }));
  const commits: { readonly ids: readonly number[]; readonly fromMs: number; endMs?: number }[] = [];
  const written = new Set<number>();
  const left: { readonly id: number; readonly isWritten: boolean }[] = [];
  let settled = 0;
  const recorder: Recorder = {
    plan: () => {},
    sent: () => {},
    settle: () => {
      settled++;
    },
    sendJournal: {
      restUntilMs: 0,
      isWritten: ({ id }) => written.has(id),
      leave: ({ id }) => left.push({ id, isWritten: written.has(id) }),
      async begin(leaving) {
        const rank = commits.length;
        const commit: (typeof commits)[number] = {
          ids: leaving.map(({ id }) => id),
          fromMs: clock.now() - startMs,
        };
        commits.push(commit);
        const untilMs = clock.now() + (commitMs[rank % commitMs.length] ?? 0);
        await clock.sleepUntil(untilMs, new AbortController().signal);
        commit.endMs = clock.now() - startMs;
        if (rank === failing) throw new Error('no space left');
        for (const id of commit.ids) written.add(id);
      },
    },
  };
  const done = runEngine({
    timeline: batches[Symbol.iterator](),
    pacer: paceByRoom,
    gate: createGate({ dailyCap: 0, stopAfter: 0, shard: SHARD }),
    transport,
    recorder,
    clock,
    stop,
    concurrency,
    lookahead: 200,
    refill: 1,
    maxLatenessMs: Number.POSITIVE_INFINITY,
  });
  return { clock, stop, transport, commits, left, done, settled: () => settled };
}

const batchesOf = (count: number, laneOf: (i: number) => number = (i) => i) =>
  Array.from({ length: count }, (_, id) => bulkBatch(visitOf({ index: id, lane: laneOf(id) }).hits, id));

describe('a commit that is on its way', () => {
  it('keeps nothing from being taken, and what comes meanwhile goes with the next one', async () => {
    const run = start({ batches: batchesOf(12, (id) => id % 4), latencyMs: 5 });
    await run.clock.run(run.done);
    expect(run.commits.map(({ ids, fromMs }) => [fromMs, ...ids])).toEqual([
      [0, 0, 1, 2, 3],
      [25, 4],
      [45, 5, 6, 7],
      [65, 8],
      [85, 9, 10, 11],
    ]);
  });

  it('is waited for when the run is stopped, and what it wrote does not leave', async () => {
    const run = start({ batches: batchesOf(10), commitMs: [50] });
    await run.clock.advance(10);
    run.stop.request('SIGINT');
    await run.clock.run(run.done);
    expect(run.commits).toEqual([{ ids: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], fromMs: 0, endMs: 50 }]);
    expect(run.transport.requests).toEqual([]);
    expect(run.left).toEqual([]);
  });

  it('ends the run when it fails, once the requests under way are answered', async () => {
    const run = start({
      batches: batchesOf(30, (id) => id % 10),
      latencyMs: 1000,
      failing: 1,
      commitMs: [5],
    });
    await expect(run.clock.run(run.done)).rejects.toThrow('no space left');
    expect(run.stop.reason).toBe('failure');
    expect(run.transport.requests).toHaveLength(10);
    expect(run.settled()).toBe(10);
  });
});

it('calls hits in flight unknown when the user leaves at once, and does not listen to what comes of them later', async () => {
  const clock = new VirtualClock();
  const stop = createStop();
  const transport = createScriptedTransport(clock, () => ({ latencyMs: 1000 }));
  const outcomes: Outcome[] = [];
  const done = runEngine({
    timeline: batchesOf(3)[Symbol.iterator](),
    pacer: paceByRoom,
    gate: createGate({ dailyCap: 0, stopAfter: 0, shard: SHARD }),
    transport,
    recorder: { plan: () => {}, sent: () => {}, settle: (_hit, outcome) => outcomes.push(outcome) },
    clock,
    stop,
    concurrency: 2,
    lookahead: 10,
    refill: 1,
    maxLatenessMs: Number.POSITIVE_INFINITY,
  });
  await clock.advance(10);
  stop.request('SIGINT');
  stop.abandon();
  await done;
  const unknown = { kind: 'unknown', reason: 'abandoned' };
  expect(outcomes).toEqual([unknown, unknown]);
  await clock.advance(2000);
  expect(outcomes).toHaveLength(2);
  expect(transport.requests).toHaveLength(2);
});

it('writes one at a time, sends only what is written, each once, and keeps the order of every lane', async () => {
  const spec = fc.record({
    lanes: fc.array(fc.nat(5), { maxLength: 60 }),
    concurrency: fc.integer({ min: 1, max: 8 }),
    latencyMs: fc.integer({ min: 0, max: 40 }),
    commitMs: fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(spec, async ({ lanes, ...rules }) => {
      const batches = batchesOf(lanes.length, (id) => lanes[id] ?? 0);
      const run = start({ batches, ...rules });
      await run.clock.run(run.done);
      expect(run.left.every(({ isWritten }) => isWritten)).toBe(true);
      expect(run.left.map(({ id }) => id).sort((a, b) => a - b)).toEqual(batches.map(({ id }) => id));
      for (const lane of new Set(lanes)) {
        const own = run.left.map(({ id }) => id).filter((id) => lanes[id] === lane);
        expect(own).toEqual([...own].sort((a, b) => a - b));
      }
      for (const [i, { fromMs }] of run.commits.entries())
        expect(fromMs).toBeGreaterThanOrEqual(run.commits[i - 1]?.endMs ?? 0);
      expect(run.transport.mostInFlight).toBeLessThanOrEqual(rules.concurrency);
    }),
  );
});

describe('the response time of a live hit', () => {
  /** One visit of two hits, 100 ms apart; a commit takes so long, and the target 10 ms. */
  async function timesWith(commitMs: number, concurrency: number, sinceMs = 0) {
    const clock = new VirtualClock();
    const startMs = clock.now();
    const visits = [0, 1].map((index) => visitOf({ index, lane: index, startMs: startMs + index * 100 }));
    const written = new Set<number>();
    const times: (readonly [lag: number, latency: number])[] = [];
    const done = runEngine({
      timeline: liveBatches(visits)
        .map((batch, id) => ({ ...batch, id }))
        [Symbol.iterator](),
      pacer: paceBySchedule,
      gate: createGate({ dailyCap: 0, stopAfter: 0, shard: SHARD }),
      transport: createScriptedTransport(clock, () => ({ latencyMs: concurrency === 1 ? 500 : 10 })),
      recorder: {
        plan: () => {},
        sent: (_batch, _delivery, { lagMs, latencyMs }) => times.push([lagMs, latencyMs]),
        settle: () => {},
        sendJournal: {
          restUntilMs: 0,
          isWritten: ({ id }) => written.has(id),
          leave: () => {},
          async begin(leaving) {
            await clock.sleepUntil(clock.now() + commitMs, new AbortController().signal);
            for (const { id } of leaving) written.add(id);
          },
        },
      },
      clock,
      stop: createStop(),
      concurrency,
      lookahead: Number.POSITIVE_INFINITY,
      refill: 1,
      maxLatenessMs: Number.POSITIVE_INFINITY,
      mayLeaveSinceMs: () => startMs + sinceMs,
    });
    await clock.run(done);
    return times;
  }

  it('is without the time in which the ledger was away, which makes the hit late', async () => {
    expect(await timesWith(3_000, 10)).toEqual([
      [3_000, 10],
      [5_900, 10],
    ]);
  });

  it('is without the time in which there was no right to send', async () => {
    expect(await timesWith(0, 1, 300)).toEqual([
      [0, 500],
      [200, 700],
    ]);
  });

  it('has in it what the hit has waited for the target', async () => {
    expect(await timesWith(0, 1)).toEqual([
      [0, 500],
      [0, 900],
    ]);
  });
});

describe('a gate that has to find out about a day', () => {
  async function sendAt(answerMs: number, isRefusing = false) {
    const clock = new VirtualClock();
    const stop = createStop();
    const startMs = clock.now();
    const transport = createScriptedTransport(clock, () => ({ latencyMs: 1 }));
    const visits = [0, 1, 2].map((index) => visitOf({ index, lane: index, startMs: startMs + index * 10 }));
    let asked = 0;
    const outcomes: string[] = [];
    const done = runEngine({
      timeline: liveBatches(visits)[Symbol.iterator](),
      pacer: paceBySchedule,
      gate: createGate({
        dailyCap: 3,
        stopAfter: 0,
        shard: SHARD,
        async admittedBefore() {
          asked++;
          await clock.sleepUntil(startMs + answerMs, stop.draining);
          if (isRefusing) throw new Error('damaged');
          return 1;
        },
      }),
      transport,
      recorder: { plan: () => {}, sent: () => {}, settle: (_hit, { kind }) => outcomes.push(kind) },
      clock,
      stop,
      concurrency: 10,
      lookahead: Number.POSITIVE_INFINITY,
      refill: 1,
      maxLatenessMs: Number.POSITIVE_INFINITY,
    });
    return { clock, stop, done, outcomes, transport, startMs, asked: () => asked };
  }

  it('is waited for once, and counts what it found', async () => {
    const run = await sendAt(15);
    await run.clock.run(run.done);
    expect(run.transport.requests.map(({ sentMs }) => sentMs - run.startMs)).toEqual([15, 15]);
    expect(run.outcomes.sort()).toEqual(['accepted', 'accepted', 'skipped']);
    expect(run.asked()).toBe(1);
  });

  it('ends the run when it cannot', async () => {
    const run = await sendAt(15, true);
    await expect(run.clock.run(run.done)).rejects.toThrow('damaged');
    expect(run.transport.requests).toEqual([]);
  });

  it('does not keep a run that is stopped', async () => {
    const run = await sendAt(1_000_000);
    await run.clock.advance(5);
    run.stop.request('SIGINT');
    await run.clock.run(run.done);
    expect(run.transport.requests).toEqual([]);
  });
});
