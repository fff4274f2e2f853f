import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestServer, type TestServer } from './harness.ts';

const TOKEN = 'd'.repeat(32);
const STEPS = [{ type: 'pageview', url: 'https://shop.example/a', title: 'A' }];
const URLS = Array.from({ length: 12 }, (_, i) => `https://shop.example/${i}\tPage ${i}`).join('\n');

let here: TestServer;
let there: TestServer;
beforeAll(async () => {
  [here, there] = await Promise.all([openTestServer(), openTestServer()]);
  await here.ask('/api/config/apply', {
    body: { matomo_url: 'https://m.example', concurrency: 9, matomo_token_auth: TOKEN },
  });
  const config = { target_visits_per_day: 700, matomo_token_auth: TOKEN };
  await here.ask('/api/presets', { body: { name: 'Evening', description: 'quiet', config } });
  await here.ask('/api/funnels', { body: { name: 'Sign-up', probability: 0.2, steps: STEPS } });
  await here.ask('/api/urls', { body: { content: URLS } });
  const events = { click_events: [{ category: 'Video', action: 'play', name: 'Intro' }], random_events: [] };
  await here.ask('/api/events', { body: { content: JSON.stringify(events) } });
  await here.ask('/api/v2/schedules', {
    body: {
      name: 'nightly',
      cron: '30 2 * * *',
      timezone: 'UTC+5.5',
      command: 'backfill',
      settings: { BACKFILL_DAYS_BACK: 1, BACKFILL_DURATION_DAYS: 1, MATOMO_TOKEN_AUTH: TOKEN },
    },
  });
});
afterAll(() => Promise.all([here.end(), there.end()]));

interface Plan {
  readonly changes: readonly { readonly kind: string; readonly name: string; readonly action: string }[];
  readonly digest: string;
}

const exported = async (server: TestServer) => (await server.ask('/api/v2/bundle')).json;
const compare = async (bundle: unknown) =>
  (await there.ask('/api/v2/bundle/compare', { body: { bundle } })).json as Plan;

describe('a bundle', () => {
  it('has everything that was set up, and no secret', async () => {
    const { text, json } = await here.ask('/api/v2/bundle', { key: here.readKey });
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain('MASKED');
    expect(json).toMatchObject({
      settings: { MATOMO_URL: expect.stringContaining('https://m.example'), CONCURRENCY: '9' },
      presets: [{ name: 'Evening', config: { target_visits_per_day: 700 } }],
      funnels: [{ name: 'Sign-up', probability: 0.2 }],
      urls: URLS,
      events: { click_events: [{ category: 'Video' }] },
      schedules: [{ name: 'nightly', timezone: 'UTC+5.5' }],
    });
  });

  it('tells what it would change, changes nothing before that is confirmed, and then all of it', async () => {
    const bundle = await exported(here);
    const before = await exported(there);
    const { changes, digest } = await compare(bundle);
    expect(changes.every(({ action }) => action === 'add')).toBe(true);
    expect(changes.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['setting', 'preset', 'funnel', 'urls', 'events', 'schedule']),
    );
    expect(await exported(there)).toEqual(before);
    const imported = await there.ask('/api/v2/bundle/import', { body: { bundle, digest } });
    expect(imported.status).toBe(200);
    expect(await exported(there)).toEqual(bundle);
    const again = await compare(bundle);
    expect(again.changes.every(({ action }) => action === 'same')).toBe(true);
    const { entries } = (await there.ask('/api/v2/audit?limit=1')).json as { entries: unknown[] };
    expect(entries[0]).toMatchObject({ action: 'bundle.import' });
  });

  it('that was not looked at as it is, or by the read-only key, is not imported', async () => {
    const bundle = { ...((await exported(here)) as object), urls: null };
    const body = { bundle, digest: 'x' };
    expect((await there.ask('/api/v2/bundle/import', { body })).status).toBe(409);
    const { digest } = await compare(bundle);
    await there.ask('/api/funnels', { body: { name: 'Meanwhile', probability: 0.1, steps: STEPS } });
    expect((await there.ask('/api/v2/bundle/import', { body: { bundle, digest } })).status).toBe(409);
    const readOnly = await there.ask('/api/v2/bundle/import', { body, key: there.readKey });
    expect(readOnly.status).toBe(403);
  });

  it('keeps what it does not name, and tokens', async () => {
    const bundle = (await exported(here)) as { schedules: object[] };
    const [schedule] = bundle.schedules;
    const changed = { ...bundle, schedules: [{ ...schedule, cron: '0 3 * * *' }] };
    const plan = (await here.ask('/api/v2/bundle/compare', { body: { bundle: changed } })).json as Plan;
    const differing = plan.changes.filter(({ action }) => action !== 'same');
    expect(differing).toEqual([{ kind: 'schedule', name: 'nightly', action: 'change' }]);
    await here.ask('/api/funnels', { body: { name: 'Extra', probability: 0.1, steps: STEPS } });
    const { digest } = (await here.ask('/api/v2/bundle/compare', { body: { bundle: changed } })).json as Plan;
    await here.ask('/api/v2/bundle/import', { body: { bundle: changed, digest } });
    const { schedules } = (await here.ask('/api/v2/schedules')).json as { schedules: unknown[] };
    expect(schedules).toMatchObject([{ cron: '0 3 * * *', settings: { MATOMO_TOKEN_AUTH: '***MASKED***' } }]);
    const { presets } = (await here.ask('/api/presets')).json as { presets: { config?: unknown }[] };
    expect(presets).toHaveLength(1);
    expect(JSON.stringify((await here.ask('/api/presets/1')).json)).toContain('***MASKED***');
    expect(JSON.stringify((await here.ask('/api/funnels')).json)).toContain('Extra');
  });

  it.each([
    ['another format', { format: 'zip' }],
    ['an unknown setting', { settings: { nonsense: 1 } }],
    ['a setting out of bounds', { settings: { CONCURRENCY: 0 } }],
    ['a funnel without steps', { funnels: [{ name: 'x', probability: 0.1, steps: [] }] }],
    ['two presets of one name', { presets: ['a', 'a'].map((name) => ({ name, config: {} })) }],
    ['pages that are no addresses', { urls: 'not an address' }],
    ['events that are none', { events: { click_events: [{ category: '' }] } }],
    ['a schedule at no time', { schedules: [{ name: 'x', cron: 'often', command: 'run' }] }],
  ])('with %s is refused as a whole', async (_, more) => {
    const bundle = { format: 'trafficinator-bundle', version: 1, ...more };
    const before = await exported(there);
    expect((await there.ask('/api/v2/bundle/compare', { body: { bundle } })).status).toBe(422);
    expect(await exported(there)).toEqual(before);
  });
});
