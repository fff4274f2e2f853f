import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTally } from '../../src/ledger/tally.ts';
import type { Totals } from '../../src/ledger/totals.ts';
import { type EngineOptions, runEngine } from '../../src/run/engine.ts';
import { createGate } from '../../src/run/gate.ts';
import { createRatePacer, paceByRoom, paceBySchedule } from '../../src/run/pacer.ts';
import type { Recorder } from '../../src/run/recorder.ts';
import { createStop } from '../../src/run/stop.ts';
import type { Batch } from '../../src/types/delivery.ts';
import type { Hit, VisitRecord } from '../../src/types/hit.ts';
import type { Outcome } from '../../src/types/outcome.ts';
import { OUTCOME_KINDS } from '../../src/types/outcome.ts';
import { bulkBatch, liveBatches, pageviews, visitOf } from '../doubles/hits.ts';
import { createScriptedTransport, type Script } from '../doubles/scripted-transport.ts';
import { settlePromises, VirtualClock } from '../doubles/virtual-clock.ts';

const WHOLE = { index: 1, count: 1 };

interface RunSpec extends Partial<EngineOptions> {
  readonly batches: Iterable<Batch>;
  readonly script?: Script;
  readonly limits?: { dailyCap?: number; stopAfter?: number };
}

/** Starts an engine on virtual time, with a tally and a log of every outcome. */
function start(spec: RunSpec) {
  const clock = new VirtualClock();
  const stop = createStop();
  const transport = createScriptedTransport(clock, spec.script);
  const settled = new Map<Hit, Outcome[]>();
  const planned: VisitRecord[] = [];
  const lags: number[] = [];
  const days: { date: string; totals: Totals }[] = [];
  const tally = createTally((_target, date, totals) => days.push({ date, totals }));
  const recorder: Recorder = {
    plan: (visit) => {
      planned.push(visit);
      tally.plan(visit);
    },
    settle: (hit, outcome) => {
      settled.set(hit, [...(settled.get(hit) ?? []), outcome]);
      tally.settle(hit, outcome);
    },
    sent: (batch, delivery, times) => {
      lags.push(times.lagMs);
      tally.sent(batch, delivery, times);
    },
  };
  const done = runEngine({
    timeline: spec.batches[Symbol.iterator](),
    pacer: paceBySchedule,
    gate: createGate({ dailyCap: 0, stopAfter: 0, shard: WHOLE, ...spec.limits }),
    transport,
    recorder,
    clock,
    stop,
    concurrency: 10,
    lookahead: Number.POSITIVE_INFINITY,
    refill: 1,
    maxLatenessMs: Number.POSITIVE_INFINITY,
    ...spec,
  });
  const outcomeOf = (hit: Hit | undefined) => (hit ? settled.get(hit)?.[0] : undefined);
  return { clock, stop, transport, settled, planned, lags, days, tally, done, outcomeOf };
}

const ACCEPTED = { kind: 'accepted' };
const FAILED = { kind: 'failed', reason: 'http-502' } as const;
const seqs = (requests: readonly { hits: readonly Hit[] }[]) =>
  requests.map(({ hits }) => hits.map(({ seq }) => seq));
const T0 = new VirtualClock().now();

