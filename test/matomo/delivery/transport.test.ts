import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  classifyFailure,
  createTransport,
  type RecordedRequest,
  type TransportOptions,
} from '../../../src/matomo/delivery/transport.ts';
import { type Bodies, createBodies } from '../../../src/matomo/requests/body.ts';
import { parametersOf } from '../../../src/matomo/requests/hits.ts';
import { createRequestSize } from '../../../src/matomo/requests/request-size.ts';
import { systemClock } from '../../../src/run/clock.ts';
import { createInFlightLimit } from '../../../src/run/in-flight-limit.ts';
import { createRequestGate } from '../../../src/run/request-gate.ts';
import { DEFAULT_SINK_CONFIG } from '../../../src/sink/config.ts';
import type { Fault } from '../../../src/sink/faults.ts';
import { createSink, type Sink } from '../../../src/sink/sink.ts';
import type { Clock } from '../../../src/types/clock.ts';
import type { Batch, Transport } from '../../../src/types/delivery.ts';
import type { EncodedVisit } from '../../../src/types/hit.ts';
import type { Outcome } from '../../../src/types/outcome.ts';
import type { RequestGate } from '../../../src/types/request-flow.ts';
import { bulkBatch, encoded, visitOf } from '../../doubles/hits.ts';
import { openTestProxy } from '../../doubles/proxy.ts';
import { settlePromises } from '../../doubles/virtual-clock.ts';

const TOKEN = 'a'.repeat(32);
const NEVER = new AbortController().signal;

/** Time passes, waiting does not: retries follow each other at once. */
function impatientClock(): Clock & { readonly waitsMs: number[] } {
  const waitsMs: number[] = [];
  return {
    waitsMs,
    now: systemClock.now,
    wallNow: systemClock.wallNow,
    sleepUntil: async (instantMs) => {
      waitsMs.push(Math.round(instantMs - systemClock.now()));
      await settlePromises();
    },
  };
}

let count = 0;
/** One pageview of a visitor of its own, as the sink counts it. */
function pageview(siteId = 1): EncodedVisit {
  count++;
  const id = count.toString(16).padStart(16, '0');
  const query = `idsite=${siteId}&rec=1&_id=${id}&cid=${id}&url=https%3A%2F%2Fexample.test%2F`;
  return encoded(visitOf({ index: count, lane: count }), [query]);
}

function batchOf(visits: readonly EncodedVisit[], bodies: Bodies): Batch {
  const body = bodies.open();
  for (const visit of visits) body.add(visit, 0);
  return bulkBatch(
    visits.flatMap(({ visit }) => visit.hits),
    0,
    body.close(),
  );
}

const BULK = createBodies(true, TOKEN);
const FORMS = createBodies(false, TOKEN);
const bodiesFor = (isBulk: boolean) => (isBulk ? BULK : FORMS);

/** A request for so many pageviews. */
const pages = (number: number, bodies = BULK) =>
  batchOf(
    Array.from({ length: number }, () => pageview()),
    bodies,
  );
const page = () => pages(1, FORMS);

function optionsFor(url: string, options: Partial<TransportOptions> = {}): TransportOptions {
  return {
    url,
    token: TOKEN,
    bodies: BULK,
    connections: 4,
    // Longer than a busy machine takes. Who means to reach one sets a shorter one.
    connectTimeoutMs: 60_000,
    responseTimeoutMs: 60_000,
    retryAttempts: 2,
    clock: impatientClock(),
    jitter: () => 0,
    gate: createRequestGate(() => 100),
    limit: createInFlightLimit(100),
    size: createRequestSize(Number.POSITIVE_INFINITY),
    reconcile: undefined,
    probe: undefined,
    onWait: undefined,
    onReconciled: undefined,
    ...options,
  };
}

const transports: Transport[] = [];
function transportTo(url: string, options: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport(optionsFor(url, options));
  transports.push(transport);
  return transport;
}
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
});

