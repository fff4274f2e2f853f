/** Requests that are allowed and unusual, or wrong in an unusual way: each has an answer that says so. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { readBody } from '../../src/server/http/body.ts';
import { openTestServer, type TestServer } from './harness.ts';

const NAMED = 'https://named.example';
let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ options: { corsOrigins: NAMED } });
});
afterAll(() => server.end());

const post = (path: string, body: unknown, headers = {}) => server.ask(path, { body, headers });

describe('a body', () => {
  it.each(['/api/validate', '/api/config/apply', '/api/presets', '/api/v2/runs', '/api/funnels'])(
    'of %s that is nested without end is refused as wrong, not as a defect of the service',
    async (path) => {
      const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
      const { status, text } = await post(path, `{"name": "a", "config": {"matomo_url": ${deep}}}`);
      expect(status).toBe(422);
      expect(text).toContain('100 levels');
    },
  );

  it('that has events nested without end in its text is no JSON', async () => {
    const content = `{"click_events": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect((await post('/api/events', { content })).status).toBe(400);
    expect((await post('/api/events/validate', { content })).json).toMatchObject({ valid: false });
  });

  it.each([
    { name: 'a\0b', config: {} },
    { name: 'a', config: { 'x\0y': 1 } },
  ])('with a character that no database keeps is refused: %j', async (preset) => {
    expect((await post('/api/presets', preset)).status).toBe(422);
    expect((await server.ask('/api/presets')).json).toEqual({ presets: [] });
  });

  it('with deep but sensible documents is taken', async () => {
    const nested = JSON.stringify({
      config: { x: Array.from({ length: 90 }).reduce((inner) => [inner], 1) },
    });
    expect((await post('/api/validate', nested)).status).toBe(200);
  });

  it.each([null, [], 'x', 1])('whose config is %j is refused, and applies nothing', async (config) => {
    for (const path of ['/api/validate', '/api/config/apply']) {
      const { status, json } = await post(path, { config });
      expect([status, json]).toMatchObject([422, { detail: [{ loc: ['body', 'config'] }] }]);
    }
  });

  it('of null starts as no body does', async () => {
    expect((await post('/api/start', 'null')).json).toMatchObject({ success: false, state: 'created' });
  });

  it('that its client cuts off is the client’s error', async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
      },
    });
    const request = new Request('http://127.0.0.1/', { method: 'POST', body, duplex: 'half' });
    await expect(readBody(request, 100)).rejects.toMatchObject({ status: 400, code: 'body-cut-off' });
  });
});

describe('a path', () => {
  it('with a slash at its end leads to the one without, also where a part of it is a number', async () => {
    for (const path of ['/api/presets/7', '/api/v2/runs/1/days.csv', '/ui/runs/1']) {
      const { status, headers } = await server.ask(`${path}/?a=1`);
      expect([status, headers.get('location')], path).toEqual([307, `${path}?a=1`]);
    }
    expect((await server.ask('//evil.example/ui/')).status).toBe(404);
  });

  it.each(['0x1', '1e0', '1.0', '%20', '+1', '1%2F2'])(
    'with %s in the place of a number is wrong',
    async (id) => {
      for (const path of [`/api/presets/${id}`, `/api/funnels/${id}`, `/api/v2/runs/${id}`]) {
        expect((await server.ask(path)).status, path).toBe(422);
      }
    },
  );

  it.each(['lines=0x20', 'lines=1e3', 'lines=', 'lines=%20100'])('with ?%s is wrong', async (query) => {
    expect((await server.ask(`/api/logs?${query}`)).status).toBe(422);
  });
});

describe('OPTIONS', () => {
  it('that is no question of a browser is a method that no call has', async () => {
    const { status, headers } = await server.ask('/api/presets', { method: 'OPTIONS' });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  it('of a named origin allows for every header that its page sends', async () => {
    const asked = 'authorization,x-request-id';
    const { status, headers } = await server.ask('/api/status', {
      method: 'OPTIONS',
      headers: {
        origin: NAMED,
        'access-control-request-method': 'GET',
        'access-control-request-headers': asked,
      },
    });
    expect([status, headers.get('access-control-allow-headers')]).toEqual([204, asked]);
  });
});

describe('a login from a page of another origin', () => {
  const tryKey = (origin: string | undefined) =>
    server.ask('/api/v2/session', {
      key: undefined,
      body: { key: 'a wrong one' },
      headers: { 'content-type': 'text/plain', ...(origin ? { origin } : {}) },
    });

  it('is refused before the key is looked at, so that it uses up nobody’s tries', async () => {
    for (let i = 0; i < 12; i++) {
      expect((await tryKey('https://evil.example')).json).toMatchObject({ code: 'foreign-origin' });
    }
    expect((await server.ask('/api/status')).status).toBe(200);
    expect((await tryKey(NAMED)).json).toMatchObject({ code: 'invalid-key' });
    expect((await tryKey(undefined)).json).toMatchObject({ code: 'invalid-key' });
  });
});

describe('the WebSocket of the log', () => {
  it('takes the key as every call does, also as Authorization: Bearer', async () => {
    const url = `${server.url.replace('http', 'ws')}/api/v2/logs/socket`;
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${server.key}` } });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.terminate();
  });
});

describe('a probe in HTTP/1.0', () => {
  it('needs no host name; every other call does', async () => {
    const ask = (path: string) =>
      new Promise<string>((resolve) => {
        let got = '';
        const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () =>
          socket.write(`GET ${path} HTTP/1.0\r\nx-api-key: ${server.key}\r\n\r\n`),
        );
        socket.setEncoding('utf8').on('data', (chunk: string) => {
          got += chunk;
        });
        socket.on('close', () => resolve(got.split('\r\n')[0] ?? ''));
      });
    expect(await ask('/ready')).toBe('HTTP/1.1 200 OK');
    expect(await ask('/api/status')).toMatch(/^HTTP\/1.1 421/);
  });
});

describe('a list that somebody else has changed', () => {
  const content = JSON.stringify({
    click_events: [{ category: 'a', action: 'b', name: 'c' }],
    random_events: [],
  });
  it.each([
    ['/api/urls', 'https://a.example/\n', 'https://b.example/\n'],
    ['/api/events', content, content.replace('"a"', '"z"')],
  ])('%s is not reset with the version that one has seen', async (path, first, second) => {
    const seen = (await post(path, { content: first })).headers.get('etag') ?? 'none';
    expect(seen).toBe((await server.ask(path)).headers.get('etag'));
    await post(path, { content: second });
    const reset = (etag: string) => server.ask(path, { method: 'DELETE', headers: { 'if-match': etag } });
    expect((await reset(seen)).status).toBe(412);
    const now = (await server.ask(path)).headers.get('etag') ?? 'none';
    expect((await reset(now)).status).toBe(200);
  });
});

describe('what somebody else has changed', () => {
  it.each([
    ['/api/v2/schedules', { name: 's', cron: '0 3 * * *', command: 'run' }],
    ['/api/v2/notifications', { name: 'n', kind: 'webhook', url: 'http://127.0.0.1:1/' }],
  ])('below %s is not changed or deleted with the version that one has seen', async (path, record) => {
    const { headers, json } = await post(path, record);
    const own = `${path}/${(json as { id: number }).id}`;
    const seen = { 'if-match': headers.get('etag') ?? 'none' };
    const change = (body: unknown) => server.ask(own, { method: 'PUT', body, headers: seen });
    expect((await change({ ...record, isEnabled: false })).status).toBe(200);
    expect((await change(record)).status).toBe(412);
    expect((await server.ask(own, { method: 'DELETE', headers: seen })).status).toBe(412);
    expect((await server.ask(own, { method: 'DELETE' })).status).toBe(204);
  });
});

describe('proxies that speak HTTPS to the browser', () => {
  it.each([
    ['https', true],
    ['https, http', true],
    ['http, https', false],
    ['', false],
  ])('and say %j get a cookie and a policy for it: %s', async (proto, isSecure) => {
    const body = { code: server.service.access.codes.create() };
    const { headers } = await server.ask('/api/v2/session', {
      key: undefined,
      body,
      headers: { 'x-forwarded-proto': proto },
    });
    expect(headers.get('set-cookie')?.includes('; Secure')).toBe(isSecure);
    expect(headers.has('strict-transport-security')).toBe(isSecure);
  });
});