describe('a live run', () => {
  it.each([-7_200_000, 7_200_000])('keeps its pace when the system clock is set by %d ms', async (stepMs) => {
    const visits = [visitOf({ kinds: pageviews(5) }), visitOf({ index: 1, lane: 1, startMs: T0 + 500 })];
    const run = start({ batches: liveBatches(visits), maxLatenessMs: 10_000 });
    await run.clock.advance(1500);
    run.clock.stepWall(stepMs);
    await run.clock.run(run.done);
    expect(run.transport.requests.map(({ sentMs }) => sentMs - T0)).toEqual([0, 500, 1000, 2000, 3000, 4000]);
    expect(run.tally.total.visits).toMatchObject({ planned: 2, complete: 2 });
  });

  it('sends every hit when it is due and settles it once', async () => {
    const visits = [visitOf({ kinds: pageviews(3) }), visitOf({ index: 1, lane: 1, startMs: T0 + 500 })];
    const run = start({ batches: liveBatches(visits) });
    await run.clock.run(run.done);
    expect(run.transport.requests.map(({ sentMs }) => sentMs - T0)).toEqual([0, 500, 1000, 2000]);
    expect([...run.settled.values()]).toEqual(new Array(4).fill([ACCEPTED]));
    expect(run.tally.total.visits).toMatchObject({ planned: 2, complete: 2 });
  });

  it("keeps the order of a visitor's hits and has one of them in flight at a time", async () => {
    const visits = [
      visitOf({ kinds: pageviews(5), gapMs: 10 }),
      visitOf({ index: 1, startMs: T0 + 60, kinds: pageviews(2), gapMs: 10 }),
    ];
    const run = start({
      batches: liveBatches(visits),
      script: (_, rank) => ({ latencyMs: 100 - rank * 10 }),
    });
    await run.clock.run(run.done);
    expect(seqs(run.transport.requests).flat()).toEqual([0, 1, 2, 3, 4, 0, 1]);
    expect(run.transport.mostInFlight).toBe(1);
  });

  it('lets no visitor wait for another while there is room', async () => {
    const visits = [visitOf({ kinds: pageviews(2) }), visitOf({ index: 1, lane: 1, startMs: T0 + 5 })];
    const run = start({
      batches: liveBatches(visits),
      script: (_, rank) => ({ latencyMs: rank === 0 ? 60_000 : 10 }),
    });
    await run.clock.run(run.done);
    expect(run.transport.requests.map(({ sentMs }) => sentMs - T0)).toEqual([0, 5, 60_000]);
  });

  it('has no more requests in flight than allowed', async () => {
    const visits = Array.from({ length: 20 }, (_, index) => visitOf({ index, lane: index }));
    const run = start({ batches: liveBatches(visits), concurrency: 3 });
    await run.clock.run(run.done);
    expect(run.transport.mostInFlight).toBe(3);
    expect(run.tally.total.hits.accepted).toBe(20);
  });

  it('lets arrivals come at their own times however slow the target is', async () => {
    const visits = Array.from({ length: 30 }, (_, index) =>
      visitOf({ index, lane: index, startMs: T0 + index * 100 }),
    );
    const run = start({
      batches: liveBatches(visits),
      concurrency: 50,
      script: () => ({ latencyMs: 30_000 }),
    });
    await run.clock.run(run.done);
    expect(run.transport.requests.map(({ sentMs }) => sentMs - T0)).toEqual(visits.map((_, i) => i * 100));
    expect(Math.max(...run.lags)).toBe(0);
  });

  it('measures latency from the time at which a hit should have left, and is not late itself meanwhile', async () => {
    const visits = [visitOf(), visitOf({ index: 1, lane: 1 })];
    const run = start({ batches: liveBatches(visits), concurrency: 1, script: () => ({ latencyMs: 1000 }) });
    await run.clock.run(run.done);
    expect(run.lags).toEqual([0, 0]);
    expect(run.tally.total.latencyMs.maxValue).toBeGreaterThanOrEqual(2000);
  });

  it('tells what it came to late itself from what the target kept waiting', async () => {
    const visits = [40_000, 700, 0].map((beforeMs, index) =>
      visitOf({ index, lane: index, startMs: T0 - beforeMs }),
    );
    const run = start({ batches: liveBatches(visits), concurrency: 1, maxLatenessMs: 30_000 });
    await run.clock.run(run.done);
    expect(run.lags).toEqual([700, 0]);
    expect(run.tally.total.reasons).toEqual({ behind: 1 });
  });

  it('skips a whole visit whose first hit could not leave in time', async () => {
    const first = visitOf();
    const late = visitOf({ index: 1, lane: 1, startMs: T0 + 1, kinds: pageviews(3), gapMs: 20_000 });
    const next = visitOf({ index: 2, lane: 2, startMs: T0 + 30_000 });
    const run = start({
      batches: liveBatches([first, late, next]),
      concurrency: 1,
      maxLatenessMs: 5000,
      script: (_, rank) => ({ latencyMs: rank === 0 ? 10_000 : 10 }),
    });
    await run.clock.run(run.done);
    expect(late.hits.map(run.outcomeOf)).toEqual(new Array(3).fill({ kind: 'skipped', reason: 'late' }));
    expect(run.transport.requests.map(({ hits }) => hits[0]?.visit)).toEqual([first, next]);
    expect(run.tally.total.visits).toEqual({ planned: 3, complete: 2, partial: 0, failed: 0, skipped: 1 });
    expect(run.tally.total.reasons).toEqual({ late: 3 });
  });

  it('skips the rest of a visit whose later hit could not leave in time', async () => {
    const visit = visitOf({ kinds: pageviews(4) });
    const run = start({
      batches: liveBatches([visit]),
      maxLatenessMs: 5000,
      script: () => ({ latencyMs: 10_000 }),
    });
    await run.clock.run(run.done);
    expect(visit.hits.map((hit) => run.outcomeOf(hit)?.kind)).toEqual([
      'accepted',
      'skipped',
      'skipped',
      'skipped',
    ]);
    expect(run.tally.total.visits.partial).toBe(1);
  });
});

