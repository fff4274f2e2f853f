import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettingsFile } from '../../src/server/settings/settings-file.ts';
import { openTestServer, type TestServer } from './harness.ts';

const SECRET = 'c'.repeat(32);
let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ env: { MATOMO_TOKEN_AUTH: SECRET } });
});
afterAll(() => server.end());

const read = (name: string, lines: readonly string[]) =>
  server.ask('/api/v2/settings/read', { body: { name, text: lines.join('\n') } });
const messagesOf = (json: unknown) =>
  (json as { readonly errors: { readonly message: string }[] }).errors.map(({ message }) => message);

describe('a settings file of a client', () => {
  it('is read with all that is wrong in it, by line', async () => {
    const { status, json } = await read('bad.env', [
      'MATOMO_URL=http://127.0.0.1:1/',
      'TARGET_VISITS_PER_DAY=viele',
      'VISIT_PER_DAYS=100',
      'TIMEZONE=Europe/Stokholm',
      'nonsense line',
    ]);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      settings: {
        MATOMO_URL: 'http://127.0.0.1:1/',
        TARGET_VISITS_PER_DAY: 'viele',
        TIMEZONE: 'Europe/Stokholm',
      },
    });
    const lines = messagesOf(json).map((message) => /bad\.env line (\d)/.exec(message)?.[1]);
    expect(lines.sort()).toEqual(['2', '3', '4', '5']);
  });

  it('may be YAML, with several targets; a token is named and not told', async () => {
    const { json, text } = await read('mine.yaml', [
      'volume: { visitsPerDay: 500 }',
      'targets:',
      `  - { name: old, url: "http://127.0.0.1:1/", tokenAuth: ${SECRET} }`,
      '  - { name: new, url: "http://127.0.0.1:2/" }',
    ]);
    expect(json).toEqual({
      settings: {
        TARGET_VISITS_PER_DAY: '500',
        MATOMO_NAME_1: 'old',
        MATOMO_URL_1: 'http://127.0.0.1:1/',
        MATOMO_NAME_2: 'new',
        MATOMO_URL_2: 'http://127.0.0.1:2/',
      },
      secrets: ['MATOMO_TOKEN_AUTH_1'],
      errors: [],
      warnings: [],
    });
    expect(text).not.toContain(SECRET);
  });

  it('cannot ask for what the environment of the service has', async () => {
    const { json, text } = await read('sly.yaml', [`site: { timezone: "\${MATOMO_TOKEN_AUTH}" }`]);
    expect(messagesOf(json)).toHaveLength(1);
    expect(text).not.toContain(SECRET);
  });
});

describe('a file that is nested without end', () => {
  const lists = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
  it.each([
    ['a.yaml', `matomoUrl: ${lists}`],
    ['a.json', `{"matomoUrl": ${lists}}`],
    ['a.yaml', `${'- '.repeat(40_000)}x`],
    ['a.yaml', `${'{a: '.repeat(40_000)}`],
  ])('is refused before it is composed, which would end the service: %s', (name, text) => {
    const { settings, errors } = readSettingsFile(name, text);
    expect(settings).toEqual({});
    expect(errors).toEqual([
      { code: 'syntax', subject: name, message: `${name} has lists in lists without end.` },
    ]);
  });

  it('is not one with targets, their fields and lists in them', () => {
    const text = 'targets:\n  - name: a\n    url: https://a.example\n    siteId: 1\n';
    expect(readSettingsFile('a.yaml', text).errors).toEqual([]);
  });
});
