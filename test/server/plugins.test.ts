import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe('the plugins of the service', () => {
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
