import { describe, expect, it } from 'vitest';
import { createRandomSource } from '../../src/plan/random.ts';
import { createInFlightLimit } from '../../src/run/in-flight-limit.ts';

interface Server {
  /** Requests that it works on at a time; the others wait. */
  readonly workers: number;
  /** Work of a request, in ms. */
  readonly workMs: (rank: number, nowMs: number) => number;
  /** Of the network, both ways. */
  readonly networkMs?: number;
  /** Answers later than this come as a time-out. */
  readonly timeoutMs?: number;
  readonly hits?: (rank: number) => number;
}

/** A client that always has something to send, before a server of so many workers: a discrete simulation. */
function simulate(ceiling: number, requests: number, server: Server) {
  const { workers, workMs, networkMs = 0, timeoutMs = Number.POSITIVE_INFINITY, hits = () => 200 } = server;
  const limiter = createInFlightLimit(ceiling);
  const freeAtMs = new Array<number>(workers).fill(0);
  const out: { sentMs: number; endedMs: number; hits: number; inFlight: number; isOverload: boolean }[] = [];
  const latencies: number[] = [];
  const limits: number[] = [];
  let nowMs = 0;
  let busyMs = 0;
  let timeouts = 0;
  for (let sent = 0; sent < requests || out.length > 0; ) {
    while (sent < requests && out.length < limiter.limit) {
      freeAtMs.sort((a, b) => a - b);
      const work = workMs(sent, nowMs);
      const doneMs = Math.max(nowMs, freeAtMs[0] as number) + work;
      freeAtMs[0] = doneMs;
      busyMs += work;
      const isOverload = doneMs + networkMs - nowMs > timeoutMs;
      const endedMs = isOverload ? nowMs + timeoutMs : doneMs + networkMs;
      out.push({ sentMs: nowMs, endedMs, hits: hits(sent), inFlight: out.length + 1, isOverload });
      sent++;
    }
    out.sort((a, b) => a.endedMs - b.endedMs);
    const next = out.shift();
    if (!next) break;
    nowMs = next.endedMs;
    latencies.push(next.endedMs - next.sentMs);
    if (next.isOverload) timeouts++;
    limiter.note(next);
    limits.push(limiter.limit);
  }
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    limiter,
    limits,
    timeouts,
    p50: sorted[Math.floor(sorted.length / 2)] as number,
    /** Share of the time in which all workers were at work. */
    utilisation: busyMs / workers / nowMs,
  };
}

