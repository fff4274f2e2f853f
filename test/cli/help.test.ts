import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { FLAGS_OF } from '../../src/cli/options/flag-pointers.ts';
import { EXIT } from '../../src/errors.ts';
import { createFakeHost, packageFiles } from '../doubles/fake-host.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

async function trafficinator(...args: string[]) {
  return withColumns(80, args);
}

async function withColumns(columns: number, args: readonly string[]) {
  const host = createFakeHost({ files: packageFiles(), columns });
  const code = await main(args, host, new VirtualClock());
  return { code, stdout: host.stdoutText(), stderr: host.stderrText() };
}

describe('help exit-codes', () => {
  it('tells what each code means, whichever way it is asked for', async () => {
    const { code, stdout, stderr } = await trafficinator('help', 'exit-codes');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const exit of [...Object.values(EXIT), 130, 141, 143]) {
      expect(stdout).toMatch(new RegExp(`^ +${exit} {2}\\w`, 'm'));
    }
    expect((await trafficinator('exit-codes')).stdout).toBe(stdout);
    expect((await trafficinator('exit-codes', '--help')).stdout).toBe(stdout);
  });
});

describe('help settings', () => {
  it('tells where settings come from, and names every group', async () => {
    const { code, stdout } = await trafficinator('settings', '--help-all');
    expect(code).toBe(0);
    expect(stdout).toMatch(/the last of these wins:\n {2}1\. defaults\n {2}2\. --preset/);
    for (const title of ['Target:', 'Volume and pace:', 'Visits:', 'Shop:', 'Backfill:', 'Delivery:']) {
      expect(stdout).toMatch(new RegExp(`^${title}$`, 'm'));
    }
  });
});

describe('every command that is listed', () => {
  it('has help with examples', async () => {
    const { stdout } = await trafficinator('help');
    const [, list = ''] = /^Commands:\n([\s\S]*?)\n\n/m.exec(stdout) ?? [];
    const names = [...list.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name = '']) => name);
    expect(names).toEqual(expect.arrayContaining(['run', 'settings', 'completion', 'exit-codes']));
    for (const name of names.filter((word) => word !== 'help')) {
      expect((await trafficinator(name, '--help')).stdout, name).toContain('Examples:');
    }
  });
});

const words = (text: string) => text.split(/[\s\\]+/).filter((word) => word !== '');
const flagsIn = (text: string) =>
  new Set(text.match(/^ {2}(?:-\w, )?--[\w-]+/gm)?.map((flag) => flag.trim()));

describe('help', () => {
  it.each<string[]>([
    [],
    ['run'],
    ['run', '--help-all'],
    ['backfill'],
    ['capacity'],
    ['validate'],
    ['verify'],
    ['settings'],
    ['preset'],
    ['export-funnels'],
    ['sink'],
    ['exit-codes'],
  ])('fits into the width of the terminal, broken between words: %s %s', async (...args) => {
    const ask = args.includes('--help-all') ? args : [...args, '--help'];
    const wide = (await withColumns(120, ask)).stdout;
    for (const columns of [60, 80, 120]) {
      const { stdout } = await withColumns(columns, ask);
      for (const line of stdout.split('\n')) {
        // A word that is longer than a line stands alone on it.
        if (words(line).length > 2) expect(line.length, line).toBeLessThanOrEqual(columns);
      }
      expect(words(stdout)).toEqual(words(wide));
    }
  });

  it.each(['run', 'backfill', 'capacity'])(
    'of %s shows what most people need, and the rest when asked',
    async (command) => {
      const { stdout } = await trafficinator(command, '--help');
      const all = await trafficinator(command, '--help-all');
      expect(all.code).toBe(0);
      expect(stdout.split('\n').length).toBeLessThan(70);
      expect(flagsIn(stdout).size).toBeGreaterThan(14);
      expect(flagsIn(stdout).size).toBeLessThan(24);
      expect([...flagsIn(stdout)].filter((flag) => !flagsIn(all.stdout).has(flag))).toEqual([]);
      expect(flagsIn(all.stdout).size).toBeGreaterThan(2 * flagsIn(stdout).size);
      expect(all.stdout).toContain('[CONCURRENCY]');
      expect(stdout).not.toContain('[CONCURRENCY]');
    },
  );

  it.each(['run', 'backfill'])('of %s has plugins where most people look', async (command) => {
    const { stdout } = await trafficinator(command, '--help');
    expect(stdout).toMatch(/^ {2}--plugin <module\.\.\.> +Plugins that add traffic of your own/m);
  });

  it('says which values a flag takes', async () => {
    const { stdout } = await trafficinator('run', '--help');
    expect(stdout).toContain('--timing <realtime|compressed>');
    expect(stdout).toMatch(/--concurrency.*\(1 to 500;\s+default:\s+50\)/s);
  });

  it('leaves commands that a shell takes', async () => {
    const { stdout } = await withColumns(40, ['run', '--help']);
    const commands = stdout.match(/\$ (?:.*\\\n)*.*\n/g) ?? [];
    expect(commands.length).toBeGreaterThan(2);
    for (const command of commands)
      expect(command.replace(/\\\n\s+/g, '')).toMatch(/^\$ trafficinator run -.*\n$/);
    expect(stdout).toContain("--threshold 'latency.p95<500ms'");
  });
});

describe('a flag of another command', () => {
  it.each([
    [['run', '--days-back', '3'], '--days-back is a flag of backfill'],
    [['backfill', '--for=3s'], '--for is a flag of run'],
    [['run', '--duration', '3s'], 'In this command, the flag is called --for.'],
    [['backfill', '--duration', '3s'], 'trafficinator run has --for.'],
    [
      ['run', '--visits', '5000'],
      'Use --visits-per-day for the visits of a day, or --stop-after for those of the whole run.',
    ],
    [['backfill', '--visits', '5000'], 'or --max-visits for those of the whole backfill.'],
    [['run', '--idsite', '3'], 'In this command, the flag is called --site-id.'],
  ])('is pointed to: %j', async (args, hint) => {
    const { code, stderr } = await trafficinator(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
  });

  it('is one, and none of the command that it is missed at', async () => {
    const run = flagsIn((await trafficinator('run', '--help-all')).stdout);
    const backfill = flagsIn((await trafficinator('backfill', '--help-all')).stdout);
    for (const flag of FLAGS_OF.run ?? [])
      expect([flag, run.has(flag), backfill.has(flag)]).toEqual([flag, true, false]);
    for (const flag of FLAGS_OF.backfill ?? [])
      expect([flag, run.has(flag), backfill.has(flag)]).toEqual([flag, false, true]);
  });
});

describe('a slip', () => {
  it.each([
    [['setings'], /unknown command 'setings'[\s\S]*Did you mean settings\?/],
    [['expotr-funnels'], /Did you mean export-funnels\?/],
    [['settings', '--preste', 'light'], /unknown option '--preste'[\s\S]*--preset/],
    [['preset', 'lsit'], /unknown command 'lsit'[\s\S]*list/],
    [['export-funnels', '--tempalte', 'x'], /--template/],
  ])('is answered with the closest word: %j', async (args, words) => {
    const { code, stdout, stderr } = await trafficinator(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
  });
});
