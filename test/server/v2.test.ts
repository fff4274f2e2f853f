import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestServer, type TestServer } from './harness.ts';

const TOKEN = 'b'.repeat(32);
let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({
    env: { MATOMO_URL: 'http://127.0.0.1:1/', MATOMO_TOKEN_AUTH: TOKEN, TIMEZONE: 'UTC', CONCURRENCY: '7' },
  });
});
afterAll(() => server.end());

interface InForce {
  readonly isValid: boolean;
  readonly settings: readonly { readonly env: string; readonly value: unknown; readonly origin: string }[];
  readonly errors: readonly { readonly setting: string; readonly message: string }[];
  readonly assumed: readonly string[];
}

async function resolve(body: unknown): Promise<InForce> {
  return (await server.ask('/api/v2/settings/resolve', { body })).json as InForce;
}

const settingIn = ({ settings }: InForce, env: string) => settings.find((row) => row.env === env);

describe('settings', () => {
  it('are described once, with bounds, units and help', async () => {
    const { json } = await server.ask('/api/v2/settings/schema');
    const { settings, groups } = json as { settings: Record<string, unknown>[]; groups: unknown[] };
    expect(groups.length).toBeGreaterThan(4);
    expect(settings.find(({ env }) => env === 'CONCURRENCY')).toMatchObject({
      key: 'concurrency',
      default: 50,
    });
  });

  it('come from the service, then presets, then the request', async () => {
    const inForce = await resolve({ preset: 'heavy', settings: { pageviews_min: 2 } });
    expect(settingIn(inForce, 'PAGEVIEWS_MIN')).toMatchObject({ value: 2, origin: 'request' });
    expect(settingIn(inForce, 'CONCURRENCY')).toMatchObject({ value: 150, origin: 'preset heavy' });
    expect(settingIn(inForce, 'MATOMO_SITE_ID')).toMatchObject({ value: 1, origin: 'default' });
    expect(settingIn(await resolve({}), 'CONCURRENCY')).toMatchObject({ value: 7, origin: 'service' });
  });

  it('of the site stay as the service has them, whatever a built-in preset says', async () => {
    expect(settingIn(await resolve({ preset: 'heavy' }), 'TIMEZONE')).toMatchObject({ value: 'UTC' });
    const asked = await resolve({ preset: 'heavy', settings: { timezone: 'Europe/Oslo' } });
    expect(settingIn(asked, 'TIMEZONE')).toMatchObject({ value: 'Europe/Oslo', origin: 'request' });
  });

  it('that lack something still show what holds: of a backfill without days, and beside a wrong value', async () => {
    const wanted = {
      command: 'backfill',
      preset: 'shop',
      settings: { BACKFILL_RPS_LIMIT: 3, CONCURRENCY: 0 },
    };
    const inForce = await resolve({ ...wanted, sink: false });
    expect(inForce.isValid).toBe(false);
    expect(settingIn(inForce, 'TIMEZONE')).toMatchObject({ value: 'UTC', origin: 'service' });
    expect(settingIn(inForce, 'BACKFILL_RPS_LIMIT')).toMatchObject({ value: 3, origin: 'request' });
    expect(settingIn(inForce, 'PAGEVIEWS_MAX')).toMatchObject({ origin: 'preset shop' });
    for (const env of ['CONCURRENCY', 'BACKFILL_DAYS_BACK']) expect(settingIn(inForce, env)).toBeUndefined();
  });

  it('that nobody has set are those of the site, once it has said them and where a token lets a run ask', async () => {
    const site = { MATOMO_URL: 'http://127.0.0.1:2/', MATOMO_TOKEN_AUTH: TOKEN };
    const other = { ...site, MATOMO_SITE_ID: 3 };
    const asked = (settings: object) => resolve({ settings, sink: false });
    expect((await asked(site)).assumed).toEqual(['ECOMMERCE_CURRENCY']);
    const kept = { timezone: 'Asia/Tokyo', currency: 'JPY', askedMs: 1 };
    await server.service.ledgerRuns.keepSite('http://127.0.0.1:2/matomo.php', 1, kept);
    const known = await asked(site);
    expect(known.assumed).toEqual([]);
    expect(settingIn(known, 'ECOMMERCE_CURRENCY')).toMatchObject({ value: 'JPY', origin: 'site' });
    // The service has one of its own.
    expect(settingIn(known, 'TIMEZONE')).toMatchObject({ value: 'UTC', origin: 'service' });
    expect((await asked(other)).assumed).toEqual(['ECOMMERCE_CURRENCY']);
    const own = await asked({ ...site, ECOMMERCE_CURRENCY: 'NOK' });
    expect(settingIn(own, 'ECOMMERCE_CURRENCY')).toMatchObject({ value: 'NOK', origin: 'request' });
  });

  it('that are wrong are named, without a path of the disk', async () => {
    const { isValid, errors } = await resolve({ settings: { concurrency: 0, pageviews_min: 'x' } });
    expect(isValid).toBe(false);
    expect(errors.map(({ setting }) => setting).sort()).toEqual(['CONCURRENCY', 'PAGEVIEWS_MIN']);
    expect(JSON.stringify(errors)).toContain('this request');
    expect(JSON.stringify(errors)).not.toContain(server.folder);
  });

  it('show no token, in no answer', async () => {
    const inForce = await resolve({});
    expect(settingIn(inForce, 'MATOMO_TOKEN_AUTH')).toMatchObject({ value: '***MASKED***' });
    const answers = [
      await server.ask('/api/v2/settings/export', { body: {} }),
      await server.ask('/api/v2/settings/export?format=yaml', { body: {} }),
      await server.ask('/api/status'),
      await server.ask('/api/logs'),
    ];
    for (const { text } of [...answers, { text: JSON.stringify(inForce) }]) expect(text).not.toContain(TOKEN);
    expect(answers[0]?.text).toContain('CONCURRENCY=7');
    expect(answers[1]?.text).toContain('concurrency: 7');
  });

  it('that do not exist are refused by name', async () => {
    const { status, json } = await server.ask('/api/v2/settings/resolve', {
      body: { settings: { nonsense: 1 } },
    });
    expect(status).toBe(422);
    expect(json).toMatchObject({ code: 'unknown-setting', errors: [{ field: 'settings.nonsense' }] });
  });
});