describe('limits', () => {
  it("counts what the day's cap keeps out as skipped, and starts anew on the next day", async () => {
    const visits = Array.from({ length: 6 }, (_, i) =>
      visitOf({
        index: i % 3,
        day: i < 3 ? '2026-10-20' : '2026-10-21',
        lane: i,
        startMs: T0 + i * 100,
        kinds: pageviews(2),
      }),
    );
    const run = start({ batches: liveBatches(visits), limits: { dailyCap: 2 } });
    await run.clock.run(run.done);
    run.tally.close();
    expect(run.days.map(({ date, totals }) => [date, totals.visits.complete, totals.visits.skipped])).toEqual(
      [
        ['2026-10-20', 2, 1],
        ['2026-10-21', 2, 1],
      ],
    );
    expect(run.outcomeOf(visits[2]?.hits[1])).toEqual({ kind: 'skipped', reason: 'capped' });
    expect(run.tally.total.reasons).toEqual({ capped: 4 });
  });

  it('lets in exactly as many visits as the run is to have, and sends all of their hits', async () => {
    const visits = Array.from({ length: 8 }, (_, index) =>
      visitOf({ index, lane: index, startMs: T0 + index * 100, kinds: pageviews(4) }),
    );
    const run = start({ batches: liveBatches(visits), limits: { stopAfter: 3 } });
    await run.clock.run(run.done);
    expect(run.planned).toEqual(visits.slice(0, 3));
    expect(run.tally.total.hits).toMatchObject({ planned: 12, accepted: 12 });
    expect([...run.settled.keys()].every(({ visit }) => visits.indexOf(visit) < 3)).toBe(true);
  });

  it('ends when the last visit is over, not when the next would have come', async () => {
    const visits = [visitOf({ kinds: pageviews(2) }), visitOf({ index: 1, startMs: T0 + 3_600_000 })];
    const run = start({ batches: liveBatches(visits), limits: { stopAfter: 1 } });
    await run.clock.run(run.done);
    expect(run.clock.now() - T0).toBe(1010);
    expect(run.clock.sleepers).toBe(0);
  });
});

