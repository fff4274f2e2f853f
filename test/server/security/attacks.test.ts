/** What an attacker would try beside a wrong key: each line tries to get in. */
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/run/clock.ts';
import { routes } from '../../../src/server/routes/routes.ts';
import { type Answered, askAt, openTestServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({
    options: { allowedHosts: ['traffic.example.org'], corsOrigins: 'https://named.example' },
  });
});
afterAll(() => server.end());

const portOf = ({ url }: Pick<TestServer, 'url'>) => Number(new URL(url).port);

/** Sends bytes as they are. @returns what comes back until the server closes the connection */
function sendRaw(text: string, own: Pick<TestServer, 'url'> = server): Promise<string> {
  return new Promise((resolve) => {
    let got = '';
    const socket = connect({ port: portOf(own), host: '127.0.0.1', allowHalfOpen: true }, () =>
      socket.write(text),
    );
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      got += chunk;
    });
    socket.on('error', () => {});
    socket.on('end', () => {
      resolve(got);
      socket.destroy();
    });
    socket.on('close', () => resolve(got));
  });
}

const statusOf = (raw: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(raw)?.[1]);
const requestText = (line: string, headers: readonly string[], body = '') =>
  `${[line, ...headers, 'connection: close'].join('\r\n')}\r\n\r\n${body}`;

async function logIn(): Promise<string> {
  const code = server.service.access.codes.create();
  const { headers } = await server.ask('/api/v2/session', { key: undefined, body: { code } });
  return (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

describe('a proxy in front', () => {
  it('is answered under the name that was allowed, and under no other', async () => {
    const ask = (host: string) =>
      sendRaw(requestText('GET /api/status HTTP/1.1', [`host: ${host}`, `x-api-key: ${server.key}`]));
    expect(statusOf(await ask('traffic.example.org'))).toBe(200);
    expect(statusOf(await ask('traffic.example.org:8443'))).toBe(200);
    for (const host of ['evil.example', 'traffic.example.org.evil.example', 'x.traffic.example.org']) {
      expect(statusOf(await ask(host)), host).toBe(421);
    }
    expect(statusOf(await ask(''))).toBe(421);
  });
});

describe('guesses', () => {
  it('are counted before a key is looked at', async () => {
    const own = await openTestServer({ options: { rateLimit: 3 } });
    try {
      const statuses = [];
      for (let i = 0; i < 8; i++) statuses.push((await own.ask('/api/logs', { key: undefined })).status);
      // A window may end between two of them.
      expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(6);
      const last = await own.ask('/api/logs', { key: undefined });
      expect([401, 429]).toContain(last.status);
      expect(statuses).toContain(429);
    } finally {
      await own.end();
    }
  });

  it('of login codes end like those of keys', async () => {
    // A minute that does not end: the tries of the next one count anew.
    const own = await openTestServer({ clock: { ...systemClock, now: () => 1_800_000_000_000 } });
    try {
      const redeem = (code: string) =>
        askAt(`${own.url}/api/v2/session`, { body: { code }, headers: { origin: own.url } });
      const statuses = [];
      for (let i = 0; i < 21; i++) statuses.push((await redeem(`guess-${i}`)).status);
      expect(statuses).toContain(429);
      expect((await redeem(own.service.access.codes.create())).status).toBe(429);
    } finally {
      await own.end();
    }
  });
});

describe('another origin', () => {
  it('that is named may ask with credentials, and gets nothing for a cookie', async () => {
    const cookie = await logIn();
    const origin = 'https://named.example';
    const byKey = await server.ask('/api/status', { key: server.key, headers: { origin } });
    expect(byKey.headers.get('access-control-allow-credentials')).toBe('true');
    const byCookie = await server.ask('/api/status', { key: undefined, headers: { origin, cookie } });
    expect(byCookie.status).toBe(403);
    const own = await server.ask('/api/status', { key: undefined, headers: { cookie } });
    expect(own.status).toBe(200);
  });

  it('of "*" never gets credentials', async () => {
    const open = await openTestServer({ options: { corsOrigins: '*' } });
    try {
      const { headers } = await open.ask('/api/status', { headers: { origin: 'https://any.example' } });
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    } finally {
      await open.end();
    }
  });
});

const pathOf = (path: string) => path.replace(/\{\w+\}/g, '1');

describe('every answer', () => {
  const SAFE = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-xss-protection': '1; mode=block',
    'referrer-policy': 'no-referrer',
  };
  const isSafe = ({ headers }: Answered) => {
    for (const [name, value] of Object.entries(SAFE)) expect(headers.get(name), name).toBe(value);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors '(none|self)'/);
    expect(headers.get('cache-control')).not.toBeNull();
  };

  it('has the headers that keep browsers from doing more with it', async () => {
    for (const { path, method } of routes) {
      isSafe(await server.ask(pathOf(path), { method: method.toUpperCase(), key: undefined }));
    }
    isSafe(await server.ask('/nowhere'));
    isSafe(await server.ask('/api/status', { method: 'PATCH' }));
    isSafe(await server.ask('/api/start', { method: 'POST', body: '{' }));
  });

  it('of a page has a fresh nonce, and no script but those with it', async () => {
    for (const path of ['/ui', '/login']) {
      const [one, two] = [
        await server.ask(path, { key: undefined }),
        await server.ask(path, { key: undefined }),
      ];
      const nonceOf = ({ headers }: Answered) =>
        /script-src 'nonce-([^']+)'/.exec(headers.get('content-security-policy') ?? '')?.[1];
      expect(nonceOf(one)).toMatch(/^[\w+/]{22}==$/);
      expect(nonceOf(one)).not.toBe(nonceOf(two));
      for (const script of one.text.match(/<script[^>]*>/g) ?? []) {
        expect(script).toContain(`nonce="${nonceOf(one)}"`);
      }
      expect(one.headers.get('content-security-policy')).not.toContain('unsafe-inline');
    }
  });

  it('without a key tells no more than that there is a service', async () => {
    const { json } = await server.ask('/health', { key: undefined });
    const known = ['status', 'service', 'version', 'docker', 'container_found', 'auth_enabled'];
    expect(Object.keys(json ?? {}).sort()).toEqual([...known, 'authenticated'].sort());
  });
});

