import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT, UserError } from '../../../src/errors.ts';
import { type ProbeOptions, probeTarget } from '../../../src/matomo/delivery/probe.ts';
import { systemClock } from '../../../src/run/clock.ts';
import { DEFAULT_SINK_CONFIG } from '../../../src/sink/config.ts';
import { createSink, type Sink } from '../../../src/sink/sink.ts';

const SUPER = 'a'.repeat(32);
const VIEW = 'c'.repeat(32);
const LONG_AGO_SECONDS = Math.floor(systemClock.now() / 1000) - 90 * 86_400;

function probe(url: string, options: Partial<ProbeOptions> = {}): Promise<void> {
  return probeTarget({
    url,
    siteId: 1,
    token: undefined,
    oldestSeconds: undefined,
    hasPlaces: false,
    connectTimeoutMs: 60_000,
    responseTimeoutMs: 60_000,
    ...options,
  });
}

/** The error that the probe ends with. */
async function failure(url: string, options: Partial<ProbeOptions> = {}): Promise<UserError> {
  const error: unknown = await probe(url, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError))
    throw new Error(`expected an error for the user, found ${String(error)}`);
  expect(error.hint).toMatch(/^[A-Z].*[.?]$/);
  expect(error.message).toMatch(/\.$/);
  return error;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function listen(server: Server | HttpServer, scheme = 'http'): Promise<string> {
  closing.push(() => void server.close());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/matomo.php`);
    });
  });
}
function serve(handle: RequestListener): Promise<string> {
  return listen(createHttpServer(handle));
}
function serveTcp(handle: (socket: Socket) => void, scheme = 'http'): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    closing.push(() => socket.destroy());
    handle(socket);
  });
  return listen(server, scheme);
}

describe('a Matomo', () => {
  let sink: Sink;
  let url = '';

  beforeEach(async () => {
    sink = createSink({ config: DEFAULT_SINK_CONFIG, now: systemClock.now });
    url = `${(await sink.listen(0)).url}/matomo.php`;
  });
  afterEach(() => sink.close());

  it.each<[string, Partial<ProbeOptions>]>([
    ['recent hits without a token', {}],
    ['recent hits with a token that is not needed', { token: 'd'.repeat(32) }],
    ['addresses and places with a token', { hasPlaces: true, token: SUPER }],
    ['old hits with a token', { oldestSeconds: LONG_AGO_SECONDS, token: SUPER }],
    ['all of it', { oldestSeconds: LONG_AGO_SECONDS, hasPlaces: true, token: SUPER }],
  ])('that takes %s passes, and keeps no trace of the question', async (_, options) => {
    await probe(url, options);
    expect([sink.recorded().recorded, sink.recorded().visits]).toEqual([0, 0]);
  });

  it('keeps no trace of the question when it refuses either', async () => {
    await failure(url, { hasPlaces: true });
    await failure(url, { siteId: 99 });
    expect([sink.recorded().recorded, sink.recorded().visits]).toEqual([0, 0]);
  });

  it.each([
    ['without', {}],
    ['with', { hasPlaces: true, token: SUPER }],
  ])('without the site is told from one that lacks rights, %s what needs them', async (_, options) => {
    const error = await failure(url, { siteId: 99, ...options });
    expect([error.code, error.exitCode]).toEqual(['site-refused', EXIT.target]);
    expect(error.message).toBe(`Matomo at ${url} does not accept hits for site 99.`);
    expect(error.hint).toContain('--site-id');
  });

  it('whose token may not set addresses is found out', async () => {
    const error = await failure(url, { hasPlaces: true, token: VIEW });
    expect([error.code, error.exitCode]).toEqual(['token-refused', EXIT.authentication]);
    expect(error.message).toBe(
      "The token has no permission to send visitors' addresses and countries to site 1.",
    );
    expect(error.hint).toContain('write, admin or super user access');
    expect(`${error.message}${error.hint}`).not.toContain(VIEW);
  });

  it('that does not know the token says so', async () => {
    const error = await failure(url, { oldestSeconds: LONG_AGO_SECONDS, token: 'wrong' });
    expect([error.code, error.exitCode]).toEqual(['token-refused', EXIT.authentication]);
    expect(error.message).toBe(
      'The token is wrong: Matomo does not know it, so that it has no permission to send hits older than 24 hours.',
    );
  });

  it('that needs a token says how to name one', async () => {
    const error = await failure(url, { oldestSeconds: LONG_AGO_SECONDS });
    expect([error.code, error.exitCode]).toEqual(['token-refused', EXIT.authentication]);
    expect(error.message).toBe(
      'There is no token, and Matomo accepts hits older than 24 hours only with one.',
    );
    expect(error.hint).toContain('--token-file');
  });

  it('that has locked the address out is asked twice at most', async () => {
    sink.faults.inject({ kind: 'locked-out' }, 2);
    expect((await failure(url, { hasPlaces: true, token: SUPER })).code).toBe('token-refused');
    expect(sink.faults.pending).toBe(0);
  });

  it('with recording turned off is found out', async () => {
    sink.faults.inject({ kind: 'recording-off' });
    const error = await failure(url);
    expect([error.code, error.exitCode]).toEqual(['recording-off', EXIT.target]);
    expect(error.message).toBe(`Matomo at ${url} has recording turned off.`);
    expect(error.hint).toContain('record_statistics=1');
  });

  it.each([
    ['unavailable', 503],
    ['bad-gateway', 502],
  ] as const)('that is %s is told with its status', async (kind, status) => {
    sink.faults.inject({ kind });
    const error = await failure(url);
    expect([error.code, error.exitCode]).toEqual(['target-failing', EXIT.target]);
    expect(error.message).toBe(`${url} responded with HTTP ${status}.`);
  });

  it('behind a limit on requests is told as busy', async () => {
    sink.faults.inject({ kind: 'too-many-requests', retryAfterSeconds: 7 });
    const error = await failure(url);
    expect([error.code, error.exitCode]).toEqual(['target-busy', EXIT.target]);
    expect(error.message).toBe(`${url} responded with HTTP 429: too many requests.`);
  });

  it('that hangs is given up after the response timeout', async () => {
    sink.faults.inject({ kind: 'hang', isProcessed: false });
    const error = await failure(url, { responseTimeoutMs: 200 });
    expect([error.code, error.exitCode]).toEqual(['target-silent', EXIT.target]);
    expect(error.message).toBe(`${new URL(url).host} accepted the request but did not answer within 0.2 s.`);
    expect(error.hint).toContain('RESPONSE_TIMEOUT');
  });

  it('that closes the connection is told so', async () => {
    sink.faults.inject({ kind: 'close', isProcessed: false });
    const error = await failure(url);
    expect([error.code, error.exitCode]).toEqual(['target-closed', EXIT.target]);
    expect(error.message).toBe(`${new URL(url).host} closed the connection without a response.`);
  });

  it('is told from a page in its place', async () => {
    sink.faults.inject({ kind: 'html' });
    const error = await failure(url);
    expect([error.code, error.exitCode]).toEqual(['not-matomo', EXIT.target]);
    expect(error.message).toBe(
      `${url} does not look like a Matomo: it responded with HTTP 200 and no tracking image.`,
    );
    expect(error.hint).toContain('matomo.php');
  });

  it('is not found at the wrong path', async () => {
    const wrong = url.replace('matomo.php', 'stats/track');
    expect((await failure(wrong)).message).toBe(
      `${wrong} does not look like a Matomo: it responded with HTTP 404 and no tracking image.`,
    );
  });
});

describe('a server that is no Matomo', () => {
  it.each([401, 403])('and asks for a password or refuses access is told with HTTP %i', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end('no'));
    const error = await failure(url);
    expect([error.code, error.exitCode]).toEqual(['authentication-refused', EXIT.authentication]);
    expect(error.message).toBe(`${url} refused access (HTTP ${status}).`);
  });

  it('and refuses the connection is told, with the embedded endpoint as a way out', async () => {
    const server = createTcpServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(url);
    expect([error.code, error.exitCode]).toEqual(['target-refused', EXIT.target]);
    expect(error.message).toBe(`${new URL(url).host} refused the connection.`);
    expect(error.hint).toContain('--sink');
  });

  it('and never completes a handshake is given up after the connect timeout', async () => {
    const url = await serveTcp(() => {}, 'https');
    const error = await failure(url, { connectTimeoutMs: 200 });
    expect([error.code, error.exitCode]).toEqual(['target-timeout', EXIT.target]);
    expect(error.message).toBe(`${new URL(url).host} did not accept a connection within 0.2 s.`);
    expect(error.hint).toContain('CONNECT_TIMEOUT');
  });

  it('and shows a certificate that nobody vouches for is told with the reason', async () => {
    const pem = readFileSync(new URL('../fixtures/self-signed.pem', import.meta.url), 'utf8');
    const url = await listen(createHttpsServer({ key: pem, cert: pem }), 'https');
    const error = await failure(url);
    expect([error.code, error.exitCode]).toEqual(['target-certificate', EXIT.target]);
    expect(error.message).toBe(
      `The certificate of ${new URL(url).host} is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT).`,
    );
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('and speaks no TLS is told from one with a bad certificate', async () => {
    const url = (await serve((_, response) => response.end())).replace('http:', 'https:');
    const error = await failure(url);
    expect([error.code, error.exitCode]).toEqual(['target-no-tls', EXIT.target]);
    expect(error.hint).toContain('http://');
  });

  it('has a name that does not exist', async () => {
    const error = await failure('http://matomo.invalid/matomo.php');
    expect([error.code, error.exitCode]).toEqual(['target-unknown', EXIT.target]);
    expect(error.message).toBe('The name matomo.invalid was not found.');
  });

  it('keeps no connection open to it', async () => {
    let open = 0;
    const server = createHttpServer((_, response) => response.end('hello'));
    server.on('connection', (socket) => {
      open++;
      socket.on('close', () => open--);
    });
    await failure(await listen(server));
    await expect.poll(() => open).toBe(0);
  });
});

describe('a server that redirects', () => {
  const redirecting = (to: string) =>
    serve((_request, response) => response.writeHead(302, { location: to }).end());

  it('is told with where it points, without the query', async () => {
    const error = await failure(await redirecting('https://other.example/matomo.php?secret=1'));
    expect(error.message).toContain('a redirect (HTTP 302) to https://other.example/matomo.php.');
    expect(error.hint).toContain('set MATOMO_URL (--url) to https://other.example/matomo.php.');
  });

  it('to itself is not a wrong address', async () => {
    const error = await failure(await redirecting('/matomo.php?login'));
    expect(error.message).toContain('responded with a redirect to itself (HTTP 302).');
    expect(error.hint).not.toContain('set MATOMO_URL');
  });
});