describe('presets', () => {
  it('built in ones are there with their values', async () => {
    const { presets } = (await server.ask('/api/v2/presets')).json as { presets: { name: string }[] };
    expect(presets.map(({ name }) => name)).toEqual(expect.arrayContaining(['light', 'extreme', 'shop']));
    const { json } = await server.ask('/api/v2/presets/light');
    expect(json).toMatchObject({ isBuiltIn: true, settings: { TARGET_VISITS_PER_DAY: 1000 } });
    expect((await server.ask('/api/v2/presets/none')).status).toBe(404);
    expect((await server.ask('/api/v2/presets/..%2Fpackage')).status).toBe(422);
  });
});

describe('planned visits', () => {
  it('are those of the plan, with the funnels that are saved', async () => {
    const steps = [
      { type: 'pageview', url: 'https://shop.example/start', title: 'Start' },
      { type: 'event', event_category: 'Form', event_action: 'send', event_name: 'Contact' },
    ];
    await server.ask('/api/funnels', { body: { name: 'Contact', probability: 0.5, steps } });
    const ask = async (body: unknown) =>
      (await server.ask('/api/v2/previews/visits', { body })).json as {
        visits: { funnel: unknown; steps: { kind: string; text: string; page: string }[] }[];
      };
    const body = { preset: 'light', date: '2026-11-02', count: 3, funnel: 'Contact' };
    const { visits } = await ask(body);
    expect(visits).toHaveLength(3);
    for (const visit of visits) {
      expect(visit.funnel).toMatchObject({ name: 'Contact', stepCount: 2 });
      expect(visit.steps[0]).toMatchObject({ kind: 'pageview' });
    }
    expect(JSON.stringify(visits)).toContain('Form / send / Contact');
    expect(await ask(body)).toEqual({ ...(await ask(body)) });
    await server.ask('/api/funnels/1', { method: 'DELETE' });
  });

  it('are those of a funnel that is not saved, and nothing is saved', async () => {
    const steps = [
      { type: 'pageview', url: 'https://shop.example/one', title: 'One' },
      { type: 'outlink', target_url: 'https://elsewhere.example/' },
    ];
    const unsavedFunnel = { name: 'Draft', probability: 0.3, enabled: false, steps };
    const body = { preset: 'light', date: '2026-11-02', count: 2, unsavedFunnel };
    const { json } = await server.ask('/api/v2/previews/visits', { body });
    expect(json).toMatchObject({ visits: [{ funnel: { name: 'Draft' } }, { funnel: { name: 'Draft' } }] });
    expect((await server.ask('/api/funnels')).json).toEqual({ funnels: [] });
    const wrong = { ...unsavedFunnel, steps: [steps[1]] };
    const refused = await server.ask('/api/v2/previews/visits', { body: { ...body, unsavedFunnel: wrong } });
    expect(refused).toMatchObject({ status: 422, json: { detail: expect.stringContaining('pageview') } });
  });
});