function listen(server: Server | HttpServer): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/matomo.php`);
    });
  });
}

const countOf = (outcomes: readonly Outcome[], kind: string) =>
  outcomes.filter((outcome) => outcome.kind === kind).length;

interface FaultCase {
  readonly fault: Fault;
  /** What comes of hits while the fault lasts. */
  readonly bulk: Outcome;
  readonly single: Outcome;
  /** True: the sink records the hits all the same. */
  readonly isRecorded?: boolean;
  readonly isSingleRecorded?: boolean;
}
const failed = (reason: string): Outcome => ({ kind: 'failed', reason });
const unknown = (reason: string): Outcome => ({ kind: 'unknown', reason });
const same = (outcome: Outcome) => ({ bulk: outcome, single: outcome });
const cases: readonly FaultCase[] = [
  { fault: { kind: 'error', tracked: 2 }, bulk: unknown('bulk-error'), single: unknown('http-500') },
  { fault: { kind: 'unavailable' }, ...same(unknown('http-503')) },
  { fault: { kind: 'too-many-requests', retryAfterSeconds: 7 }, ...same(failed('rate-limited')) },
  { fault: { kind: 'bad-gateway' }, ...same(unknown('http-502')) },
  { fault: { kind: 'html' }, ...same(unknown('not-matomo')) },
  { fault: { kind: 'hang', isProcessed: true }, ...same(unknown('no-answer')), isRecorded: true },
  { fault: { kind: 'hang', isProcessed: false }, ...same(unknown('no-answer')) },
  { fault: { kind: 'close', isProcessed: true }, ...same(unknown('connection-lost')), isRecorded: true },
  { fault: { kind: 'close', isProcessed: false }, ...same(unknown('connection-lost')) },
  {
    fault: { kind: 'locked-out' },
    bulk: unknown('bulk-error'),
    // A hit that needs no token's rights is recorded.
    single: { kind: 'accepted' },
    isSingleRecorded: true,
  },
  { fault: { kind: 'recording-off' }, ...same(failed('recording-off')) },
];
const named = cases.flatMap((entry) => {
  const name = `${entry.fault.kind}${'isProcessed' in entry.fault && entry.fault.isProcessed ? ' after processing' : ''}`;
  return [
    { ...entry, name: `${name}, in bulk`, isBulk: true },
    { ...entry, name, isBulk: false },
  ];
});

/** Sends hits while the fault lasts and once it is over, to a sink of its own. */
async function meet({ fault, isBulk }: { fault: Fault; isBulk: boolean }) {
  const sink = createSink({ config: DEFAULT_SINK_CONFIG, now: systemClock.now });
  const { url } = await sink.listen(0);
  let requests = 0;
  const onRequest = () => {
    requests++;
  };
  const transport = createTransport(
    optionsFor(`${url}/matomo.php`, {
      bodies: bodiesFor(isBulk),
      onRequest,
      ...(fault.kind === 'hang' ? { responseTimeoutMs: 2000 } : {}),
    }),
  );
  const send = async () => {
    const before = { rows: sink.recorded().recorded, requests };
    const { outcomes, retries } = await transport.send(isBulk ? pages(3) : page(), NEVER);
    const rows = sink.recorded().recorded - before.rows;
    return { outcomes, retries, rows, requests: requests - before.requests };
  };
  sink.faults.inject(fault);
  const during = await send();
  sink.faults.clear();
  const after = await send();
  await transport.close();
  await sink.close();
  return { during, after };
}

describe('while a fault lasts', () => {
  it.concurrent.each(named)('counts no more and no less than is recorded: $name', async (entry) => {
    const { isBulk } = entry;
    const size = isBulk ? 3 : 1;
    const outcome = isBulk ? entry.bulk : entry.single;
    const isRecorded = entry.isRecorded === true || (!isBulk && entry.isSingleRecorded === true);
    const isRepeated = outcome.kind === 'failed';
    const { during, after } = await meet(entry);
    expect(during).toEqual({
      outcomes: new Array(size).fill(outcome),
      retries: isRepeated ? 2 : 0,
      requests: isRepeated ? 3 : 1,
      rows: isRecorded ? size : 0,
    });
    const counted =
      countOf(during.outcomes, 'accepted') + (isRecorded ? countOf(during.outcomes, 'unknown') : 0);
    expect(during.rows).toBe(counted);
    // The same connection pool goes on when the fault is over.
    const accepted = new Array(size).fill({ kind: 'accepted' });
    expect(after).toEqual({ outcomes: accepted, retries: 0, requests: 1, rows: size });
  });
});

describe('against the embedded endpoint', () => {
  let sink: Sink;
  let url = '';

  beforeEach(async () => {
    sink = createSink({ config: DEFAULT_SINK_CONFIG, now: systemClock.now });
    url = `${(await sink.listen(0)).url}/matomo.php`;
  });
  afterEach(() => sink.close());

  const recorded = () => sink.recorded().recorded;

  it.each([true, false])('delivers hits, in bulk: %s', async (isBulk) => {
    const transport = transportTo(url, { bodies: bodiesFor(isBulk) });
    const batch = isBulk ? pages(5) : page();
    const { hits } = batch;
    const delivery = await transport.send(batch, NEVER);
    expect(delivery.outcomes).toEqual(hits.map(() => ({ kind: 'accepted' })));
    expect(delivery.retries).toBe(0);
    expect(recorded()).toBe(hits.length);
  });

  it('rejects the hits that Matomo names as invalid, and records the others', async () => {
    const visits = [pageview(), pageview(99), pageview()];
    const { outcomes } = await transportTo(url).send(batchOf(visits, BULK), NEVER);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'rejected', 'accepted']);
    expect(recorded()).toBe(2);
    const single = transportTo(url, { bodies: FORMS });
    expect((await single.send(batchOf([pageview(99)], FORMS), NEVER)).outcomes).toEqual([
      { kind: 'rejected', reason: 'invalid' },
    ]);
  });

  it('shows failed attempts and lost hits by an example: status and page, without query and token', async () => {
    const shown: unknown[] = [];
    const note = (reason: string, example: () => object) => shown.push({ reason, ...example() });
    const all = { onFailedAttempt: note, onLost: note };
    const visit = (path: string, siteId = 1) => {
      const query = `idsite=${siteId}&rec=1&url=${encodeURIComponent(`https://shop.example/${path}?secret=1`)}`;
      return encoded(visitOf({ index: ++count, lane: count }), [query]);
    };
    await transportTo(url, all).send(batchOf([visit('a'), visit('b', 99), visit('c')], BULK), NEVER);
    const single = transportTo(url, { ...all, bodies: FORMS, retryAttempts: 0 });
    sink.faults.inject({ kind: 'status', status: 403, isProcessed: false }, 1);
    await single.send(batchOf([visit('d')], FORMS), NEVER);
    sink.faults.inject({ kind: 'close', isProcessed: false }, 1);
    await single.send(batchOf([visit('e')], FORMS), NEVER);
    sink.faults.inject({ kind: 'unavailable' }, 1);
    await transportTo(url, { ...all, retryAttempts: 0 }).send(batchOf([visit('f'), visit('g')], BULK), NEVER);
    expect(shown).toEqual([
      { reason: 'invalid', url: 'https://shop.example/b', status: 200 },
      {
        reason: 'http-403',
        url: 'https://shop.example/d',
        status: 403,
        answer: expect.stringContaining('403'),
      },
      { reason: 'connection-lost', url: 'https://shop.example/e' },
      // Which of several hits it was for, if any, nobody knows.
      { reason: 'http-503', url: '', status: 503, answer: expect.stringContaining('Unavailable') },
    ]);
  });

  it.each(cases.filter(({ bulk }) => bulk.kind === 'failed'))(
    'delivers once, and all of it, when the fault passes: $fault.kind',
    async ({ fault }) => {
      sink.faults.inject(fault, 2);
      const delivery = await transportTo(url).send(pages(4), NEVER);
      expect(delivery.outcomes).toEqual(new Array(4).fill({ kind: 'accepted' }));
      expect([delivery.retries, recorded()]).toEqual([2, 4]);
    },
  );

  it('goes on where no connection can be opened, though requests wait for the same one', async () => {
    await sink.close();
    const transport = transportTo(url, { connections: 1, retryAttempts: 1 });
    const deliveries = await Promise.all(Array.from({ length: 4 }, () => transport.send(pages(1), NEVER)));
    expect(deliveries.flatMap(({ outcomes }) => outcomes)).toEqual(
      new Array(4).fill({ kind: 'failed', reason: 'unreachable' }),
    );
  });

  it('waits as long as the server asks for', async () => {
    const clock = impatientClock();
    sink.faults.inject({ kind: 'too-many-requests', retryAfterSeconds: 7 }, 1);
    await transportTo(url, { clock }).send(pages(1), NEVER);
    expect(clock.waitsMs).toHaveLength(1);
    expect(clock.waitsMs[0]).toBeGreaterThan(6000);
  });

  it('has many requests in flight over its connections', async () => {
    sink.faults.latencyMs = 20;
    const transport = transportTo(url, { connections: 4, responseTimeoutMs: 5000 });
    const deliveries = await Promise.all(Array.from({ length: 12 }, () => transport.send(pages(2), NEVER)));
    expect(deliveries.flatMap(({ outcomes }) => outcomes).every(({ kind }) => kind === 'accepted')).toBe(
      true,
    );
    expect(recorded()).toBe(24);
  });

  it('measures from when the request leaves the gate', async () => {
    let nowMs = 1_000;
    let leave = (_mayLeave: boolean) => {};
    const gate: RequestGate = {
      ...createRequestGate(() => 1),
      enter(_group, _signal, go) {
        leave = go;
      },
    };
    const clock = { ...impatientClock(), now: () => nowMs };
    const delivery = transportTo(url, { gate, clock }).send(pages(1), NEVER);
    nowMs = 6_000;
    leave(true);
    expect(await delivery).toMatchObject({ sentMs: 6_000, answeredMs: 6_000 });
  });
});

describe('what goes over the wire', () => {
  interface Received {
    readonly method: string;
    readonly url: string;
    readonly type: string | undefined;
    readonly headers: string;
    readonly body: string;
    readonly socket: Socket;
  }
  let received: Received[] = [];
  let server: HttpServer;
  let url = '';
  const REPLY = '{"status":"success","tracked":2,"invalid":0}';

  async function read(request: IncomingMessage): Promise<string> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    return body;
  }

  beforeEach(async () => {
    received = [];
    server = createHttpServer(async (request, response) => {
      const body = await read(request);
      const { method = '', url: path = '', headers, socket, rawHeaders } = request;
      received.push({
        method,
        url: path,
        type: headers['content-type'],
        headers: rawHeaders.join('\n'),
        body,
        socket,
      });
      const isBulk = body.startsWith('{');
      response.end(isBulk ? REPLY : Buffer.from('GIF89a'));
    });
    url = await listen(server);
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it.each([true, false])('has the token in the body alone, in bulk: %s', async (isBulk) => {
    await transportTo(url, { bodies: bodiesFor(isBulk) }).send(isBulk ? pages(2) : page(), NEVER);
    const [request] = received;
    expect(request).toMatchObject({
      method: 'POST',
      url: isBulk ? '/matomo.php?queuedtracking=0' : '/matomo.php',
    });
    expect(request?.type).toBe(isBulk ? 'application/json' : 'application/x-www-form-urlencoded');
    expect(request?.body).toContain(TOKEN);
    expect(`${request?.url}${request?.headers}`).not.toContain(TOKEN);
  });

  it('has no token when there is none', async () => {
    const bodies = createBodies(false, undefined);
    const visit = pageview();
    await transportTo(url, { bodies }).send(batchOf([visit], bodies), NEVER);
    expect(received[0]?.body).toBe(parametersOf(visit, 0));
  });

  it.each([true, false])('is recorded as sent but for the token, in bulk: %s', async (isBulk) => {
    const requests: RecordedRequest[] = [];
    const transport = transportTo(url, {
      bodies: bodiesFor(isBulk),
      onRequest: (request) => void requests.push(request),
    });
    await transport.send(isBulk ? pages(2) : page(), NEVER);
    expect(JSON.stringify(requests)).not.toContain(TOKEN);
    const address = isBulk ? `${url}?queuedtracking=0` : url;
    expect(requests).toMatchObject([{ method: 'POST', url: address }]);
    expect(requests[0]?.body).toContain('***');
    const masked = received[0]?.body.replace(TOKEN, '***');
    expect(decodeURIComponent(requests[0]?.body ?? '')).toBe(decodeURIComponent(masked ?? ''));
  });

  it('goes over one connection that is kept open', async () => {
    const transport = transportTo(url, { connections: 1 });
    for (let i = 0; i < 5; i++) await transport.send(pages(2), NEVER);
    expect(new Set(received.map(({ socket }) => socket)).size).toBe(1);
  });

  it.each([true, false])(
    'starts only with the right to send, over a connection that is open: %s',
    async (isOpen) => {
      const answers: boolean[] = [];
      const mayStart = () => answers.shift() ?? true;
      const transport = transportTo(url, { connections: 1, mayStart, retryAttempts: 2 });
      if (isOpen) await transport.send(pages(2), NEVER);
      const before = received.length;
      answers.push(false, false, true);
      const { outcomes, retries } = await transport.send(pages(2), NEVER);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
      expect([retries, received.length - before]).toEqual([2, 1]);
      answers.push(false, false, false);
      const lost = await transport.send(pages(2), NEVER);
      expect(lost.outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed']);
      expect(received.length - before).toBe(1);
    },
  );

  it('goes over a new connection when the server has closed the idle one, and is not in doubt', async () => {
    const transport = transportTo(url, { connections: 1 });
    for (let i = 0; i < 5; i++) {
      const delivery = await transport.send(pages(2), NEVER);
      expect(delivery.outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
      const { socket } = received.at(-1) ?? {};
      const isClosed = new Promise((resolve) => socket?.once('close', resolve));
      if (i % 2 === 0) socket?.resetAndDestroy();
      else socket?.destroy();
      await isClosed;
    }
    expect(new Set(received.map(({ socket }) => socket)).size).toBe(5);
    expect(received).toHaveLength(5);
  });
});

describe('when there is no connection', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  const serve = (handle: (socket: Socket) => void) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      sockets.push(socket);
      handle(socket);
    });
    servers.push(server);
    return listen(server);
  };
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  const unreachable = [{ kind: 'failed', reason: 'unreachable' }];

  it('tries again, and fails when the target goes on refusing', async () => {
    const server = createTcpServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const delivery = await transportTo(url).send(pages(1), NEVER);
    expect([delivery.outcomes, delivery.retries]).toEqual([unreachable, 2]);
  });

  it('delivers when the target is back in time', async () => {
    const sink = createSink({ config: DEFAULT_SINK_CONFIG, now: systemClock.now });
    const { url, port } = await sink.listen(0);
    await sink.close();
    const back = createSink({ config: DEFAULT_SINK_CONFIG, now: systemClock.now });
    const clock: Clock = { ...systemClock, sleepUntil: async () => void (await back.listen(port)) };
    const delivery = await transportTo(`${url}/matomo.php`, { clock, retryAttempts: 1 }).send(
      pages(3),
      NEVER,
    );
    expect(delivery.outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(back.recorded().recorded).toBe(3);
    await back.close();
  });

  it('has sent nothing when the handshake is cut off', async () => {
    const url = (await serve((socket) => void socket.once('data', () => socket.resetAndDestroy()))).replace(
      'http:',
      'https:',
    );
    const delivery = await transportTo(url).send(pages(1), NEVER);
    expect([delivery.outcomes, delivery.retries]).toEqual([unreachable, 2]);
  });

  it('has sent nothing when the handshake takes too long', async () => {
    const url = (await serve(() => {})).replace('http:', 'https:');
    const transport = transportTo(url, { connectTimeoutMs: 100, retryAttempts: 0 });
    expect((await transport.send(pages(1), NEVER)).outcomes).toEqual(unreachable);
  });

  it('has sent nothing when a proxy refuses to pass it on', async () => {
    const proxy = await openTestProxy();
    proxy.login = 'me:secret';
    const http = { url: proxy.url, authorization: undefined, variable: 'HTTP_PROXY' };
    const proxies = { http, https: undefined, noProxy: '' };
    const { outcomes, retries } = await transportTo('http://127.0.0.1:1/matomo.php', { proxies }).send(
      pages(1),
      NEVER,
    );
    await proxy.close();
    expect({ outcomes, retries }).toEqual({ outcomes: unreachable, retries: 2 });
    expect(proxy.seen).toHaveLength(3);
  });

  it('has sent nothing when the server speaks no TLS', async () => {
    const url = (
      await serve((socket) => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    ).replace('http:', 'https:');
    expect((await transportTo(url).send(pages(1), NEVER)).outcomes).toEqual(unreachable);
  });

  it('is in doubt when the connection breaks in the middle of the answer', async () => {
    const url = await serve((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"status"'));
    });
    expect((await transportTo(url).send(pages(1), NEVER)).outcomes).toEqual([
      { kind: 'unknown', reason: 'connection-lost' },
    ]);
  });

  it('is in doubt when the answer stops in the middle', async () => {
    const url = await serve((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"status"'));
    });
    const transport = transportTo(url, { responseTimeoutMs: 400 });
    expect((await transport.send(pages(1), NEVER)).outcomes).toEqual([
      { kind: 'unknown', reason: 'no-answer' },
    ]);
  });
});

describe('an answer in another form', () => {
  const GIF = 'GIF89a';
  const answers: readonly (readonly [name: string, reply: string, connections: number])[] = [
    ['in chunks', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\n${GIF}\r\n0\r\n\r\n`, 1],
    [
      'over a connection that is to be closed',
      `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 6\r\n\r\n${GIF}`,
      3,
    ],
  ];

  /** Answers each request in pieces of the given size; ends each connection after its answer where that is told. */
  async function serve(reply: string, piece: number, isEnded = false) {
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('data', async () => {
        for (let at = 0; at < reply.length; at += piece) {
          socket.write(reply.slice(at, at + piece));
          await settlePromises();
        }
        if (isEnded) socket.end();
      });
    });
    const url = await listen(server);
    const close = () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
    return { url, sockets, close };
  }

  it.each(answers.flatMap((answer) => [1000, 5].map((piece) => ({ answer, piece, name: answer[0] }))))(
    'is read: $name, in pieces of $piece',
    async ({ answer: [, reply, connections], piece }) => {
      const { url, sockets, close } = await serve(reply, piece);
      const transport = transportTo(url, { bodies: FORMS, connections: 1, responseTimeoutMs: 5000 });
      for (let i = 0; i < 3; i++) {
        expect((await transport.send(page(), NEVER)).outcomes).toEqual([{ kind: 'accepted' }]);
      }
      expect(sockets.size).toBe(connections);
      close();
    },
  );

  it('is read when only the end of the connection ends it', async () => {
    const { url, close } = await serve(`HTTP/1.0 200 OK\r\n\r\n${GIF}`, 1000, true);
    const transport = transportTo(url, { bodies: FORMS, connections: 1 });
    expect((await transport.send(page(), NEVER)).outcomes).toEqual([{ kind: 'accepted' }]);
    close();
  });

  it('that is no HTTP leaves it in doubt', async () => {
    const { url, close } = await serve('220 mail.example.test ESMTP\r\n\r\n', 1000);
    expect((await transportTo(url).send(pages(1), NEVER)).outcomes).toEqual([
      { kind: 'unknown', reason: 'connection-lost' },
    ]);
    close();
  });
});