describe('the limit of requests in flight', () => {
  it('begins with 2 and is never above the ceiling or below 1', () => {
    expect(createInFlightLimit(50).limit).toBe(2);
    expect(createInFlightLimit(1).limit).toBe(1);
    const { limits } = simulate(7, 500, { workers: 100, workMs: () => 2 });
    expect(Math.max(...limits)).toBe(7);
    const limiter = createInFlightLimit(50);
    for (let i = 0; i < 20; i++) {
      limiter.note({ sentMs: i, endedMs: i, hits: 1, inFlight: 1, isOverload: true });
      expect(limiter.limit).toBeGreaterThanOrEqual(1);
    }
    expect(limiter.limit).toBe(1);
  });

  it.each([
    { what: 'a fast server', server: { workers: 1, workMs: () => 2 } },
    {
      what: 'a large server behind a slow network',
      server: { workers: 500, workMs: () => 5, networkMs: 400 },
    },
    { what: 'a large server with slow answers', server: { workers: 500, workMs: () => 900 } },
  ])('is soon the ceiling before $what', ({ server }) => {
    const { limits, limiter } = simulate(50, 1000, server);
    expect(limits.indexOf(50)).toBeLessThan(130);
    expect(limits.lastIndexOf(49)).toBeLessThan(130);
    expect(limiter.report).toEqual({ ceiling: 50, most: 50, settledAt: null });
  });

  it.each([1, 2, 4, 8])('keeps %i workers busy without a long queue', (workers) => {
    const workMs = 400 * workers;
    const { utilisation, limits, limiter, p50 } = simulate(50, 2000, { workers, workMs: () => workMs });
    expect(utilisation).toBeGreaterThan(0.97);
    expect(Math.max(...limits)).toBeLessThanOrEqual(4 * workers + 4);
    expect(p50).toBeLessThan(3.5 * workMs);
    expect(limiter.report.settledAt).toBeGreaterThanOrEqual(workers);
    expect(limiter.report.settledAt).toBeLessThanOrEqual(2.5 * workers + 2);
  });

  it('holds under answers that differ by chance, and batches of all sizes', () => {
    const chance = createRandomSource('server').stream(1, 0, 0);
    const sizes = Array.from({ length: 3000 }, () => 1 + Math.floor(chance.next() * 200));
    const { utilisation, limits } = simulate(50, 3000, {
      workers: 2,
      workMs: (rank) => (20 + (sizes[rank] as number)) * 4 * (0.5 + chance.next()),
      hits: (rank) => sizes[rank] as number,
    });
    expect(utilisation).toBeGreaterThan(0.95);
    expect(Math.max(...limits.slice(500))).toBeLessThan(16);
  });

  it('sends a slow server no more than it can answer in time, where a fixed number would drown it', () => {
    const server = { workers: 4, workMs: () => 6_750, timeoutMs: 30_000 };
    const { timeouts, p50, utilisation } = simulate(50, 500, server);
    expect(timeouts).toBe(0);
    expect(p50).toBeLessThan(20_000);
    expect(utilisation).toBeGreaterThan(0.95);
  });

  it('goes down when the server becomes slower under the load of others, and comes back', () => {
    const slow = { from: 200_000, to: 400_000 };
    const { limits, timeouts } = simulate(50, 4000, {
      workers: 4,
      workMs: (_, nowMs) => (nowMs > slow.from && nowMs < slow.to ? 4000 : 400),
      timeoutMs: 30_000,
    });
    expect(timeouts).toBeLessThan(4);
    expect(limits.at(-1)).toBeGreaterThanOrEqual(4);
  });

  it('takes a time-out or an error of the server for too much at once, but once for all that were out', () => {
    const limiter = createInFlightLimit(50);
    let nowMs = 0;
    while (limiter.limit < 50) {
      nowMs += 10;
      const { limit } = limiter;
      for (let i = 0; i < limit; i++) {
        limiter.note({ sentMs: nowMs - 5, endedMs: nowMs, hits: 1, inFlight: limit, isOverload: false });
      }
    }
    const failed = { sentMs: nowMs, endedMs: nowMs + 5, hits: 1, inFlight: 50, isOverload: true };
    for (let i = 0; i < 50; i++) limiter.note(failed);
    expect(limiter.limit).toBe(25);
  });

  it('lets all visitors out who wait for nobody, however slow the server is, and fewer only on overload', () => {
    const limiter = createInFlightLimit(50, false);
    expect(limiter.limit).toBe(50);
    for (let rank = 0; rank < 200; rank++) {
      const sentMs = rank * 20;
      limiter.note({ sentMs, endedMs: sentMs + 100 + rank * 50, hits: 1, inFlight: 50, isOverload: false });
    }
    expect(limiter.limit).toBe(50);
    const failed = { sentMs: 20_000, endedMs: 20_100, hits: 1, inFlight: 50, isOverload: true };
    for (let rank = 0; rank < 50; rank++) limiter.note(failed);
    expect(limiter.limit).toBe(25);
  });

  it.each([0.08, 0.3])(
    'stays about where it is while a part of %d of the requests fails by chance',
    (part) => {
      const chance = createRandomSource('faults').stream(1, 0, 0);
      const [live, backfill] = [createInFlightLimit(50, false), createInFlightLimit(50)];
      for (let rank = 0; rank < 5000; rank++) {
        const sentMs = rank * 20;
        const sample = { sentMs, endedMs: sentMs + 10, hits: 1, isOverload: chance.next() < part };
        for (const limiter of [live, backfill]) limiter.note({ ...sample, inFlight: limiter.limit });
      }
      for (const { report } of [live, backfill]) expect(report.settledAt ?? 50).toBeGreaterThan(40);
    },
  );

  it('is not lowered by a request that got no response while others got theirs', () => {
    const limiter = createInFlightLimit(50, false);
    for (let rank = 0; rank < 3000; rank++) {
      const sentMs = rank * 20;
      const isHung = rank % 100 === 0;
      limiter.note({
        sentMs: isHung ? sentMs - 30_000 : sentMs,
        endedMs: sentMs + 10,
        hits: 1,
        inFlight: 50,
        isOverload: isHung,
      });
    }
    expect(limiter.limit).toBe(50);
  });
});
