import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { EXIT } from '../../src/errors.ts';
import { createFakeHost, packageFiles } from '../doubles/fake-host.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

async function trafficinator(...args: string[]) {
  const host = createFakeHost({ files: packageFiles() });
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
    const { code, stdout } = await trafficinator('help', 'settings');
    expect(code).toBe(0);
    expect(stdout).toMatch(/in rising order:\n {2}1\. defaults\n {2}2\. --preset/);
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