describe('classifyFailure', () => {
  const systemError = (code: string, syscall: string) => Object.assign(new Error(code), { code, syscall });

  it('knows that nothing was recorded when the system did not take the whole request', () => {
    for (const error of [systemError('EPIPE', 'write'), systemError('ECONNRESET', 'write')]) {
      expect(classifyFailure(error, true)).toMatchObject({
        kind: 'retry',
        ifGivenUp: { kind: 'failed' },
      });
    }
  });

  it('is in doubt about a connection that broke after the request was written', () => {
    expect(classifyFailure(systemError('ECONNRESET', 'read'), true)).toEqual({
      kind: 'doubt',
      reason: 'connection-lost',
      fate: 'open',
    });
  });
});

describe('closing', () => {
  it('ends connections and waits for nobody', async () => {
    const sink = createSink({ config: DEFAULT_SINK_CONFIG, now: systemClock.now });
    const { url } = await sink.listen(0);
    sink.faults.inject({ kind: 'hang', isProcessed: true }, 1);
    const transport = transportTo(`${url}/matomo.php`, { responseTimeoutMs: 60_000 });
    const pending = transport.send(pages(1), NEVER);
    await expect.poll(() => sink.recorded().recorded).toBe(1);
    await transport.close();
    expect((await pending).outcomes[0]?.kind).toBe('unknown');
    await sink.close();
  });
});