describe('a backfill', () => {
  const visits = Array.from({ length: 200 }, (_, index) => visitOf({ index, lane: index % 16 }));
  const batches = visits.map(({ hits }, id) => bulkBatch(hits, id));

  it('takes no more off the timeline than it may have open', async () => {
    let taken = 0;
    function* counted() {
      for (const batch of batches) {
        taken++;
        yield batch;
      }
    }
    const run = start({ batches: counted(), pacer: paceByRoom, concurrency: 4, lookahead: 20 });
    let most = 0;
    while (run.settled.size < batches.length) {
      await settlePromises();
      most = Math.max(most, taken - run.settled.size);
      await run.clock.advance(10);
    }
    await run.done;
    // One is looked at before it is taken.
    expect(most).toBe(21);
    expect(run.transport.mostInFlight).toBe(4);
  });

  it('takes many off the timeline together', async () => {
    const takenAt: number[] = [];
    const clock = { now: () => 0 };
    function* noted() {
      for (const batch of batches) {
        takenAt.push(clock.now());
        yield batch;
      }
    }
    const script = (_: unknown, rank: number) => ({ latencyMs: 10 + rank });
    const run = start({
      batches: noted(),
      pacer: paceByRoom,
      concurrency: 4,
      lookahead: 20,
      refill: 8,
      script,
    });
    clock.now = () => run.clock.now();
    await run.clock.run(run.done);
    const bursts = new Map<number, number>();
    for (const at of takenAt.slice(21)) bursts.set(at, (bursts.get(at) ?? 0) + 1);
    expect([...bursts.values()].slice(0, -1).every((count) => count === 8)).toBe(true);
    expect(run.settled.size).toBe(batches.length);
  });

  it('sends the batches of a lane in their order, one at a time', async () => {
    const run = start({
      batches,
      pacer: paceByRoom,
      lookahead: 50,
      script: (_, rank) => ({ latencyMs: 5 + ((rank * 7) % 40) }),
    });
    await run.clock.run(run.done);
    for (let lane = 0; lane < 16; lane++) {
      const requests = run.transport.requests.filter(({ hits }) => hits[0]?.visit.lane === lane);
      const ranks = requests.map(({ hits }) => hits[0]?.visit.key.index ?? -1);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      requests.slice(1).forEach(({ sentMs }, i) => {
        expect(sentMs).toBeGreaterThanOrEqual(requests[i]?.answeredMs ?? Number.POSITIVE_INFINITY);
      });
    }
  });

  /** Most requests that left within any second. */
  function mostInASecond(times: readonly number[]): number {
    return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
  }

  it('spaces requests evenly when their rate is limited', async () => {
    const run = start({ batches, pacer: createRatePacer(10), lookahead: 26 });
    await run.clock.run(run.done);
    const times = run.transport.requests.map(({ sentMs }) => sentMs);
    expect(mostInASecond(times)).toBeLessThanOrEqual(11);
    expect(((times.at(-1) ?? 0) - T0) / 1000).toBeCloseTo(19.9, 1);
  });

  it.each([
    ['of many lanes', batches],
    ['of one lane', visits.map(({ hits }, id) => ({ ...bulkBatch(hits, id), lane: 1 }))],
  ])('sends no burst of requests %s after a standstill', async (_, held) => {
    const run = start({
      batches: held,
      pacer: createRatePacer(10),
      lookahead: 26,
      script: (_hits, _rank, nowMs) => ({ latencyMs: nowMs < T0 + 5000 ? T0 + 30_000 - nowMs : 10 }),
    });
    await run.clock.run(run.done);
    const times = run.transport.requests.map(({ sentMs }) => sentMs);
    expect(times).toHaveLength(200);
    expect(mostInASecond(times)).toBeLessThanOrEqual(11);
  });

  it('goes on when a batch cannot be delivered at all', async () => {
    const run = start({
      batches,
      pacer: paceByRoom,
      concurrency: 1,
      lookahead: 20,
      script: (_, rank) => (rank === 3 ? { outcome: FAILED } : {}),
    });
    await run.clock.run(run.done);
    expect(run.stop.reason).toBeUndefined();
    expect(run.transport.requests).toHaveLength(batches.length);
  });

  it('goes on when a batch is delivered in part', async () => {
    const halves = [0, 1, 2].map((index) => bulkBatch(visitOf({ index, kinds: pageviews(2) }).hits, index));
    const run = start({
      batches: halves,
      pacer: paceByRoom,
      script: () => ({ outcome: [{ kind: 'failed', reason: 'lost' }, { kind: 'accepted' }] }),
    });
    await run.clock.run(run.done);
    expect(run.stop.reason).toBeUndefined();
    expect(run.tally.total.hits).toMatchObject({ planned: 6, accepted: 3, failed: 3 });
  });

  it('records whole visits together where all hits of a batch were accepted, and makes no objects of hits', async () => {
    const visits = [0, 1, 2].map((index) => visitOf({ index, kinds: pageviews(2) }));
    const made: number[] = [];
    const whole = visits.map((visit, id) => ({
      ...bulkBatch([], id),
      hitCount: 2,
      wholeVisits: [visit],
      get hits() {
        made.push(id);
        return visit.hits;
      },
    }));
    const planned: VisitRecord[] = [];
    const accepted: VisitRecord[] = [];
    const settled: Hit[] = [];
    const clock = new VirtualClock();
    const done = start({
      batches: whole,
      clock,
      pacer: paceByRoom,
      transport: {
        send: ({ id }) =>
          Promise.resolve({
            outcomes: [{ kind: 'accepted' }, id === 1 ? FAILED : { kind: 'accepted' }],
            retries: 0,
            sentMs: T0,
            answeredMs: T0,
          }),
        close: async () => {},
      },
      recorder: {
        plan: (visit) => planned.push(visit),
        sent: () => {},
        settle: (hit) => settled.push(hit),
        accept: (visit) => accepted.push(visit),
      },
    }).done;
    await clock.run(done);
    expect(planned).toEqual(visits);
    expect(accepted).toEqual([visits[0], visits[2]]);
    expect(settled).toEqual(visits[1]?.hits);
    expect(made).toEqual([1]);
  });
});

