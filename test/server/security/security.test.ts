import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askAt, openTestServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.end());

/** `fetch` does not let a caller choose these. */
function askAs(headers: Readonly<Record<string, string>>, path = '/api/status', method = 'GET', body = '') {
  return new Promise<{ status: number; text: string; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const { port } = new URL(server.url);
      const asking = request({ port, host: '127.0.0.1', path, method, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }));
      });
      asking.on('error', reject);
      asking.end(body);
    },
  );
}

const own = () => new URL(server.url).host;
const port = () => new URL(server.url).port;

async function logIn(): Promise<string> {
  const code = server.service.access.codes.create();
  const answer = await server.ask('/api/v2/session', { key: undefined, body: { code } });
  expect(answer.status).toBe(200);
  return answer.headers.get('set-cookie') ?? '';
}

describe('a host name that is not ours', () => {
  it.each([
    ['of a page on the internet', () => `evil.example:${port()}`],
    ['that begins as ours', () => `127.0.0.1.evil.example:${port()}`],
    ['with another port', () => '127.0.0.1:1'],
    ['without a port', () => '127.0.0.1'],
  ])('%s is refused, even with the key', async (_, host) => {
    const { status } = await askAs({ host: host(), 'x-api-key': server.key });
    expect(status).toBe(421);
  });

  it('gets an answer from /health and /ready alone', async () => {
    const host = `evil.example:${port()}`;
    expect((await askAs({ host }, '/health')).status).toBe(200);
    expect((await askAs({ host }, '/ready')).status).toBe(200);
    expect((await askAs({ host }, '/')).status).toBe(421);
    expect((await askAs({ host }, '/openapi.json')).status).toBe(421);
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])('%s is ours', async (name) => {
    expect((await askAs({ host: `${name}:${port()}`, 'x-api-key': server.key })).status).toBe(200);
  });
});

describe('a login', () => {
  it('by the link works once', async () => {
    const code = server.service.access.codes.create();
    const first = await server.ask('/api/v2/session', { key: undefined, body: { code } });
    const second = await server.ask('/api/v2/session', { key: undefined, body: { code } });
    expect([first.status, second.status]).toEqual([200, 403]);
  });

  it('is not used up by looking at the page', async () => {
    const { status, text } = await server.ask('/login', { key: undefined });
    expect(status).toBe(200);
    const nonce = /nonce="([^"]+)"/.exec(text)?.[1] ?? '';
    const again = await server.ask('/login', { key: undefined });
    expect(again.headers.get('content-security-policy')).not.toContain(nonce);
  });

  it('sets a cookie that no script and no other site gets', async () => {
    const cookie = await logIn();
    expect(cookie).toMatch(/^trafficinator-[0-9a-f]{8}=/);
    expect(cookie).toContain('HttpOnly; SameSite=Strict');
    expect(cookie).toContain('Max-Age=43200');
    expect(cookie).not.toContain('Secure');
  });

  it('behind TLS sets a cookie for TLS only', async () => {
    const code = server.service.access.codes.create();
    const headers = { 'x-forwarded-proto': 'https' };
    const answer = await server.ask('/api/v2/session', { key: undefined, body: { code }, headers });
    expect(answer.headers.get('set-cookie')).toContain('; Secure');
  });

  it('with a cookie that was changed is none', async () => {
    const [cookie = ''] = (await logIn()).split(';');
    const raised = cookie.replace('=write', '=read');
    for (const forged of [`${cookie}x`, raised, cookie.replace(/\.\d+\./, '.9999999999999.')]) {
      expect((await askAs({ host: own(), cookie: forged })).status).toBe(401);
    }
    expect((await askAs({ host: own(), cookie })).status).toBe(200);
  });
});