describe('the read-only key', () => {
  it('may send these, which change nothing', () => {
    const allowed = routes.filter(({ method, role }) => method !== 'get' && role === 'read');
    expect(allowed.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'post /api/events/validate',
      'post /api/urls/validate',
      'post /api/v2/backfill-days',
      'post /api/v2/plugins/{name}/check',
      'post /api/v2/previews',
      'post /api/v2/previews/visits',
      'post /api/v2/schedules/check',
      'post /api/v2/settings/export',
      'post /api/v2/settings/read',
      'post /api/v2/settings/resolve',
      'post /api/validate',
    ]);
  });
});

describe('names and paths', () => {
  it.each([
    '/static/..%2f..%2fpackage.json',
    '/static/%2e%2e%2fpage.js',
    '/static/..%5c..%5cpackage.json',
    '/documents/..%2fpackage.json',
    '/documents/..%2fdist%2fweb%2fmanifest.json',
    '/ui/..%2f..%2f..%2fetc%2fpasswd',
    '/api/v2/presets/..%2F..%2F..%2Fetc%2Fpasswd',
    '/api/v2/runs/..%2f..%2fcontrol.key/report',
    '/../../../etc/passwd',
    '/static/page-AAAAAAAA.js%00.txt',
  ])('%s leads to no file', async (path) => {
    const raw = await sendRaw(
      requestText(`GET ${path} HTTP/1.1`, [`host: ${new URL(server.url).host}`, `x-api-key: ${server.key}`]),
    );
    expect(raw).not.toMatch(/root:x:|"dependencies"/);
    expect(raw).not.toContain(`${server.key}\n`);
    expect(path.startsWith('/ui/') ? 200 : statusOf(raw)).toSatisfy(
      (status: number) => status === 200 || (status >= 400 && status < 500),
    );
  });

  it('of presets make no file outside of the folder', async () => {
    const name = '../../escaped';
    const { status } = await server.ask('/api/presets', { body: { name, config: {} } });
    expect([201, 422]).toContain(status);
    expect(existsSync(join(server.folder, '../../escaped.env'))).toBe(false);
    expect(readdirSync(join(server.folder, '../..')).filter((one) => one.includes('escaped'))).toEqual([]);
  });

  it('lead nowhere else', async () => {
    const host = new URL(server.url).host;
    const leads = async (path: string) =>
      /^location: (.*)$/im.exec(await sendRaw(requestText(`GET ${path} HTTP/1.1`, [`host: ${host}`])))?.[1];
    expect(await leads('/api/status/')).toBe('/api/status');
    expect(await leads('//evil.example/')).toBeUndefined();
    expect(await leads('/\\evil.example/')).toBeUndefined();
    expect(await leads('/api/status%0d%0aset-cookie:x=1/')).toBeUndefined();
  });

  it('make no header of their own', async () => {
    const name = 'a\r\nset-cookie: x=1';
    const answers = [
      await server.ask('/api/presets', { body: { name, config: {} } }),
      await server.ask('/api/status/?a=%0d%0aset-cookie:%20x=1'),
      await server.ask('/api/logs?filter=%0d%0aset-cookie:%20x=1'),
      await server.ask('/api/v2/presets/a%0d%0aset-cookie:%20x=1'),
    ];
    for (const { status, headers } of answers) {
      expect(status).toBeLessThan(500);
      expect(headers.get('set-cookie')).toBeNull();
    }
  });
});