describe('the preview of a day', () => {
  interface Day {
    visits: number;
    visitsByTime: { visits: number }[];
    sample: { visits: number; of: number } | null;
  }
  const ask = async (settings: unknown) =>
    (await server.ask('/api/v2/previews', { body: { preset: 'light', date: '2026-11-02', settings } }))
      .json as Day;

  it('tells the size of its sample, and has all visits of the day', async () => {
    const large = await ask({ TARGET_VISITS_PER_DAY: 30_000 });
    expect(large).toMatchObject({ visits: 30_000, sample: { visits: 1000, of: 30_000 }, partsOf: 'day' });
    expect(large.visitsByTime.reduce((sum, { visits }) => sum + visits, 0)).toBe(30_000);
    expect(await ask({ TARGET_VISITS_PER_DAY: 500 })).toMatchObject({ visits: 500, sample: null });
  });

  it.each([
    ['mirror', 300, [300, 300]],
    ['independent', 600, [300, 300]],
    ['weighted', 300, [225, 75]],
  ] as const)('is of all targets together, of a mirror that of each: %s', async (strategy, visits, each) => {
    const settings = {
      TARGET_VISITS_PER_DAY: 300,
      TARGET_STRATEGY: strategy,
      MATOMO_URL: 'https://a.example',
      MATOMO_NAME_1: 'old',
      MATOMO_WEIGHT_1: 3,
      MATOMO_URL_2: 'https://b.example',
      MATOMO_NAME_2: 'new',
    };
    const targets = [
      { name: 'old', visits: each[0] },
      { name: 'new', visits: each[1] },
    ];
    expect(await ask(settings)).toMatchObject({ visits, targets, strategy, sample: null });
  });

  it('names what is wrong with the settings', async () => {
    const { status, json } = await server.ask('/api/v2/previews', { body: { settings: { CONCURRENCY: 0 } } });
    expect(status).toBe(422);
    expect(json).toMatchObject({ errors: [{ field: expect.stringContaining('CONCURRENCY') }] });
  });
});

describe('a backfill that was prepared', () => {
  const numbers = { digest: 'd', visits: 7, hits: 20, from: '2026-01-01', to: '2026-01-01', days: [] };
  const request = {
    presets: [],
    given: {},
    isSink: true,
    again: false,
    verify: false,
    shards: 1,
    name: 'old',
  };

  it('a day ago has expired: it is shown as such, and starts nothing', async () => {
    const { plans, clock, jobs } = server.service;
    const { id } = plans.create(request, numbers, clock.now() - 24 * 3_600_000 - 1000);
    expect((await server.ask(`/api/v2/backfill-plans/${id}`)).json).toMatchObject({ state: 'expired' });
    const body = { digest: 'd', visits: 7 };
    const confirmed = await server.ask(`/api/v2/backfill-plans/${id}/confirm`, { body });
    expect(confirmed).toMatchObject({ status: 409, json: { code: 'plan-expired' } });
    expect(jobs.atWork).toEqual([]);
  });

  it('has no result before it was carried out, nor when its run was deleted', async () => {
    const { plans, clock } = server.service;
    const { id } = plans.create(request, numbers, clock.now());
    expect((await server.ask(`/api/v2/backfill-plans/${id}`)).json).toMatchObject({
      run: null,
      result: null,
    });
    plans.finish(id, 'confirmed', 4711);
    expect((await server.ask(`/api/v2/backfill-plans/${id}`)).json).toMatchObject({
      run: 4711,
      result: null,
    });
  });

  it('starts nothing for other numbers than its own', async () => {
    const { plans, clock, jobs } = server.service;
    const { id } = plans.create(request, numbers, clock.now());
    for (const body of [
      { digest: 'd', visits: 8 },
      { digest: 'e', visits: 7 },
    ]) {
      const confirmed = await server.ask(`/api/v2/backfill-plans/${id}/confirm`, { body });
      expect(confirmed).toMatchObject({ status: 409, json: { code: 'plan-differs' } });
    }
    expect(jobs.atWork).toEqual([]);
    expect((await server.ask(`/api/v2/backfill-plans/${id}`)).json).toMatchObject({ state: 'prepared' });
  });
});

describe('targets', () => {
  it('are listed, idle, without their tokens', async () => {
    const { json, text } = await server.ask('/api/v2/targets');
    expect(json).toMatchObject({
      targets: [{ url: 'http://127.0.0.1:1/matomo.php', site: 1, hasToken: true, health: 'idle', runs: [] }],
    });
    expect(text).not.toContain(TOKEN);
  });
});

