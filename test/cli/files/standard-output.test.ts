import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { systemClock } from '../../../src/run/clock.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';

const FILES = packageFiles();
const DRY = 'backfill --sink --dry-run --days-back 1 --visits-per-day 5 --timezone UTC'.split(' ');

async function run(args: readonly string[], input = '') {
  const host = createFakeHost({ files: FILES, input, env: { TRAFFICINATOR_STATE_DIR: '/state' } });
  const code = await main(args, host, systemClock);
  return { code, stdout: host.stdoutText(), stderr: host.stderrText(), files: host.files };
}

describe('- in place of a file', () => {
  it('has standard output hold that result alone', async () => {
    const { code, stdout, stderr, files } = await run([...DRY, '--summary', '-']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'total', visits: { planned: 5 } });
    expect(stderr).toMatch(/^visits +5 planned/m);
    expect([...files.keys()]).not.toContain('-');
    const { stdout: csv } = await run([...DRY, '--csv', '-']);
    expect(csv.trimEnd().split('\n')).toHaveLength(2);
  });

  it.each([
    [['--summary', '-', '--json'], '--json and --summary - do'],
    [['--summary', '-', '--csv', '-'], '--summary - and --csv - do'],
  ])('is for one result: %j', async (args, message) => {
    const { code, stdout, stderr } = await run([...DRY, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.replace(/\s+/g, ' ')).toContain(message);
  });

  it('is standard input where a file is read: settings in both formats, pages, funnels', async () => {
    const visits = async (input: string) => {
      const { stdout } = await run(['settings', '--config', '-', '--json'], input);
      return JSON.parse(stdout).settings.TARGET_VISITS_PER_DAY;
    };
    const origin = 'standard input line 2';
    expect(await visits('# comment\nTARGET_VISITS_PER_DAY=7\n')).toMatchObject({ value: 7, origin });
    expect(await visits('volume:\n  visitsPerDay: 8\n')).toMatchObject({ value: 8, origin });
    expect(await visits('{"volume": {"visitsPerDay": 9}}')).toMatchObject({ value: 9 });
    const funnel = [{ name: 'Own', probability: 0.1, steps: [{ type: 'pageview', url: 'https://a.test/' }] }];
    const args = ['export-funnels', '--funnel-config-path', '-', '--output', '-'];
    expect(JSON.parse((await run(args, JSON.stringify(funnel))).stdout)).toMatchObject([{ name: 'Own' }]);
    const wrong = await run([...DRY, '--urls-file', '-'], 'https://a.test/\nnonsense\n');
    expect(wrong.stderr).toContain('standard input line 2 must be an http(s) URL');
  });
});