describe('stopping', () => {
  const long = () =>
    Array.from({ length: 20 }, (_, index) => visitOf({ index, lane: index, startMs: T0 + index * 100 }));

  it('lets what is in flight finish, and nothing new leave', async () => {
    const run = start({ batches: liveBatches(long()), script: () => ({ latencyMs: 1000 }) });
    await run.clock.advance(450);
    run.stop.request('SIGINT');
    let isDone = false;
    run.done.then(() => {
      isDone = true;
    });
    await settlePromises();
    expect([isDone, run.settled.size]).toEqual([false, 0]);
    await run.clock.run(run.done);
    expect(run.transport.requests).toHaveLength(5);
    expect(run.tally.total.hits).toMatchObject({ planned: 5, accepted: 5 });
    expect(run.clock.sleepers).toBe(0);
  });

  it('leaves what waited to be closed as skipped', async () => {
    const run = start({
      batches: liveBatches(long()),
      concurrency: 2,
      script: () => ({ latencyMs: 60_000 }),
    });
    await run.clock.advance(1000);
    run.stop.request('SIGTERM');
    await run.clock.run(run.done);
    run.tally.close();
    expect(run.tally.total.hits).toMatchObject({ planned: 11, accepted: 2, skipped: 9 });
    expect(run.tally.total.reasons).toEqual({ stopped: 9 });
  });

  it('ends what a transport still waits for', async () => {
    const clock = new VirtualClock();
    const run = start({
      batches: liveBatches([visitOf()]),
      clock,
      transport: {
        async send({ hits }, signal) {
          await clock.sleepUntil(clock.now() + 60_000, signal);
          return { outcomes: hits.map(() => FAILED), retries: 1, sentMs: T0, answeredMs: clock.now() };
        },
        close: async () => {},
      },
    });
    await clock.advance(500);
    expect(clock.sleepers).toBe(1);
    run.stop.request('SIGINT');
    await run.done;
    expect(clock.sleepers).toBe(0);
    expect(run.tally.total.hits).toMatchObject({ planned: 1, failed: 1 });
  });

  it('comes at once when every later hit would be refused too', async () => {
    const run = start({
      batches: liveBatches(long()),
      script: (_, rank) =>
        rank === 2
          ? { outcome: { kind: 'rejected', reason: 'access-refused' }, fatal: new Error('refused') }
          : {},
    });
    await run.clock.run(run.done);
    expect(run.stop.reason).toBe('authentication');
    expect(run.transport.requests).toHaveLength(3);
    expect(run.tally.total.hits).toMatchObject({ accepted: 2, rejected: 1 });
  });

  it('asked for before the start sends nothing', async () => {
    const stop = createStop();
    stop.request('SIGINT');
    const run = start({ batches: liveBatches(long()), stop });
    await run.done;
    expect([run.transport.requests.length, run.planned.length]).toEqual([0, 0]);
  });
});

describe('failures of the program itself', () => {
  const visits = Array.from({ length: 5 }, (_, index) =>
    visitOf({ index, lane: index, startMs: T0 + index * 100 }),
  );
  const silent: Recorder = { plan: () => {}, settle: () => {}, sent: () => {} };

  it('reach the caller when an outcome cannot be recorded, once nothing is in flight', async () => {
    let settled = 0;
    const run = start({
      batches: liveBatches(visits),
      script: (_, rank) => ({ latencyMs: rank === 0 ? 150 : 1000 }),
      recorder: {
        ...silent,
        settle: () => {
          settled++;
          if (settled === 1) throw new Error('disk full');
        },
      },
    });
    await expect(run.clock.run(run.done)).rejects.toThrow('disk full');
    expect(run.transport.requests).toHaveLength(2);
    expect([settled, run.clock.sleepers]).toEqual([2, 0]);
  });

  it('reach the caller when the plan breaks', async () => {
    function* broken() {
      yield* liveBatches(visits).slice(0, 2);
      throw new Error('no such day');
    }
    const run = start({ batches: broken() });
    await expect(run.clock.run(run.done)).rejects.toThrow('no such day');
    expect(run.clock.sleepers).toBe(0);
  });

  it('reach the caller when the transport breaks its promise never to reject', async () => {
    const transport = { send: () => Promise.reject(new Error('broken')), close: async () => {} };
    const run = start({ batches: liveBatches(visits), transport });
    await expect(run.clock.run(run.done)).rejects.toThrow('broken');
  });
});

