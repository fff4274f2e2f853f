/** What happens by itself: schedules, notifications, metrics, and log lines over a WebSocket. */
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { bodyOf, type RunNews, reasonOf, shapeOf } from '../../src/server/notify/messages.ts';
import { openTestServer, type TestServer } from './harness.ts';

let server: TestServer;
const received: { path: string; body: unknown }[] = [];
let statuses: number[] = [];
let receiver: Server;
let hook: string;

beforeAll(async () => {
  server = await openTestServer();
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', body: JSON.parse(text) });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  hook = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(async () => {
  await server.end();
  receiver.close();
});

const NEWS: RunNews = {
  reason: 'losses',
  subject: 'run 3 (<nightly>)',
  text: '4 hits failed.',
  exitCode: 6,
  hits: { accepted: 1000, failed: 4, rejected: 0 },
  visits: { complete: 200 },
  startedAt: '2026-11-25T02:30:00.000Z',
  endedAt: null,
};

describe('a notification', () => {
  it('has the shape that its receiver expects', () => {
    expect(shapeOf('https://hooks.slack.com/services/x')).toBe('slack');
    expect(shapeOf('https://acme.webhook.office.com/webhookb2/x')).toBe('teams');
    expect(shapeOf('https://evilslack.com.example/x')).toBe('json');
    expect(bodyOf(NEWS, 'slack')).toEqual({
      text: 'Trafficinator: run 3 (&lt;nightly&gt;) lost hits\n4 hits failed.\nVisits: 200 complete\nHits: 1,000 accepted, 4 failed\nStarted: 2026-11-25T02:30:00.000Z\nExit code: 6',
    });
    expect(bodyOf(NEWS, 'json')).toMatchObject({ type: 'notification', reason: 'losses', exitCode: 6 });
    expect(JSON.stringify(bodyOf(NEWS, 'teams'))).toContain('AdaptiveCard');
  });

  it('is for ends that somebody must know of', () => {
    expect([0, 1, 3, 5, 6, 7, 130, 143].map(reasonOf)).toEqual([
      'done',
      'failed',
      'failed',
      'threshold',
      'losses',
      'verification',
      undefined,
      undefined,
    ]);
  });

  it('is posted, tried again where the receiver fails, and keeps its address to itself', async () => {
    const record = { kind: 'webhook', name: 'ops', url: `${hook}/secret-path`, on: ['losses'] };
    const made = await server.ask('/api/v2/notifications', { body: record });
    expect(made.status).toBe(201);
    expect(made.text).not.toContain('secret-path');
    const { id } = made.json as { id: number };
    statuses = [503];
    await server.service.channels.tell(NEWS);
    await server.service.channels.tell({ ...NEWS, reason: 'done' });
    expect(received.map(({ path }) => path)).toEqual(['/secret-path', '/secret-path']);
    const masked = { ...record, url: '***MASKED***', name: 'operations' };
    await server.ask(`/api/v2/notifications/${id}`, { method: 'PUT', body: masked });
    const tested = await server.ask(`/api/v2/notifications/${id}/test`, { method: 'POST' });
    expect(tested.status).toBe(204);
    expect(received.at(-1)).toMatchObject({ path: '/secret-path', body: { reason: 'test' } });
  });

  it('that does not arrive is told, without its address', async () => {
    const record = { kind: 'webhook', name: 'gone', url: `${hook}/other-secret` };
    const { id } = (await server.ask('/api/v2/notifications', { body: record })).json as { id: number };
    statuses = [410];
    const { status, text } = await server.ask(`/api/v2/notifications/${id}/test`, { method: 'POST' });
    expect(status).toBe(502);
    expect(text).toContain('HTTP 410');
    expect(text).not.toContain('other-secret');
  });

  it('goes out as e-mail, and no text makes headers of its own', async () => {
    let mail = '';
    const smtp = createTcpServer((socket) => {
      let isData = false;
      socket.write('220 test ESMTP\r\n');
      socket.setEncoding('utf8').on('data', (text: string) => {
        if (isData) {
          mail += text;
          if (mail.includes('\r\n.\r\n')) {
            isData = false;
            socket.write('250 taken\r\n');
          }
          return;
        }
        for (const line of text.split('\r\n').filter((one) => one !== '')) {
          if (/^EHLO/i.test(line)) socket.write('250 test\r\n');
          else if (/^DATA/i.test(line)) {
            isData = true;
            socket.write('354 go on\r\n');
          } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
          else socket.write('250 ok\r\n');
        }
      });
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const address = smtp.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const record = {
      kind: 'email',
      name: 'mail',
      server: `smtp://127.0.0.1:${port}`,
      from: 'a@example.org',
      to: ['b@example.org'],
      on: ['failed'],
    };
    expect((await server.ask('/api/v2/notifications', { body: record })).status).toBe(201);
    await server.service.channels.tell({ ...NEWS, reason: 'failed', subject: 'run 9\r\nBcc: c@example.org' });
    smtp.close();
    expect(mail).toContain('Subject: Trafficinator: run 9 Bcc: c@example.org failed');
    expect(mail.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/m);
  });
});

describe('a schedule', () => {
  const nightly = {
    name: 'nightly',
    cron: '30 2 * * *',
    timezone: 'Europe/Stockholm',
    command: 'backfill',
    settings: { BACKFILL_DAYS_BACK: 1, BACKFILL_DURATION_DAYS: 1 },
  };

  it('says when it comes next, in its own timezone', async () => {
    const made = await server.ask('/api/v2/schedules', { body: nightly });
    expect(made.status).toBe(201);
    const { nextAt, id } = made.json as { nextAt: string; id: number };
    const local = new Date(nextAt).toLocaleTimeString('en-GB', { timeZone: 'Europe/Stockholm' });
    expect(local).toBe('02:30:00');
    const off = await server.ask(`/api/v2/schedules/${id}`, {
      method: 'PUT',
      body: { ...nightly, isEnabled: false },
    });
    expect(off.json).toMatchObject({ nextAt: null });
    expect((await server.ask('/api/v2/schedules', { body: nightly })).status).toBe(409);
    expect((await server.ask(`/api/v2/schedules/${id}`, { method: 'DELETE' })).status).toBe(204);
  });

  it('is told in numbers before it is saved: times, days, visits and targets', async () => {
    const check = (more: object) => server.ask('/api/v2/schedules/check', { body: { ...nightly, ...more } });
    const settings = { BACKFILL_DAYS_BACK: 3, BACKFILL_DURATION_DAYS: 3, TARGET_VISITS_PER_DAY: 500 };
    const backfill = await check({ sink: true, settings });
    expect(backfill.json).toMatchObject({ errors: [], days: 3, visitsPerDay: 500, visits: 1500 });
    expect((backfill.json as { nextAt: string[] }).nextAt).toHaveLength(3);
    const capped = await check({ sink: true, settings: { ...settings, BACKFILL_MAX_VISITS_PER_DAY: 200 } });
    expect(capped.json).toMatchObject({ visitsPerDay: 200, visits: 600 });
    const rest = await check({ sink: true, catchUpDays: 7, settings: { TARGET_VISITS_PER_DAY: 500 } });
    expect(rest.json).toMatchObject({ days: 7, visits: 3500 });
    const mirrored = {
      ...{ MATOMO_URL_1: 'http://127.0.0.1:1/', MATOMO_URL_2: 'http://127.0.0.1:2/' },
      ...{ TARGET_STRATEGY: 'mirror', TARGET_VISITS_PER_DAY: 500, MAX_VISITS_PER_DAY: 300 },
    };
    const live = await check({ command: 'run', forSeconds: 3600, settings: mirrored });
    expect(live.json).toMatchObject({ errors: [], days: null, visits: null, visitsPerDay: 600 });
    const broken = await check({ settings: { ...settings, CONCURRENCY: 0 } });
    expect(broken.json).toMatchObject({ visits: null, targets: [] });
    expect(JSON.stringify(broken.json)).toContain('CONCURRENCY');
    expect(((await server.ask('/api/v2/schedules')).json as { schedules: unknown[] }).schedules).toEqual([]);
  });

  it('that is not right says what is wrong with which field', async () => {
    const cron = await server.ask('/api/v2/schedules/check', { body: { ...nightly, cron: 'often' } });
    expect(cron.json).toMatchObject({
      errors: [{ field: 'cron', message: expect.stringContaining('"often"') }],
    });
    const zone = await server.ask('/api/v2/schedules/check', { body: { ...nightly, timezone: 'Mars/Base' } });
    expect(zone.json).toMatchObject({
      errors: [{ field: 'timezone', message: expect.stringContaining('no timezone Mars/Base') }],
    });
  });

  it.each([
    ['no time', { cron: 'often' }],
    ['seconds', { cron: '* * * * * *' }],
    ['an unknown timezone', { timezone: 'Mars/Base' }],
    ['an unknown setting', { settings: { nonsense: 1 } }],
  ])('with %s is refused', async (_, more) => {
    expect((await server.ask('/api/v2/schedules', { body: { ...nightly, ...more } })).status).toBe(422);
  });
});

describe('/metrics', () => {
  it('needs no key on this machine, but behind a proxy', async () => {
    const { status, text } = await server.ask('/metrics', { key: undefined });
    expect(status).toBe(200);
    expect(text).toMatch(/^trafficinator_build_info\{version="[^"]+"\} 1$/m);
    expect(text).toMatch(/^# TYPE trafficinator_hits_total counter$/m);
    const forwarded = { key: undefined, headers: { 'x-forwarded-for': '127.0.0.1' } };
    expect((await server.ask('/metrics', forwarded)).status).toBe(401);
    const bearer = {
      key: undefined,
      headers: { ...forwarded.headers, authorization: `Bearer ${server.readKey}` },
    };
    expect((await server.ask('/metrics', bearer)).status).toBe(200);
  });
});

describe('log lines over a WebSocket', () => {
  function open(headers: Readonly<Record<string, string>>, path = '/api/v2/logs/socket') {
    return new Promise<{ socket?: WebSocket; status?: number; first: Promise<string> }>((resolve) => {
      const socket = new WebSocket(server.url.replace('http', 'ws') + path, { headers });
      const first = new Promise<string>((done) => socket.once('message', (data) => done(String(data))));
      socket.once('open', () => resolve({ socket, first }));
      socket.once('unexpected-response', (_, answer) => resolve({ status: answer.statusCode ?? 0, first }));
      socket.on('error', () => {});
    });
  }

  it('come as they are written', async () => {
    server.service.log.info('before');
    const { socket, first } = await open({ 'x-api-key': server.readKey });
    expect(JSON.parse(await first)).toMatchObject({ level: expect.any(String), job: null });
    const next = new Promise<string>((resolve) => {
      socket?.on('message', (data) => String(data).includes('meanwhile') && resolve(String(data)));
    });
    server.service.log.info('meanwhile');
    expect(JSON.parse(await next)).toMatchObject({ message: 'meanwhile', level: 'info' });
    socket?.terminate();
  });

  it.each([
    ['no key', () => ({}), 401],
    ['a wrong key', () => ({ 'x-api-key': 'wrong' }), 403],
    ['a page of another origin', () => ({ 'x-api-key': server.key, origin: 'https://evil.example' }), 403],
    ['another host name', () => ({ 'x-api-key': server.key, host: 'evil.example' }), 421],
  ])('are refused to %s', async (_, headers, status) => {
    expect((await open(headers())).status).toBe(status);
  });

  it('are refused to a cookie without our origin', async () => {
    const code = server.service.access.codes.create();
    const login = await server.ask('/api/v2/session', { key: undefined, body: { code } });
    const [cookie = ''] = (login.headers.get('set-cookie') ?? '').split(';');
    expect((await open({ cookie })).status).toBe(403);
    expect((await open({ cookie, origin: 'https://evil.example' })).status).toBe(403);
    const { socket } = await open({ cookie, origin: server.url });
    expect(socket).toBeDefined();
    socket?.terminate();
  });
});
