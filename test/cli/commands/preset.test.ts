import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { main } from '../../../src/cli/main.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';

const PACKAGE = packageFiles();
const DIR = '/home/user/.config/trafficinator/presets';
const TOKEN = '0123456789abcdef0123456789abcdef';

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly isTty?: boolean;
}

async function preset(args: readonly string[], given: Given = {}) {
  const host = createFakeHost({ ...given, files: { ...PACKAGE, ...given.files } });
  const code = await main(['preset', ...args], host, new VirtualClock());
  return { code, stdout: host.stdoutText(), stderr: host.stderrText(), files: host.files };
}

describe('preset list', () => {
  const files = { [`${DIR}/evening.env`]: '# evening: after work.\nTARGET_VISITS_PER_DAY=3000\n' };

  it('has name, visits a day, purpose and place of each, at most 80 columns wide', async () => {
    const { code, stdout, stderr } = await preset(['list'], { files });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^heavy +50,000 {2}a busy site +built in$/m);
    expect(stdout).toMatch(/^shop {2,}an online shop for outdoor clothing +built in$/m);
    expect(stdout).toMatch(/^evening +3,000 {2}after work +\/home\/user\/.*evening.env$/m);
    for (const line of stdout.split('\n').filter((text) => text.endsWith('built in'))) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it('is headed on a terminal only', async () => {
    expect((await preset(['list'], { isTty: true })).stdout).toMatch(/name .*visits a day .*what it is for/);
    expect((await preset(['list'])).stdout).not.toContain('what it is for');
  });

  it('is one object a line as JSON', async () => {
    const { stdout } = await preset(['list', '--json'], { files });
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.find(({ name }) => name === 'evening')).toEqual({
      schema: 1,
      type: 'preset',
      name: 'evening',
      visitsPerDay: 3000,
      purpose: 'after work',
      builtIn: false,
      path: `${DIR}/evening.env`,
    });
    expect(rows.find(({ name }) => name === 'shop')).toMatchObject({ visitsPerDay: null, builtIn: true });
  });
});

describe('preset show', () => {
  const env =
    '# Mine\nCONCURRENCY=7\nDECLARED_EVENTS=outage 2026-10-03T02:00 for 45m\nURLS_FILE=mine/urls.txt\n';
  const files = { [`${DIR}/mine.env`]: env, [`${DIR}/other.yaml`]: 'volume:\n  seed: "it\'s # one"\n' };

  it('prints the file as it is', async () => {
    expect((await preset(['show', 'mine'], { files })).stdout).toBe(env);
    expect((await preset(['show', 'mine', '--format', 'env'], { files })).stdout).toBe(env);
  });

  it('prints the values as YAML', async () => {
    const { stdout } = await preset(['show', 'mine', '--format', 'yaml'], { files });
    expect(parse(stdout)).toEqual({
      volume: { declaredEvents: ['outage 2026-10-03T02:00 for 45m'], concurrency: 7 },
      visits: { urlsFile: 'mine/urls.txt' },
    });
  });

  it.each(['light', 'shop'])('loses nothing of %s on the way to YAML and back', async (name) => {
    const { stdout } = await preset(['show', name, '--format', 'yaml']);
    const copy = { '/package/presets/copy.yaml': stdout };
    expect(await preset(['diff', name, 'copy'], { files: copy })).toMatchObject({ code: 0, stdout: '' });
    const env = await preset(['show', 'copy', '--format', 'env'], { files: copy });
    const again = { '/package/presets/again.env': env.stdout };
    expect(await preset(['diff', name, 'again'], { files: again })).toMatchObject({ code: 0, stdout: '' });
  });

  it('quotes what a .env file would read otherwise', async () => {
    const { stdout } = await preset(['show', 'other', '--format', 'env'], { files });
    expect(stdout).toBe("SEED=`it's # one`\n");
  });

  it('refuses to convert a preset that is wrong', async () => {
    const wrong = { [`${DIR}/mine.env`]: 'CONCURENCY=7\n' };
    const { code, stderr } = await preset(['show', 'mine', '--format', 'yaml'], { files: wrong });
    expect(code).toBe(2);
    expect(stderr).toMatch(/CONCURENCY \(preset mine\) is not a setting/);
  });
});

