/** Stands before the embedded endpoint and keeps every hit that it has recorded, so that a test sees each one, and how often. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint } from '../../job/endpoint.ts';

/** Of a hit that was recorded, or a question that was answered. */
export interface Receipt {
  readonly atMs: number;
  /** Who sent it, where the test's workers say so. */
  readonly worker: string;
}

export interface Question extends Receipt {
  readonly segment: string;
  readonly answer: string;
}

export interface HitRecorder {
  /** Tracking URL. */
  readonly url: string;
  /** How often each hit was recorded, by its parameters without the token. */
  readonly hits: ReadonlyMap<string, number>;
  /** In their order. */
  readonly receipts: ReadonlyMap<string, readonly Receipt[]>;
  /** About visitors. */
  readonly questions: readonly Question[];
  /** Of each tracking request, half of it before it is recorded and half after. */
  latencyMs: number;
  /** Its Reporting API answers with HTTP 503. */
  isReportingDown: boolean;
  /** Questions that were answered so. */
  readonly refusedReports: number;
  /** Tracking requests without an answer at the same time, the most since it was set. */
  mostInFlight: number;
  /**
   * Tracking requests, of one worker or of all, get no answer until the function returned is called; every other one is
   * recorded first.
   */
  hold(worker?: string): () => void;
  /** Requests that are held and not recorded yet. */
  readonly heldBack: number;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** In the question whether the target is ready, which records nothing. */
const PROBE = encodeURIComponent('https://probe.invalid/');

/** The hits of a body, one or many. */
export function hitsOf(body: string): string[] {
  const queries: string[] = body.startsWith('{') ? JSON.parse(body).requests : [body];
  return queries.map((query) => {
    const hit = new URLSearchParams(query.replace(/^\?/, ''));
    hit.delete('token_auth');
    hit.sort();
    return hit.toString();
  });
}

export async function openHitRecorder(endpoint: Endpoint, latencyMs: number): Promise<HitRecorder> {
  const hits = new Map<string, number>();
  const receipts = new Map<string, Receipt[]>();
  const questions: Question[] = [];
  let refusedReports = 0;
  let heldBack = 0;
  let held: { readonly worker: string | undefined; readonly released: Promise<void> } | undefined;
  let requests = 0;
  let inFlight = 0;
  const server = createServer(async (request, response) => {
    if (request.url?.includes('matomo.php')) {
      recorder.mostInFlight = Math.max(recorder.mostInFlight, ++inFlight);
      response.once('close', () => inFlight--);
    }
    try {
      const body = await bodyOf(request);
      if (recorder.isReportingDown && body.includes('module=API')) {
        refusedReports++;
        response.writeHead(503).end();
        return;
      }
      const isTracking = request.url?.includes('matomo.php') === true && body.length > 0;
      const worker = String(request.headers['x-worker'] ?? 'unnamed');
      const isHeld = isTracking && held !== undefined && (held.worker ?? worker) === worker;
      const isLate = isHeld && requests++ % 2 === 0;
      if (isLate) {
        heldBack++;
        await held?.released;
        heldBack--;
      }
      if (isTracking) await delay(recorder.latencyMs / 2);
      const answer = await fetch(`http://127.0.0.1:${endpoint.port}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { 'content-type': request.headers['content-type'] ?? 'text/plain' },
        ...(request.method === 'POST' ? { body: body.toString() } : {}),
      });
      const text = await answer.text();
      const sent = body.toString();
      const receipt = { atMs: Date.now(), worker };
      const segment = new URLSearchParams(sent).get('segment') ?? '';
      if (segment !== '') questions.push({ ...receipt, segment, answer: text });
      if (isTracking && answer.ok && !sent.includes('"requests":[]')) {
        if (/"status":"success"|^GIF|^$/.test(text) || answer.status === 204)
          for (const hit of hitsOf(sent).filter((text) => !text.includes(PROBE))) {
            hits.set(hit, (hits.get(hit) ?? 0) + 1);
            receipts.set(hit, [...(receipts.get(hit) ?? []), receipt]);
          }
      }
      if (isTracking) await delay(recorder.latencyMs / 2);
      if (isHeld && !isLate) await held?.released;
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'text/plain',
      });
      response.end(text);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const recorder: HitRecorder = {
    latencyMs,
    isReportingDown: false,
    mostInFlight: 0,
    get refusedReports() {
      return refusedReports;
    },
    get heldBack() {
      return heldBack;
    },
    hold(worker) {
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      held = { worker, released };
      return () => {
        held = undefined;
        release();
      };
    },
    url: `http://127.0.0.1:${port}/matomo.php`,
    hits,
    receipts,
    questions,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return recorder;
}