describe('the audit log', () => {
  it('says who has changed what', async () => {
    await server.ask('/api/presets', { body: { name: 'noted', config: { concurrency: 3 } } });
    const { entries } = (await server.ask('/api/v2/audit?limit=1')).json as { entries: unknown[] };
    expect(entries).toMatchObject([{ who: 'full key', action: 'preset.save', subject: 'preset noted' }]);
  });
});

describe('settings that are kept for every run', () => {
  const SECRET = 'c'.repeat(32);
  const patch = (settings: object) =>
    server.ask('/api/v2/settings/kept', { method: 'PATCH', body: { settings } });

  it('hold until they are taken back; a token is kept and shown to nobody', async () => {
    const { json } = await patch({ concurrency: 9, MATOMO_TOKEN_AUTH: SECRET });
    expect(json).toEqual({ settings: { CONCURRENCY: '9', MATOMO_TOKEN_AUTH: '***MASKED***' } });
    expect(settingIn(await resolve({}), 'CONCURRENCY')).toMatchObject({ value: 9, origin: 'service' });
    expect(server.service.base().get('MATOMO_TOKEN_AUTH')).toBe(SECRET);
    await patch({ MATOMO_TOKEN_AUTH: '***MASKED***' });
    expect(server.service.base().get('MATOMO_TOKEN_AUTH')).toBe(SECRET);
    const back = await patch({ CONCURRENCY: null, MATOMO_TOKEN_AUTH: null });
    expect(back.json).toEqual({ settings: {} });
    expect(settingIn(await resolve({}), 'CONCURRENCY')).toMatchObject({ value: 7, origin: 'service' });
    expect(server.service.base().get('MATOMO_TOKEN_AUTH')).toBe(TOKEN);
  });

  it('are refused where they are wrong, unknown or of a backfill, and nothing is kept', async () => {
    for (const settings of [{ CONCURRENCY: 0 }, { nonsense: 1 }, { PAGEVIEWS_MIN: 2, BACKFILL_DAYS_BACK: 3 }])
      expect((await patch(settings)).status).toBe(422);
    expect((await server.ask('/api/v2/settings/kept')).json).toEqual({ settings: {} });
  });
});

describe('the stream', () => {
  async function read(
    path: string,
    headers: Readonly<Record<string, string>>,
    until: (text: string) => boolean,
  ) {
    const end = new AbortController();
    const answer = await fetch(server.url + path, {
      headers: { 'x-api-key': server.key, ...headers },
      signal: end.signal,
    });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (until(text)) break;
    }
    end.abort();
    return text;
  }
  const path = '/api/v2/stream?topics=logs';

  it('begins with a snapshot, and gives whoever comes back what was missed', async () => {
    const first = await read(path, {}, (text) => text.includes('event: snapshot'));
    const id = /^id: (.+)$/m.exec(first)?.[1] ?? '';
    server.service.log.info('while nobody listened');
    const second = await read(path, { 'last-event-id': id }, (text) => text.includes('nobody listened'));
    expect(second).not.toContain('snapshot');
    const other = await read(path, { 'last-event-id': 'feed-1' }, (text) => text.includes('event: snapshot'));
    expect(other).toContain('snapshot');
  });

  it('tells everybody of what somebody has saved, and not of what was only looked at', async () => {
    let isAsked = false;
    const text = await read('/api/v2/stream?topics=store', {}, (seen) => {
      if (!isAsked && seen.includes('event: snapshot')) {
        isAsked = true;
        void server
          .ask('/api/v2/settings/resolve', { body: {} })
          .then(() => server.ask('/api/presets', { body: { name: 'told', config: {} } }));
      }
      return seen.includes('event: store');
    });
    expect(text.match(/event: store/g)).toHaveLength(1);
    expect(text).toContain('"action":"preset.save"');
  });

  it('lets a client go that reads nothing', async () => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {});
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nx-api-key: ${server.key}\r\n\r\n`);
    await new Promise((resolve) => socket.once('readable', resolve));
    expect(server.service.feed.subscribers).toBe(1);
    for (let i = 0; i < 400 && server.service.feed.subscribers > 0; i++) {
      server.service.feed.publish('logs', 'log', { filler: 'x'.repeat(100_000) });
      await server.ask('/ready', { key: undefined });
    }
    expect(server.service.feed.subscribers).toBe(0);
    socket.resume();
    await closed;
  });

  it('ends its subscription when the client is gone', async () => {
    await read(path, {}, (text) => text.includes('event: snapshot'));
    for (let tries = 0; tries < 200 && server.service.feed.subscribers > 0; tries++) {
      await server.ask('/ready', { key: undefined });
    }
    expect(server.service.feed.subscribers).toBe(0);
  });
});