describe('another site that sends a request with the cookie', () => {
  const stop = (headers: Readonly<Record<string, string>>, body = '{}') =>
    askAs({ host: own(), 'content-length': String(body.length), ...headers }, '/api/stop', 'POST', body);

  it('is refused by its origin', async () => {
    const [cookie = ''] = (await logIn()).split(';');
    const json = { cookie, 'content-type': 'application/json' };
    expect((await stop({ ...json, origin: 'https://evil.example' })).status).toBe(403);
    expect((await stop({ ...json, origin: 'null' })).status).toBe(403);
    expect((await stop(json)).status).toBe(403);
    expect((await stop({ ...json, origin: `http://127.0.0.1:1` })).status).toBe(403);
    expect((await stop({ ...json, origin: server.url })).status).toBe(200);
  });

  it('is refused a form’s body', async () => {
    const [cookie = ''] = (await logIn()).split(';');
    const form = { cookie, origin: server.url, 'content-type': 'text/plain' };
    expect((await stop(form)).status).toBe(415);
  });

  it('gets no CORS header, also for a preflight', async () => {
    const headers = { host: own(), origin: 'https://evil.example', 'x-api-key': server.key };
    expect((await askAs(headers)).headers).not.toHaveProperty('access-control-allow-origin');
    const preflight = await askAs(
      { ...headers, 'access-control-request-method': 'POST' },
      '/api/start',
      'OPTIONS',
    );
    expect(preflight.status).toBe(403);
    expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('CORS_ORIGINS', () => {
  it('lets the named origin in, and never with cookies', async () => {
    const open = await openTestServer({ options: { corsOrigins: 'https://a.example, https://b.example' } });
    try {
      const asked = (origin: string) =>
        askAt(`${open.url}/api/status`, { key: open.key, headers: { origin } });
      expect((await asked('https://b.example')).headers.get('access-control-allow-origin')).toBe(
        'https://b.example',
      );
      const other = await asked('https://c.example');
      expect(other.headers.get('access-control-allow-origin')).toBeNull();
      expect(other.headers.get('access-control-allow-credentials')).toBeNull();
    } finally {
      await open.end();
    }
  });
});

describe('guessing keys', () => {
  it('ends after ten wrong ones, also for the right one, and says for how long', async () => {
    const own = await openTestServer();
    try {
      const guess = (key: string) => askAt(`${own.url}/api/status`, { key });
      const statuses = [];
      for (let i = 0; i < 12; i++) statuses.push((await guess(`wrong ${i}`)).status);
      // A window may end between two of them.
      expect(statuses.filter((status) => status === 403).length).toBeGreaterThanOrEqual(10);
      const last = await guess('wrong again');
      expect(last.status).toBe(429);
      expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await guess(own.key)).status).toBe(429);
    } finally {
      await own.end();
    }
  });

  it('may use any characters', async () => {
    expect((await askAs({ host: own(), 'x-api-key': 'k\u00e9y' })).status).toBe(403);
  });
});

describe('limits', () => {
  it('count requests by path, and answer 429 in the words of the predecessor', async () => {
    const own = await openTestServer({ options: { rateLimit: undefined } });
    try {
      let answer = await own.ask('/api/status');
      for (let i = 0; i < 130 && answer.status === 200; i++) answer = await own.ask('/api/status');
      expect(answer.status).toBe(429);
      expect(answer.json).toEqual({
        error: 'Rate limit exceeded: 60 per 1 minute',
        detail: 'Rate limit exceeded: 60 per 1 minute',
      });
      expect(answer.headers.get('x-ratelimit-limit')).toBe('60');
      expect(answer.headers.get('x-ratelimit-remaining')).toBe('0');
      expect((await own.ask('/api/logs')).status).toBe(200);
    } finally {
      await own.end();
    }
  });
});

describe('a limit', () => {
  it('is used up by its own method only: who looks often can still save', async () => {
    const own = await openTestServer({ options: { rateLimit: undefined } });
    try {
      for (let i = 0; i < 12; i++) expect((await own.ask('/api/urls')).status).toBe(200);
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ content: 'https://www.example.com/a\tA\n' });
      const saved = await own.ask('/api/urls', { method: 'POST', headers, body });
      expect(saved.status).toBe(200);
    } finally {
      await own.end();
    }
  });
});

describe('bodies', () => {
  it('that are too large are refused, whatever their length says', async () => {
    const big = JSON.stringify({ config: { matomo_url: 'x'.repeat(1_100_000) } });
    const headers = { host: own(), 'x-api-key': server.key, 'content-type': 'application/json' };
    expect((await askAs(headers, '/api/start', 'POST', big)).status).toBe(413);
    const chunked = { ...headers, 'transfer-encoding': 'chunked' };
    expect((await askAs(chunked, '/api/start', 'POST', big)).status).toBe(413);
  });

  it.each([
    ['no JSON', '{"config":', 422],
    ['a list', '[]', 422],
    ['a number', '7', 422],
    ['prototype keys', '{"__proto__":{"config":{}},"constructor":{"prototype":{"x":1}}}', 422],
    ['a very deep list', '['.repeat(50_000), 422],
  ])('of %s are refused in words', async (_, body, status) => {
    const answer = await server.ask('/api/start', { method: 'POST', body });
    expect(answer.status).toBe(status);
    expect(answer.json).toHaveProperty('detail');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('that are no text are refused', async () => {
    const headers = { host: own(), 'x-api-key': server.key, 'content-type': 'application/json' };
    const answer = await new Promise<number>((resolve) => {
      const asking = request(
        { port: port(), host: '127.0.0.1', path: '/api/start', method: 'POST', headers },
        (response) => resolve(response.statusCode ?? 0),
      );
      asking.end(Buffer.from([0xff, 0xfe, 0x00, 0xd8]));
    });
    expect(answer).toBe(400);
  });
});

describe('a raw connection', () => {
  it('with an overlong header is refused', async () => {
    const text = await new Promise<string>((resolve) => {
      let got = '';
      const socket = connect(Number(port()), '127.0.0.1', () => {
        socket.write(`GET /api/status HTTP/1.1\r\nhost: ${own()}\r\nx-a: ${'a'.repeat(40_000)}\r\n\r\n`);
      });
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        got += chunk;
      });
      socket.on('close', () => resolve(got));
      socket.on('error', () => resolve(got));
    });
    expect(text).toMatch(/^HTTP\/1\.1 431/);
  });
});