describe('prototype keys', () => {
  const HOSTILE =
    '{"__proto__":{"hostile":1},"constructor":{"prototype":{"hostile":1}},"config":{"__proto__":{"hostile":1},"constructor":{"prototype":{"hostile":1}}},"settings":{"__proto__":{"hostile":1},"constructor":{"prototype":{"hostile":1}}}}';
  const asked = routes.filter(({ body, role }) => body && role !== 'open');

  it.each(asked.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'in the body of %s reach no other object',
    async (_, { method, path }) => {
      // Nothing starts: without an address of Matomo no settings are complete.
      const { status } = await server.ask(pathOf(path), { method: method.toUpperCase(), body: HOSTILE });
      expect(status).toBeLessThan(500);
      expect(({} as Record<string, unknown>).hostile).toBeUndefined();
      expect(Object.prototype).not.toHaveProperty('hostile');
    },
  );
});

describe('bodies', () => {
  it('of lists of pages may be larger than others, but not larger than 8 MB', async () => {
    const content = (bytes: number) => ({ content: `https://shop.example/${'x'.repeat(bytes)}` });
    expect((await server.ask('/api/urls/validate', { body: content(2_000_000) })).status).toBe(200);
    expect((await server.ask('/api/urls/validate', { body: content(8_100_000) })).status).toBe(413);
  });

  it('that are compressed are not unpacked', async () => {
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    const answer = await fetch(`${server.url}/api/validate`, {
      method: 'POST',
      headers: { 'x-api-key': server.key, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: new Uint8Array(bomb),
    });
    await answer.text();
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  it.each([
    ['two lengths', ['content-length: 2', 'content-length: 5']],
    ['a length and chunks', ['content-length: 5', 'transfer-encoding: chunked']],
    ['an unknown coding', ['transfer-encoding: chunked, identity']],
    ['two hosts', ['host: evil.example']],
    ['a broken header', ['x y: 1']],
  ])('with %s are refused: no request hides in another one', async (_, headers) => {
    const host = `host: ${new URL(server.url).host}`;
    const raw = await sendRaw(
      requestText(
        'POST /api/validate HTTP/1.1',
        [host, `x-api-key: ${server.key}`, ...headers],
        '0\r\n\r\nGET /api/status HTTP/1.1\r\n\r\n',
      ),
    );
    expect(statusOf(raw)).toBe(400);
    expect(raw.match(/HTTP\/1\.1 \d+/g)).toHaveLength(1);
  });
});

describe('a WebSocket that is refused', () => {
  it('leaves no connection open, whatever its client does', async () => {
    const host = new URL(server.url).host;
    const raw = await sendRaw(
      `${[
        'GET /api/v2/logs/socket HTTP/1.1',
        `host: ${host}`,
        'upgrade: websocket',
        'connection: upgrade',
        'sec-websocket-version: 13',
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
        'origin: https://evil.example',
      ].join('\r\n')}\r\n\r\n`,
    );
    expect(statusOf(raw)).toBe(401);
  });
});

describe('the test of a connection', () => {
  it('follows no redirect, sends the token in the body, and tells nothing of what was answered', async () => {
    const seen: { url: string; body: string }[] = [];
    const inner = createServer((_, response) => response.end('the inside'));
    await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
    const outer = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push({ url: request.url ?? '', body });
        const address = inner.address();
        const port = typeof address === 'object' ? address?.port : 0;
        response.writeHead(302, { location: `http://127.0.0.1:${port}/secret` }).end('the outside');
      });
    });
    await new Promise<void>((resolve) => outer.listen(0, '127.0.0.1', resolve));
    let isInnerAsked = false;
    inner.on('request', () => {
      isInnerAsked = true;
    });
    try {
      const address = outer.address();
      const port = typeof address === 'object' ? address?.port : 0;
      const token = 'e'.repeat(32);
      const { json, text } = await server.ask('/api/test-connection', {
        body: { matomo_url: `http://127.0.0.1:${port}/`, token_auth: token },
      });
      expect(json).toMatchObject({ success: false });
      expect(text).not.toMatch(/the (in|out)side|e{32}/);
      expect(isInnerAsked).toBe(false);
      expect(seen.length).toBeGreaterThan(0);
      for (const { url } of seen) expect(url).not.toContain(token);
    } finally {
      inner.close();
      outer.close();
    }
  });
});
