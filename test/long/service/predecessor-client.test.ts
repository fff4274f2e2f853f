/** A client written from the predecessor's documented contract alone: every call, method, status and field, against a real `serve`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { openTarget, type Running, SUPER_TOKEN, type Target, Workplace } from '../../process/binary.ts';
import * as shapes from './predecessor-shapes.ts';

const KEY = 'a-key-of-the-compose-file-0123456789';
const MINUTE = 60_000;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What a page, a curl line or a script sends: nothing but the method, the path, the key and JSON. */
class Client {
  readonly base: string;
  readonly #key: string | null;

  constructor(base: string, key: string | null = KEY) {
    this.base = base;
    this.#key = key;
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(this.base + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.#key === null ? {} : { 'X-API-Key': this.#key }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Fails unless the status and every documented field are there. */
  async expect<T extends z.ZodType>(
    status: number,
    shape: T,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<z.output<T>> {
    const answer = await this.call(method, path, body);
    const what = `${method} ${path}: ${answer.status} ${answer.text.slice(0, 600)}`;
    expect(answer.status, what).toBe(status);
    const parsed = shape.safeParse(JSON.parse(answer.text));
    if (!parsed.success) throw new Error(`${what}\n${parsed.error.message}`);
    return parsed.data;
  }
}

let place: Workplace;
let target: Target;
let running: Running;
let client: Client;

async function startService(env: Readonly<Record<string, string>>, flags: readonly string[]) {
  const started = place.start(['serve', '--port', '0', ...flags], env);
  const base = await new Promise<string>((resolve, reject) => {
    let text = '';
    started.child.stdout?.on('data', (chunk: string) => {
      text += chunk;
      const found = /(http:\/\/[^\s/]+)/.exec(text)?.[1];
      if (found) resolve(found);
    });
    void started.finished.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { started, base };
}

beforeAll(async () => {
  place = new Workplace(15 * MINUTE);
  target = await openTarget();
  const env = {
    CONTROL_UI_API_KEY: KEY,
    CORS_ORIGINS: 'http://dashboard.example',
    FUNNEL_CONFIG_PATH: place.file('funnels.json'),
    MATOMO_URL: target.url,
    MATOMO_SITE_ID: '1',
    MATOMO_TOKEN_AUTH: SUPER_TOKEN,
    TARGET_VISITS_PER_DAY: '500000',
  };
  const { started, base } = await startService(env, ['--rate-limit', '100000']);
  running = started;
  client = new Client(base);
});

afterAll(async () => {
  try {
    running?.child.kill('SIGINT');
    await running?.finished;
  } finally {
    await target?.close();
    place?.remove();
  }
});

const LIVE = () => ({
  matomo_url: target.url,
  matomo_site_id: 1,
  matomo_token_auth: SUPER_TOKEN,
  target_visits_per_day: 400_000,
});

describe('in common', () => {
  it('answers the open paths without a key', async () => {
    const anybody = new Client(client.base, null);
    await anybody.expect(200, shapes.root, 'GET', '/');
    await anybody.expect(200, shapes.health, 'GET', '/health');
    for (const path of ['/ui', '/docs', '/redoc', '/openapi.json'])
      expect((await anybody.call('GET', path)).status, path).toBe(200);
    expect(JSON.parse((await anybody.call('GET', '/openapi.json')).text).openapi).toMatch(/^3\.1/);
  });

  it('asks for the key', async () => {
    const missing = await new Client(client.base, null).call('GET', '/api/status');
    expect(missing.status).toBe(401);
    expect(missing.headers.get('WWW-Authenticate')).toBe('ApiKey');
    expect(JSON.parse(missing.text)).toMatchObject({
      detail: 'API key required. Provide X-API-Key header.',
    });
    const wrong = await new Client(client.base, 'wrong').call('GET', '/api/status');
    expect(wrong.status).toBe(403);
    expect(JSON.parse(wrong.text)).toMatchObject({ detail: 'Invalid API key' });
  });

  it('checks the key before it reads a body', async () => {
    const nobody = new Client(client.base, null);
    await nobody.expect(401, shapes.detail, 'POST', '/api/validate', '{malformed');
  });

  it('answers what is unknown as the framework did', async () => {
    expect(JSON.parse((await client.call('GET', '/nowhere')).text)).toMatchObject({ detail: 'Not Found' });
    expect((await client.call('GET', '/nowhere')).status).toBe(404);
    const method = await client.call('DELETE', '/api/status');
    expect(method.status).toBe(405);
    expect(JSON.parse(method.text)).toMatchObject({ detail: 'Method Not Allowed' });
    expect((await client.call('HEAD', '/api/status')).status).toBe(405);
    const slash = await client.call('GET', '/api/status/');
    expect(slash.status).toBe(307);
    expect(slash.headers.get('Location')).toMatch(/\/api\/status$/);
  });

  it('says where a request is wrong', async () => {
    const malformed = await client.expect(422, shapes.unprocessable, 'POST', '/api/validate', '{malformed');
    expect(malformed.detail[0]).toMatchObject({ type: 'json_invalid' });
    expect(malformed.detail[0]?.loc[0]).toBe('body');
    const query = await client.expect(422, shapes.unprocessable, 'GET', '/api/logs?lines=9');
    expect(query.detail[0]?.loc).toEqual(['query', 'lines']);
    const path = await client.expect(422, shapes.unprocessable, 'GET', '/api/presets/abc');
    expect(path.detail[0]?.loc[0]).toBe('path');
  });

  it('sends the headers of safety on all answers', async () => {
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/health'],
      ['GET', '/api/status'],
      ['GET', '/nowhere'],
      ['POST', '/api/validate'],
    ] as const) {
      const { headers } = await client.call(method, path);
      expect(headers.get('X-Content-Type-Options'), path).toBe('nosniff');
      expect(headers.get('X-Frame-Options'), path).toBe('DENY');
      expect(headers.get('X-XSS-Protection'), path).toBe('1; mode=block');
    }
  });

  it('lets the named origins in, with credentials', async () => {
    const preflight = async (origin: string) =>
      fetch(`${client.base}/api/presets/1`, {
        method: 'OPTIONS',
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'PUT',
          'Access-Control-Request-Headers': 'x-api-key,content-type',
        },
      });
    const { headers } = await preflight('http://dashboard.example');
    expect(headers.get('Access-Control-Allow-Origin')).toBe('http://dashboard.example');
    expect(headers.get('Access-Control-Allow-Credentials')).toBe('true');
    expect(headers.get('Access-Control-Allow-Methods')).toMatch(/PUT/);
    expect(headers.get('Access-Control-Allow-Headers')?.toLowerCase()).toMatch(/\*|x-api-key/);
    expect(headers.get('Access-Control-Max-Age')).toBe('3600');
    expect((await preflight('http://evil.example')).headers.get('Access-Control-Allow-Origin')).toBeNull();
  });
});

describe('the old page', () => {
  it('starts, looks at, restarts and stops the traffic', async () => {
    const before = await client.expect(200, shapes.status, 'GET', '/api/status');
    expect(['not_found', 'created', 'stopped']).toContain(before.container.state);
    const started = await client.expect(200, shapes.control, 'POST', '/api/start');
    expect(started).toMatchObject({
      success: true,
      state: 'running',
      status: 'running',
      message: 'Container started successfully; start signal sent',
    });
    const again = await client.expect(200, shapes.control, 'POST', '/api/start');
    expect(again).toMatchObject({ success: true, message: expect.stringContaining('already running') });

    const { container, config, stats } = await client.expect(200, shapes.status, 'GET', '/api/status');
    expect(container).toMatchObject({ state: 'running', id: expect.stringMatching(/^.{12}$/) });
    expect(Number.isFinite(Date.parse(container.started_at ?? ''))).toBe(true);
    expect(container.created).toMatch(/Z$/);
    expect(container.started_at).toMatch(/Z$/);
    expect(container.uptime).toBeTruthy();
    expect(config).toMatchObject({ MATOMO_TOKEN_AUTH: '***MASKED***', TARGET_VISITS_PER_DAY: '500000' });
    expect(config?.MATOMO_URL).toContain(target.url);
    expect(stats?.current_rate).toBeTruthy();
    let { visits_generated } = stats ?? {};
    while (!visits_generated)
      visits_generated = (await client.expect(200, shapes.status, 'GET', '/api/status')).stats
        ?.visits_generated;
    expect(target.sink.recorded().visits).toBeGreaterThan(0);

    expect(await client.expect(200, shapes.control, 'POST', '/api/restart?timeout=10')).toMatchObject({
      success: true,
      state: 'running',
      message: 'Container restarted successfully; start signal sent',
    });
    expect(await client.expect(200, shapes.control, 'POST', '/api/stop?timeout=10')).toMatchObject({
      success: true,
      state: 'stopped',
      message: 'Container stopped successfully',
    });
    expect(await client.expect(200, shapes.control, 'POST', '/api/stop')).toMatchObject({
      success: true,
      message: 'Container is already stopped',
    });
    const after = await client.expect(200, shapes.status, 'GET', '/api/status');
    expect(after.container.state).toBe('stopped');
    expect(after.stats ?? null).toBeNull();
    for (const act of ['start', 'stop', 'restart'])
      for (const timeout of act === 'start' ? [] : ['0', '61', 'soon'])
        await client.expect(422, shapes.unprocessable, 'POST', `/api/${act}?timeout=${timeout}`);
    await client.expect(422, shapes.unprocessable, 'POST', '/api/start', {});
  });

  it('shows the last lines of the log', async () => {
    const all = await client.expect(200, shapes.logs, 'GET', '/api/logs');
    expect(all.lines_returned).toBeGreaterThan(0);
    expect(all.logs.split('\n')).toHaveLength(all.lines_returned);
    for (const line of all.logs.split('\n')) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
    const word = /[a-z]{5,}/i.exec(all.logs.slice(30))?.[0] ?? '';
    const found = await client.expect(
      200,
      shapes.logs,
      'GET',
      `/api/logs?lines=50&filter=${word.toUpperCase()}`,
    );
    expect(found.lines_returned).toBeGreaterThan(0);
    for (const line of found.logs.split('\n')) expect(line.toLowerCase()).toContain(word.toLowerCase());
    await client.expect(200, shapes.logs, 'GET', '/api/logs?lines=10000');
    await client.expect(422, shapes.unprocessable, 'GET', '/api/logs?lines=10001');
  });

  it('validates, tests the connection and applies', async () => {
    const valid = await client.expect(200, shapes.validation, 'POST', '/api/validate', { config: LIVE() });
    expect(valid).toMatchObject({ valid: true, errors: [] });
    expect(valid.warnings.map(({ field }) => field)).toContain('auto_stop');
    const field = await client.expect(200, shapes.validation, 'POST', '/api/validate', {
      config: { ...LIVE(), pageviews_min: 0, concurrency: '501', unknown_name: 1 },
    });
    expect(field.valid).toBe(false);
    expect(field.errors.map((error) => error.field)).toEqual(
      expect.arrayContaining(['pageviews_min', 'concurrency']),
    );
    const across = await client.expect(200, shapes.validation, 'POST', '/api/validate', {
      config: { ...LIVE(), pageviews_min: 8, pageviews_max: 3 },
    });
    expect(across.valid).toBe(false);
    const numbers = { ...LIVE(), target_visits_per_day: '1000', unknown_name: 1 };
    expect(
      await client.expect(200, shapes.validation, 'POST', '/api/validate', { config: numbers }),
    ).toMatchObject({ valid: true });

    const test = { matomo_url: target.url, site_id: 1, token_auth: SUPER_TOKEN, timeout: 5 };
    const there = await client.expect(200, shapes.connection, 'POST', '/api/test-connection', test);
    expect(there).toMatchObject({ success: true, reachable: true, status_code: 200 });
    const away = { matomo_url: 'http://127.0.0.1:9', timeout: 2 };
    expect(await client.expect(200, shapes.connection, 'POST', '/api/test-connection', away)).toMatchObject({
      success: false,
      reachable: false,
    });
    await client.expect(422, shapes.unprocessable, 'POST', '/api/test-connection', {});
    await client.expect(422, shapes.unprocessable, 'POST', '/api/test-connection', { ...test, site_id: 0 });
    await client.expect(422, shapes.unprocessable, 'POST', '/api/test-connection', { ...test, timeout: 61 });

    const config = { ...LIVE(), matomo_token_auth: '***MASKED***', target_visits_per_day: 300_000 };
    const applied = await client.expect(200, shapes.applied, 'POST', '/api/config/apply', { config });
    expect(applied.success).toBe(true);
    const bad = { config: { ...config, pageviews_min: 0 } };
    const refused = await client.expect(400, shapes.detail, 'POST', '/api/config/apply', bad);
    expect(refused.detail).toMatch(/^Configuration validation failed: pageviews_min: /);
    const { config: inForce } = await client.expect(200, shapes.status, 'GET', '/api/status');
    expect(inForce).toMatchObject({ TARGET_VISITS_PER_DAY: '300000', MATOMO_TOKEN_AUTH: '***MASKED***' });
  });

  it('applies to what runs by starting it anew', async () => {
    await client.expect(200, shapes.control, 'POST', '/api/start');
    const config = { ...LIVE(), target_visits_per_day: 350_000 };
    expect(await client.expect(200, shapes.applied, 'POST', '/api/config/apply', { config })).toMatchObject({
      success: true,
      container_restarted: true,
      state: 'running',
    });
    const { config: inForce } = await client.expect(200, shapes.status, 'GET', '/api/status');
    expect(inForce).toMatchObject({ TARGET_VISITS_PER_DAY: '350000' });
    await client.expect(200, shapes.control, 'POST', '/api/stop');
  });
});

describe('what is saved', () => {
  it('presets', async () => {
    const config = { ...LIVE(), pageviews_max: 5 };
    const made = await client.expect(201, shapes.preset, 'POST', '/api/presets', {
      name: 'Evening',
      description: 'after six',
      config,
    });
    expect(made).toMatchObject({ name: 'Evening', description: 'after six' });
    expect(made.config).toMatchObject({ pageviews_max: 5, matomo_token_auth: '***MASKED***' });
    const conflict = await client.expect(409, shapes.detail, 'POST', '/api/presets', {
      name: 'Evening',
      config,
    });
    expect(conflict.detail).toBe('Preset name already exists');
    const other = await client.expect(201, shapes.preset, 'POST', '/api/presets', { name: 'Other', config });
    expect(other.description).toBeNull();
    const { presets } = await client.expect(200, shapes.presets, 'GET', '/api/presets');
    expect(presets.map(({ name }) => name)).toEqual(expect.arrayContaining(['Evening', 'Other']));
    expect(presets[0]).not.toHaveProperty('config');
    const path = `/api/presets/${made.id}`;
    expect(await client.expect(200, shapes.preset, 'GET', path)).toMatchObject({ name: 'Evening' });
    const changed = await client.expect(200, shapes.preset, 'PUT', path, {
      name: 'Night',
      description: null,
    });
    expect(changed).toMatchObject({ id: made.id, name: 'Night', description: 'after six' });
    const listed = await client.expect(200, shapes.presets, 'GET', '/api/presets');
    expect(listed.presets[0]?.name).toBe('Night');
    await client.expect(409, shapes.detail, 'PUT', path, { name: 'Other' });
    for (const body of [
      { name: '', config },
      { name: 'x'.repeat(101), config },
      { name: 'long', description: 'x'.repeat(501), config },
      { name: 'no config' },
      { name: 'more', config, more: 1 },
    ])
      await client.expect(422, shapes.unprocessable, 'POST', '/api/presets', body);
    expect(await client.expect(200, shapes.deleted, 'DELETE', path)).toMatchObject({
      deleted_id: made.id,
      message: 'Preset deleted successfully',
    });
    for (const method of ['GET', 'DELETE'])
      expect(await client.expect(404, shapes.detail, method, path)).toEqual({ detail: 'Preset not found' });
    await client.expect(404, shapes.detail, 'PUT', path, { name: 'Gone' });
  });

  const STEPS = [
    { type: 'pageview', url: 'https://shop.example/', title: 'Shop', delay_seconds_max: 3 },
    { type: 'event', event_category: 'Form', event_action: 'Submit', event_name: 'Contact', event_value: 2 },
    { type: 'site_search', search_keyword: 'shoes', search_category: 'Men', search_results: 3 },
    { type: 'outlink', target_url: 'https://partner.example/' },
    { type: 'download', target_url: 'https://shop.example/prices.pdf' },
    {
      type: 'ecommerce',
      ecommerce_revenue: 120,
      ecommerce_subtotal: 100,
      ecommerce_tax: 20,
      ecommerce_shipping: 0,
      ecommerce_items: 2,
      ecommerce_currency: 'SEK',
    },
  ];

  it('funnels, which export-funnels reads', async () => {
    const made = await client.expect(201, shapes.funnel, 'POST', '/api/funnels', {
      name: 'Purchase',
      description: 'to the end',
      probability: 0.2,
      priority: 3,
      steps: STEPS,
    });
    expect(made.config).toMatchObject({
      probability: 0.2,
      priority: 3,
      enabled: true,
      exit_after_completion: true,
    });
    expect(made.config.steps.map(({ type }) => type)).toEqual(STEPS.map(({ type }) => type));
    expect(made.config.steps[5]?.ecommerce_items).toBe(2);
    const first = { name: 'First', probability: 0.1, enabled: false, steps: STEPS.slice(0, 1) };
    const second = await client.expect(201, shapes.funnel, 'POST', '/api/funnels', first);
    expect(second.config).toMatchObject({ priority: 0, enabled: false });
    const conflict = await client.expect(409, shapes.detail, 'POST', '/api/funnels', first);
    expect(conflict.detail).toBe('Funnel name already exists');
    const { funnels } = await client.expect(200, shapes.funnels, 'GET', '/api/funnels');
    expect(funnels.map(({ name }) => name)).toEqual(['First', 'Purchase']);
    expect(funnels[1]).toMatchObject({ step_count: 6 });
    expect(funnels[1]).not.toHaveProperty('config');

    const ofEnabled = JSON.parse(place.read('funnels.json'));
    expect(ofEnabled.filter((one: { enabled: boolean }) => one.enabled)).toMatchObject([
      { name: 'Purchase', probability: 0.2, exit_after_completion: true },
    ]);
    const output = place.file('exported.json');
    const flags = ['export-funnels', '--from', client.base, '--api-key', KEY, '--output', output];
    const exported = await place.run(flags);
    expect(exported, exported.stderr).toMatchObject({ code: 0 });
    const list = JSON.parse(place.read('exported.json'));
    expect(list.map((funnel: { name: string }) => funnel.name)).toEqual(['First', 'Purchase']);
    expect(list[1]).toMatchObject({
      name: 'Purchase',
      description: 'to the end',
      probability: 0.2,
      priority: 3,
      enabled: true,
      exit_after_completion: true,
    });
    expect(list[1].steps).toHaveLength(6);

    const path = `/api/funnels/${made.id}`;
    expect(await client.expect(200, shapes.funnel, 'GET', path)).toMatchObject({ name: 'Purchase' });
    const changed = await client.expect(200, shapes.funnel, 'PUT', path, { probability: 0.5 });
    expect(changed).toMatchObject({ name: 'Purchase', config: { probability: 0.5, priority: 3 } });
    await client.expect(409, shapes.detail, 'PUT', path, { name: 'First' });
    await client.expect(422, shapes.unprocessable, 'PUT', path, { steps: [] });
    await client.expect(422, shapes.unprocessable, 'PUT', path, { steps: STEPS.slice(1) });
    const shop = STEPS.slice(0, 1);
    for (const body of [
      { name: 'a', steps: shop },
      { name: 'a', probability: 1.1, steps: shop },
      { name: 'a', probability: 0.1, priority: -1, steps: shop },
      { name: 'a', probability: 0.1, steps: [] },
      { name: 'a', probability: 0.1, steps: STEPS.slice(1) },
      { name: 'a', probability: 0.1, steps: shop, more: 1 },
      { name: 'a', probability: 0.1, steps: [{ ...shop[0], more: 1 }] },
      { name: 'a', probability: 0.1, steps: [{ type: 'pageview' }] },
      { name: 'a', probability: 0.1, steps: [...shop, { type: 'event', event_category: 'a' }] },
      { name: 'a', probability: 0.1, steps: [...shop, { type: 'site_search' }] },
      { name: 'a', probability: 0.1, steps: [...shop, { type: 'outlink' }] },
      { name: 'a', probability: 0.1, steps: [...shop, { type: 'ecommerce', ecommerce_items: 0 }] },
      { name: 'a', probability: 0.1, steps: [{ ...shop[0], delay_seconds_min: 4 }] },
      { name: 'a', probability: 0.1, steps: [{ ...shop[0], delay_seconds_max: 3601 }] },
    ])
      await client.expect(422, shapes.unprocessable, 'POST', '/api/funnels', body);
    for (const id of [made.id, second.id])
      expect(await client.expect(200, shapes.deleted, 'DELETE', `/api/funnels/${id}`)).toMatchObject({
        deleted_id: id,
        message: 'Funnel deleted successfully',
      });
    expect(await client.expect(404, shapes.detail, 'GET', path)).toEqual({ detail: 'Funnel not found' });
    await client.expect(404, shapes.detail, 'PUT', path, { probability: 0.1 });
    await client.expect(404, shapes.detail, 'DELETE', path);
    expect(JSON.parse(place.read('funnels.json'))).toEqual([]);
  });

  it('URLs', async () => {
    const before = await client.expect(200, shapes.urls, 'GET', '/api/urls');
    expect(before.source).not.toBe('custom');
    const pages = [
      '# pages',
      'https://shop.example/a/b/page1.html\tOne',
      'https://shop.example/a/c/page2.html  Two',
    ];
    const content = pages.join('\n');
    const checked = await client.expect(200, shapes.urlsChecked, 'POST', '/api/urls/validate', { content });
    expect(checked).toMatchObject({ valid: true, url_count: 2, errors: [] });
    expect(checked.warnings.length).toBeGreaterThan(0);
    expect(checked.structure).toMatchObject({ total_urls: 2, unique_domains: 1 });
    const bad = { content: `${content}\nhttps://\nno url` };
    const wrong = await client.expect(200, shapes.urlsChecked, 'POST', '/api/urls/validate', bad);
    expect(wrong).toMatchObject({ valid: false, structure: null });
    expect(wrong.errors[0]).toMatch(/^Line 4: /);
    await client.expect(200, shapes.urlsRefused, 'POST', '/api/urls', bad);
    const saved = await client.expect(200, shapes.urlsSaved, 'POST', '/api/urls', { content });
    expect(saved.validation).toMatchObject({ valid: true, url_count: 2 });
    const now = await client.expect(200, shapes.urls, 'GET', '/api/urls');
    expect(now).toMatchObject({ source: 'custom', content, line_count: 3 });
    expect(now.validation.urls).toMatchObject([
      { url: 'https://shop.example/a/b/page1.html', title: 'One', line: 2 },
      { url: 'https://shop.example/a/c/page2.html', title: 'Two', line: 3 },
    ]);
    expect(
      await client.expect(200, shapes.urlsChecked, 'POST', '/api/urls/validate', { content: '' }),
    ).toMatchObject({ valid: true, url_count: 0 });
    await client.expect(422, shapes.unprocessable, 'POST', '/api/urls', {});
    await client.expect(200, shapes.reset, 'DELETE', '/api/urls');
    expect(await client.expect(200, shapes.reset, 'DELETE', '/api/urls')).toMatchObject({
      message: 'Already using default URLs',
      restart_required: false,
    });
  });

  it('events, by id as well', async () => {
    const before = await client.expect(200, shapes.events, 'GET', '/api/events');
    expect(before.source).toBe('default');
    expect(before.config.click_events.length).toBeGreaterThan(0);
    const events = {
      click_events_probability: 0.3,
      random_events_probability: 0.1,
      click_events: [
        { category: 'Navigation', action: 'Click', name: 'Menu' },
        { category: 'Form', action: 'Submit', name: 'Newsletter', value: 3 },
      ],
      random_events: [{ category: 'System', action: 'Timer', name: 'Idle', value: null }],
    };
    const content = JSON.stringify(events);
    const checked = await client.expect(200, shapes.eventsChecked, 'POST', '/api/events/validate', {
      content,
    });
    expect(checked).toMatchObject({ valid: true, errors: [] });
    expect(checked.stats).toHaveProperty('click_event_categories');
    expect(checked.stats).toHaveProperty('random_event_categories');
    expect(
      await client.expect(200, shapes.eventsChecked, 'POST', '/api/events/validate', { content: '{' }),
    ).toMatchObject({ valid: false });
    const notJson = await client.expect(400, shapes.detail, 'POST', '/api/events', { content: '{' });
    expect(notJson.detail).toMatch(/^Invalid JSON: /);
    for (const wrong of [
      { ...events, more: 1 },
      { ...events, click_events: [{ category: '', action: 'a', name: 'b' }] },
      { ...events, click_events: [{ category: 'a', action: 'a', name: 'b', value: -1 }] },
    ])
      await client.expect(200, shapes.eventsRefused, 'POST', '/api/events', {
        content: JSON.stringify(wrong),
      });
    await client.expect(200, shapes.eventsSaved, 'POST', '/api/events', { content });
    const now = await client.expect(200, shapes.events, 'GET', '/api/events');
    expect(now).toMatchObject({ source: 'custom', config: { click_events_probability: 0.3 } });

    const { config } = JSON.parse((await client.call('GET', '/api/events')).text);
    const { id } = config.click_events[1];
    const path = `/api/events/${id}`;
    const event = { category: 'Form', action: 'Submit', name: 'Order', value: 5 };
    expect((await client.call('PUT', path, event)).status).toBe(200);
    const replaced = JSON.parse((await client.call('GET', '/api/events')).text).config.click_events[1];
    expect(replaced).toMatchObject({ id, ...event });
    await client.expect(422, shapes.unprocessable, 'PUT', path, { ...event, category: '' });
    expect((await client.call('DELETE', path)).status).toBe(200);
    await client.expect(404, shapes.detail, 'DELETE', path);
    await client.expect(404, shapes.detail, 'PUT', path, event);
    const left = await client.expect(200, shapes.events, 'GET', '/api/events');
    expect(left.config.click_events).toHaveLength(1);
    await client.expect(200, shapes.reset, 'DELETE', '/api/events');
    expect((await client.expect(200, shapes.events, 'GET', '/api/events')).source).toBe('default');
  });
});

describe('a one-off backfill', () => {
  it('runs, is cancelled and cleaned up', async () => {
    const last = await client.expect(200, shapes.backfillLast, 'GET', '/api/backfill/last');
    expect(last.payload ?? null).toBeNull();
    const before = target.sink.recorded().visits;
    const body = {
      BACKFILL_DAYS_BACK: '2',
      BACKFILL_DURATION_DAYS: 1,
      BACKFILL_MAX_VISITS_PER_DAY: 20,
      BACKFILL_MAX_VISITS_TOTAL: '20',
      BACKFILL_SEED: 5,
      BACKFILL_RUN_ONCE: true,
      UNKNOWN_NAME: 'ignored',
      name: 'one-off',
    };
    const started = await client.expect(200, shapes.backfillStarted, 'POST', '/api/backfill/run', body);
    expect(started, JSON.stringify(started)).toMatchObject({ success: true });
    const name = started.container_name ?? '';
    expect(name).toMatch(/^matomo-loadgen-backfill/);
    for (;;) {
      const { runs } = await client.expect(200, shapes.backfillStatus, 'GET', '/api/backfill/status');
      const run = runs.find(({ container_name }) => container_name === name);
      expect(run?.container_id).toBe(started.container_id);
      if (run?.exit_code === undefined || run.exit_code === null) continue;
      expect(run.exit_code).toBe(0);
      expect(run.finished_at).toBeTruthy();
      break;
    }
    expect(target.sink.recorded().visits - before).toBe(20);
    const now = await client.expect(200, shapes.backfillLast, 'GET', '/api/backfill/last');
    expect(now).toMatchObject({ success: true, payload: { BACKFILL_SEED: 5 } });
    expect(now.timestamp).toBeTruthy();
    const cleaned = await client.expect(200, shapes.backfillCleanup, 'POST', '/api/backfill/cleanup');
    expect(cleaned).toMatchObject({ success: true, removed: [name], errors: [] });
    const { runs } = await client.expect(200, shapes.backfillStatus, 'GET', '/api/backfill/status');
    expect(runs).toEqual([]);

    const slow = { ...body, BACKFILL_DAYS_BACK: 5, BACKFILL_RPS_LIMIT: 1, name: 'slow' };
    const second = await client.expect(200, shapes.backfillStarted, 'POST', '/api/backfill/run', slow);
    expect(second, JSON.stringify(second)).toMatchObject({ success: true });
    const cancel = { container_name: second.container_name };
    expect(
      await client.expect(200, shapes.backfillAct, 'POST', '/api/backfill/cancel', cancel),
    ).toMatchObject({ success: true });
    const foreign = { container_name: 'matomo-loadgen' };
    const refused = await client.expect(200, shapes.backfillAct, 'POST', '/api/backfill/cancel', foreign);
    expect(refused).toMatchObject({ success: false });
    await client.expect(422, shapes.unprocessable, 'POST', '/api/backfill/cancel', {});
    const bad = { ...body, BACKFILL_DAYS_BACK: 2, BACKFILL_START_DATE: '2026-01-01' };
    const mixed = await client.expect(200, shapes.backfillStarted, 'POST', '/api/backfill/run', bad);
    expect(mixed.success).toBe(false);
    expect(mixed.error ?? mixed.message).toBeTruthy();
  });
});

describe('what the documents promised', () => {
  it('takes a bare configuration, and starts with one', async () => {
    expect(await client.expect(200, shapes.validation, 'POST', '/api/validate', LIVE())).toMatchObject({
      valid: true,
    });
    const applied = await client.expect(200, shapes.applied, 'POST', '/api/config/apply', LIVE());
    expect(applied.success).toBe(true);
    const config = { TARGET_VISITS_PER_DAY: '250000', PAGEVIEWS_MAX: 4, MATOMO_URL: target.url };
    const started = await client.expect(200, shapes.control, 'POST', '/api/start', { config });
    expect(started).toMatchObject({ success: true, state: 'running' });
    const { config: inForce } = await client.expect(200, shapes.status, 'GET', '/api/status');
    expect(inForce).toMatchObject({ TARGET_VISITS_PER_DAY: '250000', PAGEVIEWS_MAX: '4' });
    const again = { config: { target_visits_per_day: 240_000 }, restart_if_running: true };
    expect(await client.expect(200, shapes.control, 'POST', '/api/start', again)).toMatchObject({
      success: true,
      state: 'running',
    });
    await client.expect(200, shapes.control, 'POST', '/api/stop');
  });
});

describe('the script of the predecessor', () => {
  it('meets the limit of sixty status calls a minute', { timeout: 5 * MINUTE }, async () => {
    const home = new Workplace();
    const other = home.start(['serve', '--port', '0'], { CONTROL_UI_API_KEY: KEY });
    try {
      const base = await new Promise<string>((resolve) =>
        other.child.stdout?.on('data', (chunk: string) => {
          const found = /(http:\/\/[^\s/]+)/.exec(chunk)?.[1];
          if (found) resolve(found);
        }),
      );
      const script = new Client(base);
      const answers: Answer[] = [];
      // A minute may turn meanwhile, and then the next sixty are free.
      for (let call = 0; call < 130; call++) {
        const answer = await script.call('GET', '/api/status');
        answers.push(answer);
        if (answer.status === 429) break;
      }
      const refused = answers.at(-1);
      expect(refused?.status).toBe(429);
      expect(answers.length).toBeGreaterThanOrEqual(61);
      const limited = shapes.limited.parse(JSON.parse(refused?.text ?? ''));
      expect(limited.error).toBe('Rate limit exceeded: 60 per 1 minute');
      expect(Number(refused?.headers.get('Retry-After'))).toBeGreaterThan(0);
      expect(refused?.headers.get('X-RateLimit-Limit')).toBe('60');
      expect(refused?.headers.get('X-RateLimit-Remaining')).toBe('0');
      expect(Number(refused?.headers.get('X-RateLimit-Reset'))).toBeGreaterThan(0);
      // Counted by path: another preset has its own count.
      expect((await script.call('GET', '/api/presets/1')).status).toBe(404);
    } finally {
      other.child.kill('SIGINT');
      await other.finished;
      home.remove();
    }
  });
});