describe('the data folder', () => {
  it('holds keys and database that nobody else may read', () => {
    for (const name of ['control.key', 'control-read.key', 'secrets.key', 'control.db']) {
      expect(statSync(join(server.folder, name)).mode & 0o077).toBe(0);
    }
    expect(readdirSync(server.folder)).toContain('control.db');
  });

  it('has a key of 256 bits', () => {
    expect(Buffer.from(server.key, 'base64url')).toHaveLength(32);
    expect(server.key).not.toBe(server.readKey);
  });
});

describe('a second service', () => {
  it('in the same folder is refused, until the first one has ended', async () => {
    const first = await openTestServer();
    const options = { folder: first.folder, databasePath: join(first.folder, 'control.db') };
    await expect(openTestServer({ options })).rejects.toMatchObject({ code: 'service-running', exitCode: 2 });
    await first.close('SIGTERM', false);
    const second = await openTestServer({ options });
    await second.close('SIGTERM', false);
  });
});

describe('keys in files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trafficinator-keys-'));
  const path = join(folder, 'api-key');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const statusWith = async (url: string, key: string) =>
    (await fetch(`${url}/api/v2/runs`, { headers: { 'x-api-key': key } })).status;

  it('open the service as those of the environment do', async () => {
    const readPath = join(folder, 'read-key');
    writeFileSync(path, 'a full key of a mounted secret\n');
    writeFileSync(readPath, 'a read key of a mounted secret\n');
    const env = { CONTROL_UI_API_KEY_FILE: path, CONTROL_UI_READ_KEY_FILE: readPath };
    const own = await openTestServer({ env });
    expect(await statusWith(own.url, 'a full key of a mounted secret')).toBe(200);
    expect(await statusWith(own.url, 'a read key of a mounted secret')).toBe(200);
    expect(await statusWith(own.url, 'another key')).toBe(403);
    expect(existsSync(join(own.folder, 'control.key'))).toBe(false);
    await own.end();
  });

  it('are read as a weak key is: refused where others can connect', async () => {
    writeFileSync(path, 'changeme\n');
    const options = { bind: { host: '0.0.0.0', port: 0 }, allowedHosts: ['h'] };
    await expect(openTestServer({ env: { CONTROL_UI_API_KEY_FILE: path }, options })).rejects.toMatchObject({
      code: 'weak-key',
    });
  });

  it.each([
    ['missing', undefined, {}, /cannot be read/],
    ['empty', ' \n', {}, /is empty/],
    [
      'given twice',
      'a key in a file',
      { CONTROL_UI_API_KEY: 'a key in the environment' },
      /must not both be set/,
    ],
  ])('that are %s end the start, with no key in the message', async (_, text, env, message) => {
    rmSync(path, { force: true });
    if (text !== undefined) writeFileSync(path, text);
    await expect(openTestServer({ env: { ...env, CONTROL_UI_API_KEY_FILE: path } })).rejects.toMatchObject({
      message: expect.stringMatching(message),
      code: 'key-file',
      exitCode: 2,
    });
  });
});

describe('an unsafe start', () => {
  it.each([
    [
      'a key that everybody knows',
      { CONTROL_UI_API_KEY: 'change-me-in-production' },
      ['h'],
      /publicly known/,
    ],
    ['a short key', { CONTROL_UI_API_KEY: 'k3y' }, ['h'], /fewer than 16/],
    ['no allowed host', {}, [], /--allowed-host/],
  ])('with %s on all addresses is refused', async (_, env, allowedHosts, message) => {
    const options = { bind: { host: '0.0.0.0', port: 0 }, allowedHosts };
    await expect(openTestServer({ env, options })).rejects.toMatchObject({
      message: expect.stringMatching(message),
      exitCode: 2,
    });
  });

  it('with a well-known key on loopback is warned of', async () => {
    const own = await openTestServer({ env: { CONTROL_UI_API_KEY: 'change-me-in-production' } });
    expect(own.warnings.join()).toContain('publicly known');
    await own.end();
  });
});
