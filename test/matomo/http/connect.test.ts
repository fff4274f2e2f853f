import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConnectionOptions, openConnections } from '../../../src/matomo/http/connect.ts';
import { proxyFor, readProxySettings } from '../../../src/matomo/http/proxy.ts';
import { ProxyError } from '../../../src/matomo/http/proxy-error.ts';
import { openTestProxy, type TestProxy } from '../../doubles/proxy.ts';

const pem = (ending: string) =>
  readFileSync(new URL(`../../process/network/fixtures/self-signed.${ending}`, import.meta.url), 'utf8');

let seenByTarget: { url: string; headers: IncomingHttpHeaders }[] = [];
function serve(server: Server): Promise<number> {
  server.on('request', (request, response) => {
    seenByTarget.push({ url: request.url, headers: request.headers });
    response.end('done');
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

const servers = { http: createServer(), https: createTlsServer({ cert: pem('crt'), key: pem('key') }) };
const urls = { http: '', https: '' };
beforeAll(async () => {
  urls.http = `http://127.0.0.1:${await serve(servers.http)}/matomo.php?a=1`;
  urls.https = `https://127.0.0.1:${await serve(servers.https)}/matomo.php`;
});
afterAll(() => {
  for (const server of Object.values(servers)) server.close();
});

let proxy: TestProxy;
beforeEach(async () => {
  seenByTarget = [];
  proxy = await openTestProxy();
});
afterEach(() => proxy.close());

/** One request through the proxy. @returns status and body, or the error */
async function ask(kind: 'http' | 'https', login = '', more: Partial<ConnectionOptions> = {}) {
  const address = `http://${login}127.0.0.1:${proxy.port}`;
  const settings = readProxySettings({ http_proxy: address, https_proxy: address });
  const url = urls[kind];
  const { open, path, headers, refusal } = openConnections({
    url,
    proxy: proxyFor(url, settings),
    connectTimeoutMs: 60_000,
    responseTimeoutMs: 60_000,
    ...more,
  });
  const client = open();
  try {
    const { statusCode, body } = await client.request({
      method: 'POST',
      path,
      headers: headers.flatMap(({ name, value }) => [name, value]),
      body: 'x',
    });
    return { status: statusCode, text: await body.text(), refusal: refusal(statusCode) };
  } catch (error) {
    return { error };
  } finally {
    await client.destroy();
  }
}

describe('a target in plain HTTP', () => {
  it('is asked through the proxy, which is told the whole address', async () => {
    expect(await ask('http')).toMatchObject({ status: 200, text: 'done', refusal: undefined });
    expect(proxy.seen).toMatchObject([{ method: 'POST', target: urls.http }]);
    const { host } = new URL(urls.http);
    expect(seenByTarget).toMatchObject([{ url: '/matomo.php?a=1', headers: { host } }]);
  });

  it('gets no password of the proxy', async () => {
    proxy.login = 'me:secret';
    expect(await ask('http', 'me:secret@')).toMatchObject({ status: 200 });
    expect(seenByTarget[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it.each(['', 'me:wrong@'])(
    'is not reached where the proxy asks for a password and gets "%s"',
    async (login) => {
      proxy.login = 'me:secret';
      const { refusal } = await ask('http', login);
      expect(refusal).toMatchObject({ code: 'PROXY_AUTHENTICATION' });
      expect(refusal?.message).toContain(`The proxy ${proxy.url} (http_proxy)`);
      expect(refusal?.message).not.toContain('wrong');
      expect(seenByTarget).toEqual([]);
    },
  );

  it('is not blamed for a proxy that is away', async () => {
    await proxy.close();
    const { error } = await ask('http');
    expect(error).toBeInstanceOf(ProxyError);
    expect(error).toMatchObject({
      code: 'PROXY_UNREACHABLE',
      message: `The proxy ${proxy.url} (http_proxy) cannot be reached (ECONNREFUSED).`,
    });
  });
});

describe('a target in HTTPS', () => {
  it('is reached through a tunnel', async () => {
    // That the certificate is looked at, and found to be nobody's, shows where the tunnel ends.
    expect(await ask('https')).toMatchObject({ error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
    expect(proxy.seen).toMatchObject([{ method: 'CONNECT', target: new URL(urls.https).host }]);
  });

  it.each([
    ['closes', 'PROXY_CLOSED', /closed the connection instead of connecting to 127\.0\.0\.1:\d+\.$/],
    ['hangs', 'PROXY_TIMEOUT', /did not connect to 127\.0\.0\.1:\d+ within 1 s\.$/],
    ['refuses', 'PROXY_REFUSED', /refused to connect to 127\.0\.0\.1:\d+ \(HTTP 403\)\.$/],
  ] as const)('is given up, not tried for ever, where the proxy %s', async (mode, code, message) => {
    proxy.mode = mode;
    const { error } = await ask('https', '', mode === 'hangs' ? { connectTimeoutMs: 1000 } : {});
    expect(error).toBeInstanceOf(ProxyError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(proxy.seen).toHaveLength(1);
  });

  it('says whether the proxy asks for a password or refuses it', async () => {
    proxy.login = 'me:secret';
    const messages = [await ask('https'), await ask('https', 'me:wrong@')].map(({ error }) => String(error));
    expect(messages[0]).toContain('requires a user name and a password (HTTP 407)');
    expect(messages[1]).toContain('rejected the user name and the password (HTTP 407)');
    expect(await ask('https', 'me:secret@')).toMatchObject({
      error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
  });
});
