import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { main } from '../../src/cli/main.ts';
import { createFakeHost, packageFiles } from '../doubles/fake-host.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';
import { type Env, type Finished, openTarget, STACK, SUPER_TOKEN, Workplace } from '../process/binary.ts';

const place = new Workplace();
afterAll(() => place.remove());

const PACKAGE = packageFiles();
const COMMANDS = ['run', 'backfill', 'validate', 'verify', 'preset', 'export-funnels', 'sink', 'history'];

/** The command line in this process, on files in memory, at noon of 20 October 2026 (UTC). */
async function inProcess(
  args: readonly string[],
  env: Env = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Finished & { readonly files: ReadonlyMap<string, string> }> {
  const host = createFakeHost({ env, files: { ...PACKAGE, ...files } });
  const code = await main(args, host, new VirtualClock());
  return { code, stdout: host.stdoutText(), stderr: host.stderrText(), files: host.files };
}

describe('help', () => {
  it.each(COMMANDS)('of %s has examples and goes to standard output', async (command) => {
    const { code, stdout, stderr } = await inProcess([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain(`$ trafficinator ${command}`);
    expect(stderr).toBe('');
    expect(await inProcess(['help', command])).toMatchObject({ code: 0, stdout });
  });

  const COMMON =
    '--preset --config --url --site-id --token-file --timezone --sink --visits-per-day --concurrency --seed --shard --dry-run --record --json';
  it.each([
    ['run', '--daily-cap --stop-after --for --active-hours --shape --timing'],
    ['backfill', '--from --to --days-back --days --max-visits --rps --batch-size'],
  ])('of %s lists every flag that scripts rely on', async (command, own) => {
    const { stdout } = await inProcess([command, '--help-all']);
    for (const flag of `${COMMON} ${own}`.split(' '))
      expect(stdout).toMatch(new RegExp(`^ +(-\\w, )?${flag}( |$)`, 'm'));
  });

  it('names all commands and the exit codes where no command is given', async () => {
    const { code, stdout } = await inProcess([]);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ +${command} `, 'm'));
    expect(stdout).toContain('Exit codes:');
  });
});

describe('validate', () => {
  it('says what is fine, and what is allowed but rarely meant', async () => {
    const args = ['validate', '--skip-connection', '--concurrency', '300'];
    const { code, stdout, stderr } = await inProcess(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok .*settings.* 20,000 visits a day/m);
    expect(stdout).toMatch(/^ok .*files.* 2,000 pages, 3 funnels/m);
    expect(stdout).toMatch(/^warning +.*CONCURRENCY is 300 \(--concurrency\)/m);
    expect(stderr).toBe('');
  });

  it('asks the target without leaving a trace', async () => {
    const target = await openTarget();
    const env = { MATOMO_TOKEN_AUTH: SUPER_TOKEN, TIMEZONE: 'UTC', ECOMMERCE_CURRENCY: 'EUR' };
    const { code, stdout, stderr } = await inProcess(['validate', '--url', target.url], env);
    await target.close();
    expect(stdout).toMatch(/^ok .*hits for site 1/m);
    expect(stdout + stderr).not.toContain(SUPER_TOKEN);
    expect(code).toBe(0);
    expect(target.faults.requests).toBeGreaterThan(0);
    expect(target.sink.recorded()).toMatchObject({ recorded: 0, visits: 0 });
  });

  it('ends with 2 where the settings are wrong, and with 3 where the site is', async () => {
    const target = await openTarget();
    const env = { RANDOMIZE_VISITOR_COUNTRIES: 'false' };
    const wrong = await inProcess(['validate', '--url', target.url, '--site-id', '0'], env);
    const asked = target.faults.requests;
    const unknown = await inProcess(['validate', '--url', target.url, '--site-id', '77'], env);
    await target.close();
    expect(wrong.code).toBe(2);
    expect(wrong.stdout + wrong.stderr).toMatch(/^error.*MATOMO_SITE_ID must be .* but is .*0/m);
    expect(asked).toBe(0);
    expect(unknown.code).toBe(3);
    expect(unknown.stdout + unknown.stderr).toMatch(/^error.* site 77/m);
  });
});

describe('preset', () => {
  it("lists the presets, the user's own as well, and shows one", async () => {
    const own = { '/home/user/.config/trafficinator/presets/mine.env': 'CONCURRENCY=7' };
    const list = await inProcess(['preset', 'list'], {}, own);
    const names = list.stdout.trimEnd().split('\n');
    const builtIn = names.filter((line) => line.endsWith('built in')).map((line) => line.split(/\s+/)[0]);
    expect(builtIn).toEqual(expect.arrayContaining(['extreme', 'heavy', 'light', 'medium']));
    expect(names.filter((line) => !line.endsWith('built in'))).toEqual([
      expect.stringMatching(/^mine +\/home\/user\/.config\/trafficinator\/presets\/mine.env$/),
    ]);
    const shown = await inProcess(['preset', 'show', 'mine'], {}, own);
    expect(shown).toMatchObject({ code: 0, stdout: 'CONCURRENCY=7\n', stderr: '' });
  });

  it('refuses a name that nobody knows', async () => {
    const { code, stdout, stderr } = await inProcess(['preset', 'show', 'meduim']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/no preset meduim. Available presets: .*extreme, heavy, light, medium/);
  });
});

describe('export-funnels', () => {
  it('writes JSON that is taken as funnels again, and the same as YAML', async () => {
    const first = await inProcess(['export-funnels']);
    expect(JSON.parse(first.stdout)).toHaveLength(3);
    const files = { '/work/funnels.json': first.stdout };
    const again = await inProcess(['export-funnels'], { FUNNEL_CONFIG_PATH: 'funnels.json' }, files);
    expect(again.stdout).toBe(first.stdout);
    const yaml = await inProcess(['export-funnels', '--format', 'yaml']);
    expect(parse(yaml.stdout)).toEqual(JSON.parse(first.stdout));
    const read = await inProcess(
      ['export-funnels'],
      { FUNNEL_CONFIG_PATH: 'f.yaml' },
      { '/work/f.yaml': yaml.stdout },
    );
    expect(read.stdout).toBe(first.stdout);
    for (const { code, stderr } of [first, again, yaml, read])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('writes a file where one is named, and says why it cannot', async () => {
    const { code, stdout, files } = await inProcess(['export-funnels', '--output', '/work/out.json']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(JSON.parse(files.get('/work/out.json') ?? '')).toHaveLength(3);
    const refused = await place.run(['export-funnels', '--output', '.']);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/--output: \. cannot be written/);
  });
});

describe('a dry run', () => {
  it('shows the hours of the day, none with visits outside of the active ones', async () => {
    const args = ['run', '--dry-run', '--visits-per-day', '500', '--active-hours', '22:00-06:00'];
    const { code, stdout } = await inProcess(args);
    expect(code).toBe(0);
    const bars = [...stdout.matchAll(/^(\d\d):00 +([\d,]+)/gm)].map(([, hour, count]) => [
      Number(hour),
      Number(count),
    ]);
    expect(bars).toHaveLength(24);
    for (const [hour = 0, count = 0] of bars) {
      if (hour >= 6 && hour < 22) expect(count).toBe(0);
    }
    expect(bars.reduce((sum, [, count = 0]) => sum + count, 0)).toBe(500);
  });
});

describe('sink', () => {
  it('prints its address, answers, and ends on SIGINT', async () => {
    const running = place.start(['sink', '--port', '0']);
    const stdout = running.child.stdout;
    if (!stdout) throw new Error('no standard output');
    const [text] = await once(stdout, 'data');
    const url = String(text).trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/matomo\.php$/);
    const hit = await fetch(`${url}?idsite=1&rec=1&url=https://example.test/&_id=0123456789abcdef`);
    expect(hit.status).toBe(200);
    const recorded = await (await fetch(new URL('/recorded', url))).json();
    expect(recorded).toMatchObject({ recorded: 1, visits: 1 });
    running.child.kill('SIGINT');
    const { code, stdout: printed, stderr } = await running.finished;
    expect(code).toBe(0);
    expect(printed.trim()).toBe(url);
    expect(stderr).not.toMatch(STACK);
  });
});

describe('standard output', () => {
  it('may be closed by its reader, which ends the command quietly', async () => {
    const running = place.start([
      'backfill',
      '--sink',
      '--days-back',
      '20',
      '--visits-per-day',
      '200',
      '--json',
    ]);
    running.child.stdout?.once('data', () => running.child.stdout?.destroy());
    const { code, stderr } = await running.finished;
    expect(stderr).toBe('');
    expect(code).toBe(141);
  });

  it.each(['--version', '-V', 'run --version'])('holds the version and nothing else for %s', async (args) => {
    const { code, stdout, stderr } = await place.run(args.split(' '));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });
});