describe('preset compare, or diff', () => {
  it('has the show the settings that differ between two presets', async () => {
    const { code, stdout } = await preset(['compare', 'light', 'medium']);
    expect(code).toBe(0);
    expect((await preset(['diff', 'light', 'medium'])).stdout).toBe(stdout);
    expect(stdout).toMatch(/^TARGET_VISITS_PER_DAY +1000 visits +10000 visits$/m);
    expect(stdout).not.toMatch(/TIMEZONE|ECOMMERCE_ORDER_VALUE_MIN/);
  });

  it('takes the default where a preset says nothing', async () => {
    const { stdout } = await preset(['diff', 'light', 'shop', '--json']);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.find(({ name }) => name === 'TARGET_VISITS_PER_DAY')).toMatchObject({ a: 1000, b: 20_000 });
    expect((await preset(['diff', 'light', 'shop'])).stdout).toMatch(
      /1000 visits +20000 visits \(default\)$/m,
    );
  });

  it('says when there is nothing to say, and refuses unknown names', async () => {
    const none = await preset(['diff', 'light', 'light']);
    expect(none).toMatchObject({ code: 0, stdout: '', stderr: 'light and light are the same\n' });
    expect(await preset(['diff', 'light', 'meduim'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('preset save', () => {
  const env = { MATOMO_TOKEN_AUTH: TOKEN, MATOMO_URL: 'https://m.example/', MATOMO_SITE_ID: '3', SEED: 'x' };

  it('keeps what is in force and no default; never URL, site or token', async () => {
    const args = [
      'save',
      'evening',
      '--preset',
      'light',
      '--active-hours',
      '17:00-23:00',
      '--days-back',
      '3',
    ];
    const { code, stdout, stderr, files } = await preset(args, { env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const text = files.get(`${DIR}/evening.env`) ?? '';
    expect(text).toMatch(/^# evening: saved from preset light, --active-hours, environment, --days-back$/m);
    expect(text).toMatch(/^ACTIVE_HOURS=17:00-23:00$/m);
    expect(text).toMatch(/^BACKFILL_DAYS_BACK=3$/m);
    expect(text).toMatch(/^SEED=x$/m);
    expect(text).toMatch(/^CONCURRENCY=10$/m);
    expect(text).not.toMatch(/MATOMO|STALL_TIMEOUT/);
    expect(text + stderr).not.toContain(TOKEN);
    expect(stderr).toMatch(/^\d+ settings saved in .*evening.env$/m);
  });

  it('is read again as it was saved', async () => {
    const events = 'spike 2026-11-27T18:00 x3 for 6h; holiday 2026-12-24 x0.4';
    const args = ['--preset', 'shop', '--declared-events', events, '--goal-ids', '1,2', '--seed', "it's # 1"];
    const saved = await preset(['save', 'mine', ...args, '--purpose', 'a  test']);
    const text = saved.files.get(`${DIR}/mine.env`) ?? '';
    expect(text).toMatch(/^# mine: a test\n/);
    const files = { [`${DIR}/mine.env`]: text };
    const again = await preset(['save', 'again', '--preset', 'mine'], { files });
    const body = (whole = '') => whole.slice(whole.indexOf('\n'));
    expect(body(again.files.get(`${DIR}/again.env`))).toBe(body(text));
    expect(await preset(['show', 'mine', '--format', 'yaml'], { files })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/spike 2026-11-27T18:00 x3 for 6h/),
    });
  });

  it('finds a file again that was named relative to where the command started', async () => {
    const { files } = await preset(['save', 'mine', '--urls-file', 'sub/urls.txt']);
    expect(files.get(`${DIR}/mine.env`)).toMatch(/^URLS_FILE=\/work\/sub\/urls.txt$/m);
  });

  it('overwrites with --force only, and takes the older format away', async () => {
    const files = { [`${DIR}/mine.yaml`]: 'volume:\n  concurrency: 7\n' };
    const refused = await preset(['save', 'mine', '--seed', '1'], { files });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/already is a preset mine: .*mine.yaml[\s\S]*--force/);
    expect(refused.files.has(`${DIR}/mine.env`)).toBe(false);
    const forced = await preset(['save', 'mine', '--seed', '1', '--force'], { files });
    expect(forced.code).toBe(0);
    expect([...forced.files.keys()].filter((path) => path.startsWith(DIR))).toEqual([`${DIR}/mine.env`]);
  });

  it.each([
    [['save', 'light', '--seed', '1'], /light is a built-in preset/],
    [['save', '../up', '--seed', '1'], /preset name can have letters/],
    [['save', 'mine'], /nothing to save/],
    [['save', 'mine', '--concurrency', '0'], /CONCURRENCY must be/],
  ])('refuses %j', async (args, words) => {
    const { code, stderr, files } = await preset(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
    expect([...files.keys()].filter((path) => path.startsWith(DIR))).toEqual([]);
  });
});

describe('preset delete', () => {
  it("deletes one of the user's, and says what the name means now", async () => {
    const own = { [`${DIR}/mine.env`]: '', [`${DIR}/light.env`]: '' };
    const mine = await preset(['delete', 'mine'], { files: own });
    expect(mine).toMatchObject({ code: 0, stdout: '', stderr: `${DIR}/mine.env deleted\n` });
    expect(mine.files.has(`${DIR}/mine.env`)).toBe(false);
    const light = await preset(['delete', 'light'], { files: own });
    expect(light.stderr).toBe(`${DIR}/light.env deleted; light now is the built-in preset\n`);
  });

  it('refuses a built-in one, an unknown one and a path', async () => {
    const builtIn = await preset(['delete', 'heavy']);
    expect(builtIn.code).toBe(2);
    expect(builtIn.stderr).toMatch(/heavy is a built-in preset and cannot be deleted/);
    expect(builtIn.files.has('/package/presets/heavy.env')).toBe(true);
    expect((await preset(['delete', 'hevy'])).stderr).toMatch(/no preset hevy[\s\S]*heavy/);
    const path = await preset(['delete', '/work/x.env'], { files: { '/work/x.env': '' } });
    expect(path.code).toBe(2);
    expect(path.files.has('/work/x.env')).toBe(true);
  });
});