describe('an earlier life of the run', () => {
  const visits = Array.from({ length: 600 }, (_, index) => visitOf({ index, lane: index % 7 }));
  const batches = visits.map(({ hits }, id) => bulkBatch(hits, id));

  it('settles what it knows without sending it again', async () => {
    const settled: number[] = [];
    const run = start({
      batches,
      pacer: paceByRoom,
      lookahead: 20,
      recorder: {
        plan: () => {},
        sent: () => {},
        settle: (hit) => settled.push(hit.visit.key.index),
        known: ({ id, hits }) => (id % 3 === 0 ? undefined : hits.map(() => ({ kind: 'accepted' }))),
      },
    });
    await run.clock.run(run.done);
    expect(run.transport.requests).toHaveLength(200);
    expect(new Set(settled).size).toBe(600);
    expect(settled).toHaveLength(600);
  });

  it('is told of batches before they leave', async () => {
    const log: string[] = [];
    const run = start({
      batches: batches.slice(0, 3),
      pacer: paceByRoom,
      recorder: {
        plan: () => {},
        sent: () => {},
        settle: () => {},
        sendJournal: {
          isWritten: () => false,
          leave: () => {},
          begin: async (leaving) => void log.push(`begin ${leaving.map(({ id }) => id).join()}`),
          restUntilMs: 0,
        },
      },
      script: (hits) => {
        log.push(`send ${hits[0]?.visit.key.index}`);
        return {};
      },
    });
    await run.clock.run(run.done);
    expect(log).toEqual(['begin 0,1,2', 'send 0', 'send 1', 'send 2']);
  });
});

describe('batches that are to be written down first', () => {
  const batches = Array.from({ length: 40 }, (_, id) => bulkBatch(visitOf({ index: id, lane: id }).hits, id));

  /** Only the first ones are written down already; writing is to rest for the given time. */
  async function sendHeld(spec: { count: number; written: number; restMs: number; latencyMs: number }) {
    const clock = new VirtualClock();
    const transport = createScriptedTransport(clock, () => ({ latencyMs: spec.latencyMs }));
    const writes: { readonly ids: readonly number[]; readonly atMs: number }[] = [];
    const run = start({
      batches: batches.slice(0, spec.count),
      pacer: paceByRoom,
      clock,
      transport,
      recorder: {
        plan: () => {},
        sent: () => {},
        settle: () => {},
        sendJournal: {
          isWritten: ({ id }) => id < spec.written,
          leave: () => {},
          begin: async (leaving) =>
            void writes.push({ ids: leaving.map(({ id }) => id), atMs: clock.now() - T0 }),
          restUntilMs: T0 + spec.restMs,
        },
      },
    });
    await clock.run(run.done);
    const sent = transport.requests.map(({ hits, sentMs }) => ({
      id: hits[0]?.visit.key.index ?? -1,
      atMs: sentMs - T0,
    }));
    return { writes, sent };
  }

  it('leave when they are, all of them', async () => {
    const { writes, sent } = await sendHeld({ count: 40, written: 20, restMs: 0, latencyMs: 10 });
    expect(sent.map(({ id }) => id)).toEqual(batches.map(({ id }) => id));
    const written = writes.flatMap(({ ids, atMs }) => ids.map((id) => ({ id, atMs })));
    expect(written).toEqual(sent.slice(20));
  });

  it('wait for the end of the rest while most requests are under way, and no longer', async () => {
    const { writes } = await sendHeld({ count: 10, written: 8, restMs: 30, latencyMs: 1000 });
    expect(writes).toEqual([{ ids: [8, 9], atMs: 30 }]);
  });

  it('do not wait when the requests under way are no more than they', async () => {
    const { writes } = await sendHeld({ count: 40, written: 20, restMs: 60_000, latencyMs: 10 });
    expect(writes.every(({ ids, atMs }) => ids.length >= 5 && atMs < 100)).toBe(true);
  });
});

