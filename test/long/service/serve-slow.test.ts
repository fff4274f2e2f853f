/** Clients that take their time, and a target that never answers: neither holds the service or its processes up. */
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openTarget, SUPER_TOKEN, Workplace } from '../../process/binary.ts';
import { endAll, goneAfter, type RunView, serve, until } from '../../process/service/served.ts';

const places: Workplace[] = [];
afterEach(() => {
  for (const place of places.splice(0)) place.remove();
});

function newPlace(): Workplace {
  const place = new Workplace();
  places.push(place);
  return place;
}

/** Sends a beginning, then a byte a second. @returns what came back, and after how many ms the connection was closed */
function dribble(url: string, beginning: string): Promise<{ answer: string; afterMs: number }> {
  const startMs = Date.now();
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' }, () =>
      socket.write(beginning),
    );
    const timer = setInterval(() => socket.write('x'), 1000);
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ answer, afterMs: Date.now() - startMs });
    });
  });
}

describe('slow clients', () => {
  it('of headers and of bodies are let go, and others are answered meanwhile', async () => {
    const served = await serve(newPlace());
    try {
      const { host } = new URL(served.url);
      const headers = `GET /api/status HTTP/1.1\r\nhost: ${host}\r\nx-slow: `;
      const body = `POST /api/validate HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${served.key}\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{"`;
      const nobody = body.replace(served.key, 'wrong');
      const many = (text: string) => Array.from({ length: 100 }, () => dribble(served.url, text));
      const slow = { headers: many(headers), bodies: many(body), guesses: [dribble(served.url, nobody)] };
      const ended = Promise.all([...slow.headers, ...slow.bodies]);
      let isOver = false;
      void ended.then(() => {
        isOver = true;
      });
      let longestMs = 0;
      while (!isOver) {
        const startMs = Date.now();
        expect((await served.ask('/api/status')).status).toBe(200);
        longestMs = Math.max(longestMs, Date.now() - startMs);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      // A service that waited for the slow ones would take at least the 10 s that they have for their headers.
      expect(longestMs).toBeLessThan(8000);
      for (const { answer, afterMs } of await Promise.all(slow.headers)) {
        expect(answer).toMatch(/^HTTP\/1\.1 408/);
        expect(afterMs).toBeLessThan(28_000);
      }
      for (const { answer, afterMs } of await Promise.all(slow.bodies)) {
        expect(answer).toMatch(/^HTTP\/1\.1 408/);
        expect(afterMs).toBeLessThan(120_000);
      }
      // Whoever shows no key is answered before the body is there.
      expect((await slow.guesses[0])?.answer).toMatch(/^HTTP\/1\.1 403/);
    } finally {
      await endAll(served);
    }
  });
});

describe('a service that is killed while its target does not answer', () => {
  it('leaves no process longer than the response timeout', async () => {
    const target = await openTarget();
    try {
      const own = { MATOMO_TOKEN_AUTH: SUPER_TOKEN, MATOMO_URL: target.url, RESPONSE_TIMEOUT: '4' };
      const served = await serve(newPlace(), own);
      const settings = { TARGET_VISITS_PER_DAY: 900_000, TRAFFIC_SHAPE: 'flat', VISIT_TIMING: 'compressed' };
      const { id } = (await served.ask('/api/v2/runs', { body: { settings } })).json as RunView;
      const { pid } = await until(served, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 5);
      const before = target.faults.requests;
      target.faults.inject({ kind: 'hang', isProcessed: false });
      // Requests are on their way that nobody answers.
      while (target.faults.requests < before + 3) await new Promise((resolve) => setTimeout(resolve, 20));
      served.running.child.kill('SIGKILL');
      await served.running.finished;
      const goneMs = await goneAfter(pid ?? 0);
      // By default it is 30 s.
      expect(goneMs).toBeLessThan(20_000);
    } finally {
      await target.close();
    }
  });
});
