import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/sources/load.ts';
import { createProcessHost } from '../../src/host.ts';
import { openTestServer, type TestServer } from './harness.ts';

const WEBINAR = fileURLToPath(new URL('../../examples/plugins/webinar.mjs', import.meta.url));

let server: TestServer;
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plugins-'));
  server = await openTestServer({ env: { PLUGINS: `${WEBINAR} {"rush": 50}` } });
});
afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true });
});

interface ShownPlugin {
  readonly options: Readonly<Record<string, unknown>>;
  readonly saved: Readonly<Record<string, unknown>>;
  readonly problem: string | null;
}

describe('options of a plugin', () => {
  const put = (options: object, name = 'webinar', key?: string) =>
    server.ask(`/api/v2/plugins/${name}/options`, {
      method: 'PUT',
      body: { options },
      ...(key ? { key } : {}),
    });
  const check = async (options: object) =>
    (await server.ask('/api/v2/plugins/webinar/check', { body: { options } })).json;
  const shown = async (): Promise<ShownPlugin | undefined> =>
    ((await server.ask('/api/v2/plugins')).json as { plugins: ShownPlugin[] }).plugins[0];
  /** As somebody at the command line in the same state folder has them. */
  const onTheCommandLine = (plugins: string) => {
    const own = createProcessHost();
    const env = { HOME: server.folder, TRAFFICINATOR_STATE_DIR: server.folder, PLUGINS: plugins };
    const host = { ...own, env, cwd: join(WEBINAR, '..') };
    return loadSettings({
      ...{ host, command: 'run', sink: true, hasEndTime: true, nowMs: 0, savedFolder: server.folder },
    } as const);
  };

  it('are saved for every run that starts from then on, of the service and on the command line', async () => {
    const { status, json } = await put({ hour: 9, days: ['2026-11-27'] });
    expect(status).toBe(200);
    expect(json).toMatchObject({ options: { rush: 50, hour: 9 }, given: { rush: 50 }, problem: null });
    expect(await shown()).toMatchObject({ saved: { hour: 9 }, options: { rush: 50, hour: 9 } });
    const friday = await server.ask('/api/v2/previews', {
      body: { date: '2026-11-27', settings: { visitsPerDay: 2000 } },
    });
    expect(friday.json).toMatchObject({ behaviours: { 'webinar/attend': expect.any(Number) } });
    const { settings, origins } = onTheCommandLine('./webinar.mjs {"hour": 8}');
    expect(settings.plugins).toEqual(['./webinar.mjs {"hour":8,"days":["2026-11-27"]}']);
    expect(origins.get('plugins')).toBe('environment PLUGINS, saved plugins.json');
    expect(onTheCommandLine('./other.mjs').settings.plugins).toEqual(['./other.mjs']);
    const { entries } = (await server.ask('/api/v2/audit')).json as { entries: { action: string }[] };
    expect(entries[0]).toMatchObject({
      action: 'plugin.options',
      subject: 'plugin webinar',
      detail: 'hour, days',
    });
  });

  it('are the defaults again where they are left out', async () => {
    expect((await put({})).json).toMatchObject({ saved: {}, options: { hour: 15 } });
    expect(onTheCommandLine('./webinar.mjs').settings.plugins).toEqual(['./webinar.mjs']);
  });

  it('are checked by their schema and by the plugin, and nothing wrong is saved', async () => {
    expect(await check({ hour: 9 })).toEqual({ isValid: true, problems: [] });
    expect(await check({ hour: 99 })).toMatchObject({
      isValid: false,
      problems: [expect.stringContaining('hour')],
    });
    const { status, text } = await put({ days: ['someday'] });
    expect(status).toBe(422);
    expect(text).toContain('days');
    expect((await put({ speed: 3 })).text).toContain('unknown key speed');
    expect((await shown())?.saved).toEqual({});
  });

  it('that the settings give cannot be saved, since they would have no effect', async () => {
    const { status, json } = await put({ rush: 10 });
    expect(status).toBe(422);
    expect(json).toMatchObject({ code: 'option-given', errors: [{ field: 'options.rush' }] });
  });

  it('are changed with the full key only, and of a plugin that is there', async () => {
    expect((await put({ hour: 9 }, 'webinar', server.readKey)).status).toBe(403);
    expect((await put({}, 'nobody')).status).toBe(404);
  });

  it('that do not fit any more are named, and can be replaced', async () => {
    writeFileSync(
      join(server.folder, 'plugins.json'),
      JSON.stringify([{ use: WEBINAR, options: { hour: 99 } }]),
    );
    expect(await shown()).toMatchObject({
      saved: { hour: 99 },
      options: { hour: 15 },
      problem: expect.any(String),
    });
    expect((await put({ hour: 10 })).status).toBe(200);
    expect(await shown()).toMatchObject({ options: { hour: 10 }, problem: null });
    writeFileSync(join(server.folder, 'plugins.json'), '{');
    const { text } = await server.ask('/api/v2/plugins');
    expect(text).toContain('must be a list of plugins');
    rmSync(join(server.folder, 'plugins.json'));
  });
});

describe('the plugins of the service', () => {
  it('are in the settings of a backfill too, whose days only the request says', async () => {
    const settings = { BACKFILL_START_DATE: '2026-10-01', BACKFILL_END_DATE: '2026-10-02' };
    const body = { command: 'backfill', settings: { ...settings, MATOMO_URL: 'http://127.0.0.1:9' } };
    const { status, text } = await server.ask('/api/v2/settings/resolve', { body });
    expect([status, text]).toEqual([200, text]);
    expect(text).toContain('webinar.mjs');
  });

  it('are listed with their options, the schema of those, and what they add', async () => {
    const { status, json } = await server.ask('/api/v2/plugins', { key: server.readKey });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      plugins: [
        {
          name: 'webinar',
          version: '1.0.0',
          use: WEBINAR,
          options: { rush: 50, hour: 15 },
          schema: { type: 'object' },
          hooks: { arrivals: ['start'], behaviours: ['attend'] },
        },
      ],
    });
  });

  const preview = (plugins: string[] | undefined, date: string) =>
    server.ask('/api/v2/previews', {
      body: { date, settings: { visitsPerDay: 2000, ...(plugins ? { PLUGINS: plugins } : {}) } },
    });

  it('have their share in the preview of a day', async () => {
    const thursday = await preview(undefined, '2026-11-26');
    expect(thursday.json).toMatchObject({
      visits: 2000,
      behaviours: { 'webinar/attend': expect.any(Number) },
    });
    const friday = await preview(undefined, '2026-11-27');
    expect(friday.json).toMatchObject({ visits: 2000, behaviours: {} });
  });

  it('take other options from a client', async () => {
    const { status, json } = await preview([`${WEBINAR} {"days": ["2026-11-27"]}`], '2026-11-27');
    expect(status).toBe(200);
    expect(json).toMatchObject({ behaviours: { 'webinar/attend': expect.any(Number) } });
  });

  it('are the only ones that a client may name', async () => {
    const other = join(folder, 'other.mjs');
    writeFileSync(other, 'throw new Error("this must not run");');
    const { status, text } = await preview([other], '2026-11-27');
    expect(status).toBe(422);
    expect(text).toContain(`PLUGINS names ${other}, which is no plugin of this service.`);
  });
});
