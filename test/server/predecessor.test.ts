/** The calls of the earlier control service, as its three kinds of client make them; jobs are tested with processes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSession } from '../../src/cli/options/session.ts';
import { fetchFunnels } from '../../src/control/client.ts';
import { createProcessHost } from '../../src/host.ts';
import { DEFAULT_SINK_CONFIG } from '../../src/sink/config.ts';
import { createSink, type Sink } from '../../src/sink/sink.ts';
import { openTestServer, type TestServer } from './harness.ts';

const TOKEN = 'a'.repeat(32);
let server: TestServer;
let sink: Sink;
let matomo: string;

beforeAll(async () => {
  sink = createSink({ config: DEFAULT_SINK_CONFIG, now: Date.now });
  ({ url: matomo } = await sink.listen(0));
  server = await openTestServer();
});
afterAll(async () => {
  await server.end();
  await sink.close();
});

const put = (path: string, body: unknown, headers = {}) => server.ask(path, { method: 'PUT', body, headers });
const remove = (path: string) => server.ask(path, { method: 'DELETE' });
const good = () => ({
  matomo_url: matomo,
  matomo_site_id: 1,
  target_visits_per_day: '500',
  max_total_visits: 9,
});

describe('the page of earlier times', () => {
  it('finds the service as it was', async () => {
    expect((await server.ask('/', { key: undefined })).json).toEqual({
      name: 'Trafficinator Control UI API',
      version: expect.any(String),
      status: 'running',
      docs: '/docs',
      health: '/health',
    });
    expect((await server.ask('/health', { key: undefined })).json).toMatchObject({
      status: 'healthy',
      docker: 'connected',
      auth_enabled: true,
    });
  });

  it('is told of a missing and of a wrong key', async () => {
    const none = await server.ask('/api/status', { key: undefined });
    expect([none.status, none.json]).toEqual([
      401,
      { detail: 'API key required. Provide X-API-Key header.' },
    ]);
    const wrong = await server.ask('/api/status', { key: 'wrong' });
    expect([wrong.status, wrong.json]).toEqual([403, { detail: 'Invalid API key' }]);
  });

  it('sees a service that has not run yet', async () => {
    expect((await server.ask('/api/status')).json).toMatchObject({
      container: { state: 'created', name: 'matomo-loadgen' },
      stats: null,
    });
  });

  it.each(['9', '10001', 'many'])('may not ask for %s lines', async (lines) => {
    const { status, json } = await server.ask(`/api/logs?lines=${lines}`);
    expect(status).toBe(422);
    expect(json).toMatchObject({ detail: [{ loc: ['query', 'lines'], msg: expect.any(String) }] });
  });

  it.each(['0', '61', 'x'])('may not stop within %s seconds', async (timeout) => {
    expect((await server.ask(`/api/stop?timeout=${timeout}`, { method: 'POST' })).status).toBe(422);
  });

  it('is told that a start needs a config where there is a body', async () => {
    const { status, json } = await server.ask('/api/start', { body: {} });
    expect(status).toBe(422);
    expect(json).toMatchObject({
      detail: [{ type: 'missing', loc: ['body', 'config'], msg: 'Field required' }],
    });
  });

  it('is told why nothing could be started, with 200', async () => {
    const { status, json } = await server.ask('/api/start', { body: { config: { concurrency: 9000 } } });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      success: false,
      state: 'created',
      error: expect.stringContaining('CONCURRENCY'),
    });
  });
});

describe('/api/validate', () => {
  it('takes settings below config, bare, in capitals, and numbers in strings', async () => {
    const bare = good();
    const capitals = Object.fromEntries(
      Object.entries(bare).map(([name, value]) => [name.toUpperCase(), value]),
    );
    for (const body of [{ config: bare }, bare, { config: capitals }, { ...bare, unknown_name: 1 }]) {
      expect((await server.ask('/api/validate', { body })).json).toMatchObject({ valid: true, errors: [] });
    }
  });

  it('names the fields that are wrong, in its own spelling', async () => {
    const config = { ...good(), concurrency: 0, pageviews_min: 9, pageviews_max: 3 };
    const { status, json } = await server.ask('/api/validate', { body: { config } });
    expect(status).toBe(200);
    const { errors } = json as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field)).toContain('concurrency');
    expect(JSON.stringify(errors)).not.toContain(server.folder);
  });

  it('warns of a run without an end', async () => {
    const { json } = await server.ask('/api/validate', { body: { matomo_url: matomo } });
    const { warnings } = json as { warnings: { field: string }[] };
    expect(warnings.map(({ field }) => field)).toContain('auto_stop');
  });

  it('checks a backfill only where one is meant', async () => {
    const days = {
      backfill_days_back: 3,
      backfill_start_date: '2026-01-01',
      backfill_end_date: '2026-01-02',
    };
    const off = await server.ask('/api/validate', { body: { ...good(), ...days } });
    const on = await server.ask('/api/validate', { body: { ...good(), ...days, backfill_enabled: true } });
    expect([off.json, on.json]).toMatchObject([{ valid: true }, { valid: false }]);
  });
});

describe('/api/test-connection', () => {
  const ask = (body: unknown) => server.ask('/api/test-connection', { body });

  it('says that Matomo is there, and records nothing', async () => {
    const { json } = await ask({ matomo_url: matomo, site_id: 1, token_auth: TOKEN });
    expect(json).toMatchObject({
      success: true,
      reachable: true,
      status_code: 200,
      message: expect.stringMatching(/^Connection successful \(HTTP 200, \d+ms\)$/),
    });
    expect(sink.recorded().recorded).toBe(0);
  });

  it.each([
    ['no URL', 'ftp://x', { reachable: false, message: 'Invalid URL format' }],
    ['a URL with a password', 'http://a:b@127.0.0.1/', { message: 'Invalid URL format' }],
    [
      'nobody there',
      'http://127.0.0.1:1/',
      { reachable: false, message: expect.stringContaining('Cannot reach') },
    ],
  ])('answers 200 for %s', async (_, url, told) => {
    const { status, json } = await ask({ matomo_url: url });
    expect(status).toBe(200);
    expect(json).toMatchObject({ success: false, ...told });
  });

  it('shows the kept token to no other place', async () => {
    const seen: string[] = [];
    const spy = createServer((request, response) => {
      request.on('data', (chunk) => seen.push(String(chunk)));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
    const address = spy.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await server.ask('/api/config/apply', { body: { ...good(), matomo_token_auth: TOKEN } });
    await ask({ matomo_url: `http://127.0.0.1:${port}/`, token_auth: '***MASKED***' });
    spy.close();
    expect(seen.join()).toContain('idsite=1');
    expect(seen.join()).not.toContain(TOKEN);
  });

  it('takes the headers and the token file that runs take, at the address that they are for', async () => {
    const seen: string[] = [];
    const spy = createServer((request, response) => {
      seen.push(`${request.headers.authorization}`);
      request.on('data', (chunk) => seen.push(String(chunk)));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
    const address = spy.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
    writeFileSync(join(server.folder, 'token.txt'), TOKEN);
    const own = { ...good(), matomo_url: url, matomo_headers: 'Authorization: Basic Zm9vOmJhcg==' };
    await server.ask('/api/config/apply', {
      body: { ...own, matomo_token_auth_file: join(server.folder, 'token.txt') },
    });
    await ask({ matomo_url: url });
    expect(seen).toEqual(['Basic Zm9vOmJhcg==', expect.stringContaining(`token_auth=${TOKEN}`)]);
    await ask({ matomo_url: url.replace('127.0.0.1', 'localhost') });
    spy.close();
    expect(seen[2]).toBe('undefined');
    expect(seen[3]).not.toContain(TOKEN);
  });
});

describe('/api/config/apply', () => {
  it('refuses what is wrong with 400', async () => {
    const { status, json } = await server.ask('/api/config/apply', { body: { ...good(), concurrency: 0 } });
    expect(status).toBe(400);
    expect(json).toMatchObject({
      detail: expect.stringContaining('Configuration validation failed: concurrency'),
    });
  });

  it('keeps settings, masks the token, and takes a masked or empty one as the one that is kept', async () => {
    const apply = (config: unknown) => server.ask('/api/config/apply', { body: { config } });
    await apply({ ...good(), matomo_token_auth: TOKEN });
    for (const token of ['***MASKED***', '']) {
      await apply({ ...good(), matomo_token_auth: token, timezone: 'UTC', backfill_days_back: 4 });
      expect(server.service.base().get('MATOMO_TOKEN_AUTH')).toBe(TOKEN);
    }
    expect(server.service.base().get('TIMEZONE')).toBe('UTC');
    expect([...server.service.base().keys()].filter((name) => name.startsWith('BACKFILL'))).toEqual([]);
    const database = ['control.db', 'control.db-wal', 'service.log'].map((name) => join(server.folder, name));
    for (const path of database.filter((one) => existsSync(one))) {
      expect(readFileSync(path).includes(TOKEN)).toBe(false);
    }
  });
});

describe('presets', () => {
  it('are saved, listed, shown, changed and deleted', async () => {
    const config = { ...good(), matomo_token_auth: TOKEN, timezone: 'CET', note: 'mine' };
    const made = await server.ask('/api/presets', {
      body: { name: 'My load / test', description: 'x', config },
    });
    expect(made.status).toBe(201);
    const { id } = made.json as { id: number };
    expect(made.json).toMatchObject({
      name: 'My load / test',
      config: {
        matomo_url: matomo,
        target_visits_per_day: 500,
        matomo_token_auth: '***MASKED***',
        note: 'mine',
      },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/),
    });
    const again = await server.ask('/api/presets', { body: { name: 'My load / test', config } });
    expect([again.status, again.json]).toEqual([409, { detail: 'Preset name already exists' }]);
    const list = (await server.ask('/api/presets')).json as { presets: Record<string, unknown>[] };
    expect(list.presets[0]).toMatchObject({ id, name: 'My load / test' });
    expect(list.presets[0]).not.toHaveProperty('config');
    const changed = await put(`/api/presets/${id}`, { name: 'other', description: null });
    expect(changed.json).toMatchObject({ name: 'other', description: 'x', config: { note: 'mine' } });
    expect((await remove(`/api/presets/${id}`)).json).toEqual({
      success: true,
      deleted_id: id,
      message: 'Preset deleted successfully',
    });
    expect((await server.ask(`/api/presets/${id}`)).status).toBe(404);
  });

  it('are files that the command line finds, without URL and token', async () => {
    const config = { ...good(), matomo_token_auth: TOKEN };
    const { json } = await server.ask('/api/presets', { body: { name: '../../Étude 1', config } });
    const { slug } = json as { slug: string };
    expect(slug).toMatch(/^[a-z0-9-]+$/);
    const text = readFileSync(join(server.folder, '.config/trafficinator/presets', `${slug}.env`), 'utf8');
    expect(text).toContain('TARGET_VISITS_PER_DAY=500');
    expect(text).not.toMatch(/MATOMO_URL|TOKEN/);
  });

  it('that the command line saves are found here', async () => {
    const path = join(server.folder, '.config/trafficinator/presets', 'evening.env');
    writeFileSync(path, '# evening: after work\nACTIVE_HOURS=17:00-23:00\n');
    const { presets } = (await server.ask('/api/presets')).json as {
      presets: { id: number; name: string }[];
    };
    const own = presets.find(({ name }) => name === 'evening');
    expect(own).toMatchObject({ description: 'after work' });
    expect((await server.ask(`/api/presets/${own?.id}`)).json).toMatchObject({
      config: { active_hours: '17:00-23:00' },
    });
  });

  it('that somebody else has changed meanwhile are not overwritten', async () => {
    const made = await server.ask('/api/presets', { body: { name: 'shared', config: good() } });
    const { id } = made.json as { id: number };
    const seen = { 'if-match': made.headers.get('etag') ?? '' };
    expect((await put(`/api/presets/${id}`, { description: 'first' }, seen)).status).toBe(200);
    const late = await put(`/api/presets/${id}`, { description: 'second' }, seen);
    expect(late.status).toBe(412);
  });

  it.each([
    ['a name that is too long', { name: 'x'.repeat(101), config: {} }],
    ['no name', { config: {} }],
    ['an unknown key', { name: 'x', config: {}, more: 1 }],
  ])('with %s are refused', async (_, body) => {
    expect((await server.ask('/api/presets', { body })).status).toBe(422);
  });

  it('with an id that is no number are refused with 422', async () => {
    expect((await server.ask('/api/presets/abc')).status).toBe(422);
  });
});

const funnel = (name: string, more = {}) => ({
  name,
  probability: 0.2,
  steps: [
    { type: 'pageview', url: 'https://shop.example/a', title: '<script>alert(1)</script>' },
    {
      type: 'ecommerce',
      ecommerce_revenue: 20,
      ecommerce_items: 2,
      delay_seconds_min: 1,
      delay_seconds_max: 3,
    },
  ],
  ...more,
});

describe('funnels', () => {
  it('are taken flat and shown nested, with every field of a step', async () => {
    const made = await server.ask('/api/funnels', { body: funnel('Buy', { priority: 3 }) });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      name: 'Buy',
      config: { probability: 0.2, priority: 3, enabled: true, exit_after_completion: true },
    });
    const { id, config } = made.json as { id: number; config: { steps: Record<string, unknown>[] } };
    expect(config.steps[0]).toMatchObject({ type: 'pageview', event_category: null, search_keyword: null });
    await server.ask('/api/funnels', { body: funnel('First', { priority: 0, enabled: false }) });
    const { funnels } = (await server.ask('/api/funnels')).json as { funnels: { name: string }[] };
    expect(funnels.map(({ name }) => name)).toEqual(['First', 'Buy']);
    expect(funnels[1]).toMatchObject({ id, step_count: 2 });
    const changed = await put(`/api/funnels/${id}`, { probability: 0.5 });
    expect(changed.json).toMatchObject({ id, name: 'Buy', config: { probability: 0.5, priority: 3 } });
  });

  it('are found by export-funnels and by every command', async () => {
    const exported = await fetchFunnels({ url: server.url, apiKey: server.key, timeoutMs: 60_000 });
    const stored = JSON.parse(readFileSync(join(server.folder, 'funnels.json'), 'utf8'));
    expect(exported).toHaveLength(2);
    expect(stored.map(({ name }: { name: string }) => name)).toEqual(['Buy', 'First']);
    const host = { ...createProcessHost(), env: { TRAFFICINATOR_STATE_DIR: server.folder } };
    const session = await loadSession(host, 'run', { sink: true }, Date.now());
    expect(session.files.journeys.funnels.map(({ name }) => name)).toEqual(['Buy', 'First']);
    expect(session.origins.get('funnelConfigPath')).toBe('saved funnels.json');
  });

  it('changed in their file by somebody else are seen, and keep their ids', async () => {
    const path = join(server.folder, 'funnels.json');
    const before = (await server.ask('/api/funnels')).json as { funnels: { id: number; name: string }[] };
    const stored = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify([{ ...stored[0], probability: 0.9 }, funnel('Third')]));
    const after = (await server.ask('/api/funnels')).json as typeof before;
    expect(after.funnels.map(({ name }) => name).sort()).toEqual(['Buy', 'Third']);
    const idOf = (list: typeof before) => list.funnels.find(({ name }) => name === 'Buy')?.id;
    expect(idOf(after)).toBe(idOf(before));
  });

  it.each([
    ['another first step', funnel('bad', { steps: [{ type: 'event', event_category: 'a' }] }), 422],
    ['an unknown key in a step', funnel('bad', { steps: [{ type: 'pageview', url: '/x', colour: 1 }] }), 422],
    ['no steps', funnel('bad', { steps: [] }), 422],
    ['a probability above one', funnel('bad', { probability: 2 }), 422],
    ['a name that is there', funnel('Buy'), 409],
  ])('with %s are refused', async (_, body, status) => {
    expect((await server.ask('/api/funnels', { body })).status).toBe(status);
  });

  it('are deleted', async () => {
    const { funnels } = (await server.ask('/api/funnels')).json as { funnels: { id: number }[] };
    for (const { id } of funnels) {
      expect((await remove(`/api/funnels/${id}`)).json).toMatchObject({ success: true, deleted_id: id });
    }
    expect((await server.ask('/api/funnels')).json).toEqual({ funnels: [] });
    expect((await remove('/api/funnels/1')).status).toBe(404);
  });
});

describe('pages', () => {
  it('are the built-in ones until some are saved, and again after a reset', async () => {
    expect((await server.ask('/api/urls')).json).toMatchObject({ source: 'default', editable: true });
    const content = 'https://a.example/one/two/three  Three\n# note\nhttps://a.example/one\n';
    const saved = await server.ask('/api/urls', { body: { content } });
    expect(saved.json).toMatchObject({ success: true, restart_required: true, validation: { url_count: 2 } });
    expect((await server.ask('/api/urls')).json).toMatchObject({
      content,
      source: 'custom',
      structure: { total_urls: 2, unique_domains: 1, categories: { one: 2 } },
    });
    const host = { ...createProcessHost(), env: { TRAFFICINATOR_STATE_DIR: server.folder } };
    const session = await loadSession(host, 'run', { sink: true }, Date.now());
    expect(session.files.pages).toHaveLength(2);
    expect((await remove('/api/urls')).json).toMatchObject({ success: true, restart_required: true });
    expect((await remove('/api/urls')).json).toMatchObject({ message: 'Already using default URLs' });
  });

  it('that are wrong are named by line, and not saved', async () => {
    const { status, json } = await server.ask('/api/urls', {
      body: { content: 'https://a.example/\nnonsense\n' },
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ success: false, message: 'URL validation failed' });
    expect(JSON.stringify(json)).toContain('Line 2');
    expect((await server.ask('/api/urls')).json).toMatchObject({ source: 'default' });
  });

  it('with names that every object has are counted as others', async () => {
    const content = 'https://a.example/__proto__/constructor/x\nhttps://a.example/toString/y/z\n';
    const { json } = await server.ask('/api/urls/validate', { body: { content } });
    expect(json).toMatchObject({ valid: true, structure: { total_categories: 2 } });
  });
});

describe('events', () => {
  const content = JSON.stringify({
    click_events_probability: 0.4,
    click_events: [
      { category: 'Nav', action: 'click', name: 'Menu' },
      { category: 'Nav', action: 'click', name: 'Logo', value: 2 },
    ],
    random_events: [{ category: 'Video', action: 'play', name: 'Intro' }],
  });

  it('have ids that stay, are replaced and removed one by one, and are used by every command', async () => {
    expect((await server.ask('/api/events')).json).toMatchObject({ source: 'default' });
    const saved = await server.ask('/api/events', { body: { content } });
    expect(saved.json).toMatchObject({ success: true, validation: { valid: true } });
    const read = async () =>
      ((await server.ask('/api/events')).json as { config: { click_events: { id: number; name: string }[] } })
        .config.click_events;
    const [menu, logo] = await read();
    const replaced = await put(`/api/events/${logo?.id}`, { category: 'Nav', action: 'tap', name: 'Logo' });
    expect(replaced.status).toBe(200);
    expect(await read()).toMatchObject([{ id: menu?.id }, { id: logo?.id, action: 'tap' }]);
    expect((await remove(`/api/events/${menu?.id}`)).status).toBe(200);
    expect(await read()).toMatchObject([{ id: logo?.id, name: 'Logo' }]);
    expect((await put('/api/events/99999', { category: 'a', action: 'b', name: 'c' })).status).toBe(404);
    expect((await put(`/api/events/${logo?.id}`, { category: '' })).status).toBe(422);
    const host = { ...createProcessHost(), env: { TRAFFICINATOR_STATE_DIR: server.folder } };
    const session = await loadSession(host, 'run', { sink: true }, Date.now());
    expect(session.files.events.clickEvents).toEqual([{ category: 'Nav', action: 'tap', name: 'Logo' }]);
    expect((await remove('/api/events')).json).toMatchObject({ restart_required: true });
  });

  it('that are no JSON are refused with 400, and checked with 200', async () => {
    const saved = await server.ask('/api/events', { body: { content: '{' } });
    expect([saved.status, saved.json]).toMatchObject([
      400,
      { detail: expect.stringContaining('Invalid JSON') },
    ]);
    const checked = await server.ask('/api/events/validate', { body: { content: '{' } });
    expect([checked.status, checked.json]).toMatchObject([200, { valid: false }]);
  });

  it('that are wrong are not saved', async () => {
    const wrong = JSON.stringify({ click_events: [{ category: '', action: 'x', name: 'y', other: 1 }] });
    const { status, json } = await server.ask('/api/events', { body: { content: wrong } });
    expect([status, json]).toMatchObject([200, { success: false, validation: { valid: false } }]);
  });
});

describe('one-off backfills', () => {
  it('answer 200 without success where nothing could be started', async () => {
    const body = { BACKFILL_DAYS_BACK: 3, BACKFILL_START_DATE: '2026-01-01' };
    const { status, json } = await server.ask('/api/backfill/run', { body });
    expect([status, json]).toMatchObject([200, { success: false, error: expect.any(String) }]);
  });

  it('are none at first', async () => {
    expect((await server.ask('/api/backfill/status')).json).toEqual({
      success: true,
      message: 'ok',
      runs: [],
    });
    expect((await server.ask('/api/backfill/last')).json).toMatchObject({ success: false });
    expect((await server.ask('/api/backfill/cancel', { body: { container_name: 'x' } })).json).toMatchObject({
      success: false,
    });
    expect((await server.ask('/api/backfill/cleanup', { method: 'POST' })).json).toMatchObject({
      removed: [],
    });
  });
});