describe('whatever happens', () => {
  const outcome = fc.constantFrom<Outcome>(
    { kind: 'accepted' },
    { kind: 'accepted' },
    { kind: 'rejected', reason: 'invalid' },
    FAILED,
    { kind: 'unknown', reason: 'no-answer' },
  );
  const visitSpecs = fc.array(
    fc.record({
      lane: fc.nat(5),
      startMs: fc.nat(60_000).map((ms) => T0 + ms),
      gapMs: fc.integer({ min: 1, max: 20_000 }),
      hits: fc.integer({ min: 1, max: 6 }),
    }),
    { maxLength: 25 },
  );
  const scenario = fc.record({
    specs: visitSpecs,
    isLive: fc.boolean(),
    concurrency: fc.integer({ min: 1, max: 5 }),
    lookahead: fc.integer({ min: 1, max: 12 }),
    refill: fc.integer({ min: 1, max: 12 }),
    maxLatenessMs: fc.constantFrom(0, 1000, Number.POSITIVE_INFINITY),
    rate: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
    dailyCap: fc.nat(12),
    stopAfter: fc.nat(12),
    stopMs: fc.option(fc.nat(90_000), { nil: undefined }),
    answers: fc.array(fc.record({ latencyMs: fc.nat(15_000), outcome }), { minLength: 1, maxLength: 20 }),
  });

  it('planned is the sum of the outcomes, order and bounds are kept', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (s) => {
        const visits = s.specs
          .sort((a, b) => a.startMs - b.startMs)
          .map((spec, index) =>
            visitOf({
              ...spec,
              kinds: pageviews(spec.hits),
              index,
              day: spec.startMs < T0 + 30_000 ? '2026-10-20' : '2026-10-21',
            }),
          );
        const batches = s.isLive ? liveBatches(visits) : visits.map(({ hits }, id) => bulkBatch(hits, id));
        const byRoom = s.rate === undefined ? paceByRoom : createRatePacer(s.rate);
        const run = start({
          batches,
          pacer: s.isLive ? paceBySchedule : byRoom,
          limits: { dailyCap: s.dailyCap, stopAfter: s.stopAfter },
          concurrency: s.concurrency,
          lookahead: s.lookahead,
          refill: Math.min(s.refill, s.lookahead),
          maxLatenessMs: s.maxLatenessMs,
          script: (_, rank) => s.answers[rank % s.answers.length] ?? {},
        });
        if (s.stopMs !== undefined) {
          run.clock.sleepUntil(T0 + s.stopMs, run.stop.draining).then(() => run.stop.request('time'));
        }
        await run.clock.run(run.done);
        run.tally.close();

        const { hits, visits: counts } = run.tally.total;
        expect(OUTCOME_KINDS.reduce((sum, kind) => sum + hits[kind], 0)).toBe(hits.planned);
        expect(counts.complete + counts.partial + counts.failed + counts.skipped).toBe(counts.planned);
        expect(counts.planned).toBe(run.planned.length);
        for (const { totals } of run.days) {
          expect(OUTCOME_KINDS.reduce((sum, kind) => sum + totals.hits[kind], 0)).toBe(totals.hits.planned);
        }
        expect(run.days.reduce((sum, { totals }) => sum + totals.hits.planned, 0)).toBe(hits.planned);
        expect(run.transport.mostInFlight).toBeLessThanOrEqual(s.concurrency);
        expect([...run.settled.values()].every((outcomes) => outcomes.length === 1)).toBe(true);
        const sent = run.transport.requests.flatMap((request) => request.hits);
        for (const lane of new Set(sent.map(({ visit }) => visit.lane))) {
          const ofLane = sent.filter(({ visit }) => visit.lane === lane);
          const inOrder = batches.flatMap((batch) => (batch.lane === lane ? batch.hits : []));
          expect(ofLane).toEqual(inOrder.filter((hit) => ofLane.includes(hit)));
        }
      }),
      { numRuns: 150 },
    );
  });
});
