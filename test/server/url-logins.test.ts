/** A password in the address of a Matomo is a secret like its token: it is used, and shown to nobody. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutLogins } from '../../src/server/settings/url-logins.ts';
import { openTestServer, type TestServer } from './harness.ts';

const URL_WITH_LOGIN = 'http://bob:sEcReT@127.0.0.1:1/';
let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.end());

/** Every file of the data folder as it is. */
function onDisk(): string {
  const files = readdirSync(server.folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    .join('\n');
}

describe('an address with a user name and a password', () => {
  it('keeps them encrypted with settings, presets and schedules, and none of these shows them', async () => {
    await server.ask('/api/v2/settings/kept', {
      method: 'PATCH',
      body: { settings: { MATOMO_URL: URL_WITH_LOGIN } },
    });
    await server.ask('/api/config/apply', { body: { config: { matomo_url: URL_WITH_LOGIN } } });
    const config = { matomo_url: URL_WITH_LOGIN, matomo_headers: 'X-A: 1' };
    await server.ask('/api/presets', { body: { name: 'with login', config } });
    const change = await server.ask('/api/presets/1', { method: 'PUT', body: { config } });
    expect(change.json).toMatchObject({
      config: { matomo_url: 'http://127.0.0.1:1/', matomo_headers: '***MASKED***' },
    });
    const schedule = {
      name: 'night',
      cron: '0 3 * * *',
      command: 'run',
      settings: { matomoUrl: URL_WITH_LOGIN },
    };
    await server.ask('/api/v2/schedules', { body: schedule });
    const shown = await Promise.all(
      ['/api/v2/settings/kept', '/api/v2/bundle', '/api/presets/1', '/api/v2/schedules', '/api/status'].map(
        async (path) => (await server.ask(path, { key: server.readKey })).text,
      ),
    );
    const login = Buffer.from('bob:sEcReT').toString('base64');
    for (const text of [...shown, onDisk()]) {
      expect(text).not.toContain('sEcReT');
      expect(text).not.toContain(login);
    }
    expect(server.service.base().get('MATOMO_HEADERS')).toBe(`Authorization: Basic ${login}`);
    expect(server.service.secrets.read('preset 1').get('MATOMO_HEADERS')).toBe(
      `X-A: 1\nAuthorization: Basic ${login}`,
    );
  });

  it('of one target among several becomes a header of that target', () => {
    const header = `Authorization: Basic ${Buffer.from('bob:sEcReT').toString('base64')}`;
    const given = { matomo_url_2: URL_WITH_LOGIN, MATOMO_HEADERS_2: 'X-A: 1', concurrency: 3 };
    expect(withoutLogins(given)).toEqual({
      matomo_url_2: 'http://127.0.0.1:1/',
      MATOMO_HEADERS_2: `X-A: 1\n${header}`,
      concurrency: 3,
    });
  });

  it('is refused beside headers that nobody can see here', async () => {
    const config = { matomo_url: URL_WITH_LOGIN, matomo_headers: '***MASKED***' };
    const { status, text } = await server.ask('/api/presets/1', { method: 'PUT', body: { config } });
    expect(status).toBe(422);
    expect(text).not.toContain('sEcReT');
  });
});
