/** A day of ten jobs in fast motion: an update a second of each, over real sockets, to clients that read and one that does not. */
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Host } from '../../../src/host.ts';
import { createTotals } from '../../../src/ledger/totals.ts';
import type { JobEvent, TargetFacts } from '../../../src/server/jobs/process/protocol.ts';
import { encodeTotals } from '../../../src/shards/serialization.ts';
import { openTestServer, type TestServer } from '../../server/harness.ts';

const HOURS = Number(process.env.TEST_HOURS ?? 0.5);
const JOBS = 10;
const MB = 1_048_576;

const factsOf = (site: number): TargetFacts => ({
  name: `site-${site}`,
  url: 'http://127.0.0.1:9/matomo.php',
  site,
  timezone: 'UTC',
  currency: 'EUR',
  seed: 'seed',
  visitsPerDay: 20_000,
  cap: 0,
  activeHours: null,
  plannedVisits: null,
  from: null,
  to: null,
  responseTimeoutMs: 30_000,
  declaredEvents: [],
});

/** Processes of jobs whose news the test itself tells. */
function createProcesses() {
  const tell: ((news: JobEvent) => void)[] = [];
  const end: (() => void)[] = [];
  const startChild: Host['startChild'] = () => ({
    pid: undefined,
    kill: () => {},
    send: async () => {},
    // The seam leaves it to its user what messages there are.
    onMessage: (listener) => void tell.push(listener as (news: unknown) => void),
    onGone: (listener) => void end.push(() => listener('ended')),
  });
  return { startChild, tell, end };
}

/** Reads the stream as a page does. */
function follow({ url, key }: TestServer) {
  const seen = { events: 0, last: 0, bytes: 0 };
  const leave = new AbortController();
  const headers = { 'x-api-key': key };
  const over = (async () => {
    const answer = await fetch(`${url}/api/v2/stream?topics=jobs,logs`, { headers, signal: leave.signal });
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of answer.body ?? []) {
      seen.bytes += chunk.byteLength;
      const events = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        seen.events++;
        seen.last = Number(/^id: \w+-(\d+)$/m.exec(event)?.[1] ?? seen.last);
      }
    }
  })().catch(() => {});
  const stop = () => {
    leave.abort();
    return over;
  };
  return { seen, leave: stop };
}

function createCollector(): () => number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  return () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / MB;
  };
}

describe(`${HOURS} hours of ${JOBS} jobs`, () => {
  it('leave memory as it was', { timeout: 3_600_000 }, async () => {
    const processes = createProcesses();
    const server = await openTestServer({
      startChild: processes.startChild,
      env: { MATOMO_URL: 'http://127.0.0.1:9', MATOMO_TOKEN_AUTH: 'a'.repeat(32) },
    });
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v2/logs/socket`, {
      headers: { 'x-api-key': server.key },
    });
    let lines = 0;
    socket.on('message', () => lines++).on('error', () => {});
    const clients = [follow(server), follow(server)];
    const { host, port } = new URL(server.url);
    const idle = connect({ port: Number(port), host: '127.0.0.1' });
    idle.on('error', () => {});
    idle.pause();
    idle.write(`GET /api/v2/stream HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${server.key}\r\n\r\n`);
    try {
      for (let site = 1; site <= JOBS; site++) {
        const settings = { MATOMO_SITE_ID: site, TARGET_VISITS_PER_DAY: 20_000 };
        const { status, text } = await server.ask('/api/v2/runs', { body: { settings } });
        expect([status, text]).toEqual([201, text]);
      }
      expect(processes.tell).toHaveLength(JOBS);
      for (const [index, tell] of processes.tell.entries())
        tell({ kind: 'start', rank: 0, target: factsOf(index + 1) });
      const memory = createCollector();
      const totals = createTotals();
      const startMs = Date.now();
      const figures: string[] = [];
      let afterFirstHour = Number.POSITIVE_INFINITY;
      let now = 0;
      for (let second = 1; second <= HOURS * 3600; second++) {
        totals.hits.planned += 4;
        totals.hits.accepted += 4;
        totals.visits.planned += 1;
        totals.requests += 4;
        for (const ms of [3, 5, 8, 40 + (second % 90)]) totals.latencyMs.recordValue(ms);
        const progress = {
          totals: encodeTotals(totals),
          activity: { requestsInFlight: 1, waitingMs: 0, isTargetDown: false },
          admittedToday: second,
          isWithinActiveHours: true,
          nextVisit: null,
        };
        const atMs = startMs + second * 1000;
        for (const tell of processes.tell)
          tell({ kind: 'state', atMs, isPaused: false, targets: [progress] });
        if (second % 30 === 0) server.service.log.info(`half a minute more, ${second} s`);
        const sent = Number(server.service.feed.lastId.split('-')[1]);
        // A client that reads gets everything, before the next second begins.
        if (second % 5 === 0)
          while (clients.some(({ seen }) => seen.last < sent))
            await new Promise((done) => setImmediate(done));
        if (second % 3600 === 0) {
          now = memory();
          figures.push(now.toFixed(1));
          if (second === 3600) afterFirstHour = now;
          const points = await server.ask('/api/v2/runs/1/points?resolution=minute');
          expect(points.status).toBe(200);
        }
      }
      now = memory();
      const tookMs = Date.now() - startMs;
      const [first] = clients;
      console.log(
        `${HOURS} h in ${(tookMs / 1000).toFixed(0)} s; MB after each hour: ${figures.join(' ')}; at the end ${now.toFixed(1)}; ` +
          `${first?.seen.events} events, ${((first?.seen.bytes ?? 0) / MB).toFixed(0)} MB to each client`,
      );
      for (const { seen } of clients) expect(seen.events).toBeGreaterThanOrEqual(HOURS * 3600 * JOBS);
      expect(lines).toBeGreaterThanOrEqual(HOURS * 120);
      // Whoever reads nothing is let go, and the others stay.
      expect(server.service.feed.subscribers).toBe(clients.length + 1);
      // Points of a minute are kept for a week: a day of them is a few MB.
      expect(now - afterFirstHour).toBeLessThan(40);
    } finally {
      for (const { leave } of clients) await leave();
      socket.terminate();
      idle.destroy();
      for (const tell of processes.tell) tell({ kind: 'end', exitCode: 0 });
      for (const end of processes.end) end();
      await server.end();
    }
  });
});
