import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSinkConfig } from '../../../src/sink/config.ts';
import { openTarget, SUPER_TOKEN, type Target, Workplace } from '../binary.ts';

const NEW_YORK = parseSinkConfig({
  sites: [
    { id: 4, name: 'Shop', timezone: 'America/New_York', currency: 'USD' },
    { id: 5, name: 'As Matomo makes them', ecommerce: false },
  ],
  tokens: [{ token: SUPER_TOKEN, role: 'super' }],
});
const places: Workplace[] = [];
let target: Target;
afterAll(async () => {
  await target.close();
  for (const place of places) place.remove();
});

async function furnished(): Promise<Workplace> {
  target ??= await openTarget(NEW_YORK);
  const place = new Workplace();
  places.push(place);
  place.write('token.txt', `${SUPER_TOKEN}\n`);
  return place;
}

const words = (text: string) => text.split(' ');
const init = (place: Workplace, ...more: string[]) =>
  place.run(['init', '-u', target.url, '--site-id', '4', '--token-file', 'token.txt', ...more]);

describe('init', () => {
  it("writes a file with the site's timezone and currency that every command in the folder uses", async () => {
    const place = await furnished();
    const written = await init(place);
    expect(written.code).toBe(0);
    expect(written.stdout).toMatch(/\nReady\.\n$/);
    const text = readFileSync(place.file('trafficinator.yaml'), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=trafficinator\.schema\.json\n/);
    expect(text).toContain('timezone: America/New_York');
    expect(text).toContain('currency: USD');
    expect(text + written.stdout + written.stderr).not.toContain(SUPER_TOKEN);
    const schema = JSON.parse(readFileSync(place.file('trafficinator.schema.json'), 'utf8'));
    expect(schema.properties.matomo.properties.siteId).toBeDefined();

    const sent = await place.run(['backfill', '--days-back', '1', '--visits-per-day', '5', '--json']);
    expect(sent.code).toBe(0);
    expect(sent.stderr.split('\n')[0]).toBe('settings from trafficinator.yaml');
    expect(target.sink.recorded().visits).toBe(5);
    const left = await place.run(['backfill', '--days-back', '1', '--no-config']);
    expect(left.code).toBe(2);
    expect(left.stderr).toContain('MATOMO_URL (--url) must be the address of your Matomo');
  });

  it('writes a .env file too, and nothing over a file that is there but with --force', async () => {
    const place = await furnished();
    expect((await init(place, '--format', 'env')).code).toBe(0);
    expect(readFileSync(place.file('trafficinator.env'), 'utf8')).toContain('TIMEZONE=America/New_York\n');
    const again = await init(place, '--format', 'env');
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('already has a settings file: trafficinator.env');
    expect((await init(place)).code).toBe(2);
    expect((await init(place, '--format', 'env', '--force')).code).toBe(0);
  });

  it('turns off what the site does not record, so that every command accepts the file', async () => {
    const place = await furnished();
    const written = await init(place, '--site-id', '5');
    expect(written.code).toBe(0);
    expect(written.stdout).toMatch(/\nReady\.\n$/);
    expect(written.stderr).toContain('without orders, which the site does not record');
    expect(readFileSync(place.file('trafficinator.yaml'), 'utf8')).toContain(
      'ecommerce:\n  probability: 0\n',
    );
    const sent = await place.run(words('backfill --preset medium --days-back 1 --visits-per-day 5 --json'));
    expect([sent.code, sent.stdout.includes('"order":0')]).toEqual([0, true]);
  });

  it('needs the address where there is no terminal to ask on', async () => {
    const place = await furnished();
    const { code, stderr } = await place.run(['init']);
    expect(code).toBe(2);
    expect(stderr).toContain('The address of your Matomo is missing');
  });
});

describe('a settings file of the folder', () => {
  it('is below --config, the environment and flags, and a plain .env is not taken', async () => {
    const place = await furnished();
    place.write('trafficinator.env', 'CONCURRENCY=3\nPAGEVIEWS_MIN=2\nPAGEVIEWS_MAX=7\n');
    place.write('other.env', 'PAGEVIEWS_MIN=4\n');
    place.write('.env', 'SEED=taken\n');
    const args = ['settings', '--config', 'other.env', '--pageviews-max', '9', '--json'];
    const { settings } = JSON.parse((await place.run(args)).stdout);
    expect(settings.CONCURRENCY).toMatchObject({ value: 3, origin: 'trafficinator.env line 1' });
    expect(settings.PAGEVIEWS_MIN).toMatchObject({ value: 4, origin: 'other.env line 1' });
    expect(settings.PAGEVIEWS_MAX).toMatchObject({ value: 9, origin: '--pageviews-max' });
    expect(settings.SEED.value).toBeNull();
  });

  it('must be the only one', async () => {
    const place = await furnished();
    place.write('trafficinator.env', '');
    place.write('trafficinator.yaml', '');
    const { code, stderr } = await place.run(['settings']);
    expect(code).toBe(2);
    expect(stderr).toContain('trafficinator.yaml and trafficinator.env are both here');
  });
});
