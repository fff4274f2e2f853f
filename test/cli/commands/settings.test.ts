import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { settingsMarkdown } from '../../../src/config/schema/reference.ts';
import { SETTINGS } from '../../../src/config/schema/settings.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';

const PACKAGE = packageFiles();
const TOKEN = '0123456789abcdef0123456789abcdef';

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

async function settings(args: readonly string[], { env = {}, files = {} }: Given = {}) {
  const host = createFakeHost({ env, files: { ...PACKAGE, ...files } });
  const code = await main(['settings', ...args], host, new VirtualClock());
  return { code, stdout: host.stdoutText(), stderr: host.stderrText() };
}

describe('settings', () => {
  it('prints every setting once, with value, unit and origin, in groups', async () => {
    const { code, stdout, stderr } = await settings([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const names = [...stdout.matchAll(/^ {2}([A-Z]\w+) /gm)].map(([, name]) => name);
    expect(names).toEqual(SETTINGS.map(({ env }) => env));
    expect(stdout).toMatch(/^Target$/m);
    expect(stdout).toMatch(/^ {2}CONNECT_TIMEOUT +5 seconds +default$/m);
    expect(stdout).toMatch(/^ {2}BACKFILL_START_DATE +– +default$/m);
    expect(stdout).toMatch(/^ {2}ECOMMERCE_ITEMS_MIN +1 item +default$/m);
    expect(stdout).toMatch(/^ {2}ECOMMERCE_ORDER_VALUE_MAX +299.99 SEK +default$/m);
  });

  it('tells which source decided', async () => {
    const { stdout } = await settings(
      ['--preset', 'light', '--config', 'a.yaml', '--pageviews-max', '9', '--days-back', '3'],
      { env: { SEED: 'mine' }, files: { '/work/a.yaml': 'volume:\n  concurrency: 7\n' } },
    );
    expect(stdout).toMatch(/^ {2}PAGEVIEWS_MIN +2 pageviews +preset light$/m);
    expect(stdout).toMatch(/^ {2}CONCURRENCY +7 requests +a.yaml line 2$/m);
    expect(stdout).toMatch(/^ {2}SEED +mine +environment$/m);
    expect(stdout).toMatch(/^ {2}PAGEVIEWS_MAX +9 pageviews +--pageviews-max$/m);
    expect(stdout).toMatch(/^ {2}BACKFILL_DAYS_BACK +3 days +--days-back$/m);
  });

  it('shows the seed of the flag once', async () => {
    const { stdout } = await settings(['--seed', 'x']);
    expect(stdout).toMatch(/^ {2}SEED +x +--seed$/m);
    expect(stdout).toMatch(/^ {2}BACKFILL_SEED +– +default$/m);
  });

  it('fits 80 columns', async () => {
    const env = { URLS_FILE: '/work/site/folder/of/some/length/urls.txt', MATOMO_TOKEN_AUTH_FILE: 'token' };
    const files = {
      '/work/token': TOKEN,
      '/work/site/folder/of/some/length/urls.txt': 'https://x.example/',
    };
    const { stdout } = await settings(['--preset', 'heavy', '--preset', 'shop'], { env, files });
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it.each([[[]], [['--json']]])('never shows the token: %j', async (args) => {
    const { code, stdout, stderr } = await settings(args, { env: { MATOMO_TOKEN_AUTH: TOKEN } });
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain(TOKEN);
    expect(stdout).toContain('***');
  });

  it('is one object as JSON, with raw values', async () => {
    const { stdout } = await settings(['--json', '--preset', 'light']);
    const { settings: values, ...head } = JSON.parse(stdout);
    expect(head).toEqual({ schema: 1, type: 'settings' });
    expect(Object.keys(values)).toEqual(SETTINGS.map(({ env }) => env));
    expect(values.CONCURRENCY).toEqual({
      value: 10,
      origin: 'preset light',
      unit: 'requests',
      flag: '--concurrency',
      yaml: 'volume.concurrency',
    });
    expect(values.MATOMO_TOKEN_AUTH).toMatchObject({ value: null, flag: null });
    expect(values.ECOMMERCE_SHIPPING_RATES.value).toEqual([0, 5.99, 9.99, 15.99]);
  });

  it('tells problems and warnings as other commands do', async () => {
    const wrong = await settings(['--concurrency', '0', '--preset', 'hevy']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toMatch(/no preset hevy[\s\S]*CONCURRENCY must be .* \(--concurrency\)/);
    const retired = await settings([], { env: { BACKFILL_ENABLED: 'true' } });
    expect(retired.code).toBe(0);
    expect(retired.stderr).toMatch(/^warning: BACKFILL_ENABLED .* no longer has an effect/);
  });

  it('prints the documents, whatever is in force', async () => {
    const env = { CONCURRENCY: 'wrong' };
    expect(JSON.parse((await settings(['--schema'], { env })).stdout)).toHaveProperty('$schema');
    expect((await settings(['--env-template'], { env })).stdout).toMatch(/^#CONCURRENCY=50$/m);
    expect((await settings(['--markdown'], { env })).stdout).toBe(settingsMarkdown());
    expect(await settings(['--markdown', '--schema'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('docs/settings.md', () => {
  it('has the table of settings between its marks', () => {
    const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
    const [, between] = /<!-- settings -->\n\n([\s\S]*)\n<!-- \/settings -->/.exec(page) ?? [];
    // To renew it: trafficinator settings --markdown
    expect(between).toBe(settingsMarkdown());
  });
});
