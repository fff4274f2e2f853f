import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestProxy, type TestProxy } from '../../doubles/proxy.ts';
import { openTarget, STACK, SUPER_TOKEN, type Target, Workplace } from '../binary.ts';

let place: Workplace;
let proxy: TestProxy;
let target: Target;
beforeEach(async () => {
  place = new Workplace();
  proxy = await openTestProxy();
  target = await openTarget();
});
afterEach(async () => {
  await Promise.all([proxy.close(), target.close()]);
  place.remove();
});

const BACKFILL = 'backfill --days-back 1 --visits-per-day 20 --timezone UTC --yes --json'.split(' ');

function backfill(url: string, env: Record<string, string>) {
  const args = [...BACKFILL, '--url', url];
  return place.run(args, { MATOMO_TOKEN_AUTH: SUPER_TOKEN, ...env });
}

describe('a proxy that the environment names', () => {
  it('gets every request to a target in plain HTTP, and one line says so', async () => {
    const { code, stderr } = await backfill(target.url, { HTTP_PROXY: proxy.url });
    expect({ code, stack: STACK.test(stderr) }).toEqual({ code: 0, stack: false });
    const { host } = new URL(target.url);
    expect(stderr.match(/^requests to .*$/gm)).toEqual([
      `requests to ${host} use the proxy ${proxy.url} (HTTP_PROXY)`,
    ]);
    expect(proxy.seen).toHaveLength(target.faults.requests);
    expect(target.sink.recorded().visits).toBe(20);
  });

  it('may be spoken to in HTTPS itself', async () => {
    const file = (ending: string) => new URL(`fixtures/self-signed.${ending}`, import.meta.url);
    const tls = { cert: readFileSync(file('crt'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
    const secure = await openTestProxy(tls);
    const env = { HTTP_PROXY: secure.url, NODE_EXTRA_CA_CERTS: fileURLToPath(file('crt')) };
    const { code, stderr } = await backfill(target.url, env);
    await secure.close();
    expect({ code, warned: /Warning/.test(stderr) }).toEqual({ code: 0, warned: false });
    expect(secure.seen).toHaveLength(target.faults.requests);
  });

  it('is left out for hosts that NO_PROXY names, for a dry run, and for the embedded endpoint', async () => {
    const env = { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.0/8' };
    expect((await backfill(target.url, env)).code).toBe(0);
    expect((await place.run([...BACKFILL, '--sink'], { HTTP_PROXY: proxy.url })).code).toBe(0);
    const dry = await place.run([...BACKFILL, '--dry-run', '--url', target.url], { HTTP_PROXY: proxy.url });
    expect(dry.stderr).not.toContain('proxy');
    expect(proxy.seen).toEqual([]);
  });

  it('opens tunnels to a target in HTTPS, which alone sees the token', async () => {
    const file = (ending: string) =>
      fileURLToPath(new URL(`fixtures/self-signed.${ending}`, import.meta.url));
    const server = createServer({ cert: readFileSync(file('crt')), key: readFileSync(file('key')) });
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const headers = { ...request.headers, 'content-type': request.headers['content-type'] ?? '' };
        const reply = target.sink.handle({
          method: request.method ?? '',
          url: request.url ?? '',
          contentType: headers['content-type'],
          userAgent: '',
          language: '',
          address: '127.0.0.1',
          body,
        });
        response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.body);
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    proxy.login = 'me:secret';
    const { code, stderr } = await backfill(`https://127.0.0.1:${port}`, {
      https_proxy: `http://me:secret@127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: file('crt'),
    });
    server.close();
    server.closeAllConnections();
    expect(code).toBe(0);
    expect(stderr).toContain(`use the proxy ${proxy.url} (https_proxy)`);
    expect(stderr).not.toContain('secret');
    expect(new Set(proxy.seen.map(({ method }) => method))).toEqual(new Set(['CONNECT']));
    expect(target.sink.recorded().visits).toBe(20);
  });

  const failures = [
    [
      'refuses',
      'https',
      3,
      /^error: The proxy http:\S+ \(HTTPS_PROXY\) refused to connect to 127\.0\.0\.1:1 \(HTTP 403\)/m,
    ],
    ['closes', 'https', 3, /^error: The proxy http:\S+ \(HTTPS_PROXY\) closed the connection instead of/m],
    [
      'hangs',
      'https',
      3,
      /^error: The proxy http:\S+ \(HTTPS_PROXY\) did not connect to 127\.0\.0\.1:1 within 0\.3 s/m,
    ],
    [
      'asks',
      'https',
      4,
      /^error: The proxy http:\S+ \(HTTPS_PROXY\) requires a user name and a password \(HTTP 407\)/m,
    ],
    [
      'asks',
      'http',
      4,
      /^error: The proxy http:\S+ \(HTTP_PROXY\) requires a user name and a password \(HTTP 407\)/m,
    ],
  ] as const;
  it.each(failures)(
    'that %s ends a command over %s with code %i and says so',
    async (mode, protocol, exitCode, text) => {
      if (mode === 'asks') proxy.login = 'me:secret';
      else proxy.mode = mode;
      const env = {
        HTTPS_PROXY: proxy.url,
        HTTP_PROXY: proxy.url,
        // Where it is no question of time, a slow machine must not make it one.
        ...(mode === 'hangs' ? { CONNECT_TIMEOUT: '0.3' } : {}),
        STALL_TIMEOUT: '1',
      };
      const { code, stderr } = await backfill(`${protocol}://127.0.0.1:1`, env);
      expect(stderr.replace(/\n {2}/g, ' ')).toMatch(text);
      expect(code).toBe(exitCode);
    },
  );

  it('that nobody can use is a mistake of the settings', async () => {
    const { code, stderr } = await backfill(target.url, { ALL_PROXY: 'socks5://me:secret@127.0.0.1:1' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: ALL_PROXY must be the address of an HTTP proxy/m);
    expect(stderr).not.toContain('secret');
  });
});
