import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { createLog, type LogFlags } from '../../../src/cli/output/log.ts';
import { createFakeHost, type FakeHostOptions, packageFiles } from '../../doubles/fake-host.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';

const NOON_MS = Date.UTC(2026, 9, 14, 12);

async function trafficinator(args: readonly string[], options: FakeHostOptions = {}) {
  const host = createFakeHost({ files: packageFiles(), ...options });
  const code = await main(args, host, new VirtualClock(NOON_MS));
  return { code, stdout: host.stdoutText(), stderr: host.stderrText() };
}

/** A preset that is answered with a warning, and a dry run of it, which is told as well. */
const NOISY = ['run', '--dry-run', '--visits-per-day', '10', '--concurrency', '201', '--for', '1s'];

describe('standard error', () => {
  it('has warnings and what is going on by default', async () => {
    const { code, stderr } = await trafficinator(NOISY);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: .*CONCURRENCY is 201/m);
    expect(stderr).toContain('dry run: nothing was sent\n');
    expect(stderr).not.toContain('debug');
  });

  it('has nothing but errors with --quiet, wherever the flag stands', async () => {
    expect((await trafficinator([...NOISY, '--quiet'])).stderr).toBe('');
    expect((await trafficinator(['--quiet', ...NOISY])).stderr).toBe('');
    const { code, stderr } = await trafficinator(['run', '--quiet', '--sink', '--concurrency', '0']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: CONCURRENCY must be/);
  });

  it('has settings with their origins with --verbose, and no secret among them', async () => {
    const env = { MATOMO_TOKEN_AUTH: 'f'.repeat(32), TIMEZONE: 'UTC' };
    const { stderr } = await trafficinator([...NOISY, '--preset', 'light', '--verbose'], { env });
    expect(stderr).toContain('debug: TIMEZONE is UTC (environment TIMEZONE)\n');
    expect(stderr).toMatch(/debug: PAGEVIEWS_MAX is 4 pageviews \(preset light\)/);
    expect(stderr).toContain('debug: MATOMO_TOKEN_AUTH is *** (');
    expect(stderr).not.toContain('f'.repeat(32));
  });

  it.each([
    ['ERROR', 0],
    ['CRITICAL', 0],
    ['Warning', 1],
    ['info', 2],
    ['DEBUG', 3],
  ])('has what LOG_LEVEL=%s lets through', async (level, levels) => {
    const { stderr } = await trafficinator(NOISY, { env: { LOG_LEVEL: level } });
    const told = ['warning: ', 'dry run: nothing was sent', 'debug: '].map((text) => stderr.includes(text));
    expect(told).toEqual([levels >= 1, levels >= 2, levels >= 3]);
  });

  it('takes LOG_LEVEL from a file too, and flags go before it', async () => {
    const files = { ...packageFiles(), '/work/.env': 'LOG_LEVEL=ERROR\n' };
    const args = [...NOISY, '--config', '.env'];
    expect((await trafficinator(args, { files })).stderr).toBe('');
    expect((await trafficinator([...args, '--verbose'], { files })).stderr).toContain('debug: LOG_LEVEL is');
  });

  it('is refused with a LOG_LEVEL that nobody knows', async () => {
    const { code, stderr } = await trafficinator(NOISY, { env: { LOG_LEVEL: 'loud' } });
    expect(code).toBe(2);
    expect(stderr).toContain('LOG_LEVEL must be error, warning, info or debug, but is "loud" (environment');
  });
});

describe('--log-format json', () => {
  const linesOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('has one object a line, with time, level, message and code', async () => {
    const { stderr } = await trafficinator([...NOISY, '--log-format', 'json']);
    const lines = linesOf(stderr);
    expect(lines).toContainEqual({
      time: '2026-10-14T12:00:00.000Z',
      level: 'warning',
      message: expect.stringContaining('CONCURRENCY is 201'),
      code: 'high-concurrency',
    });
    expect(lines.at(-1)).toEqual({
      time: '2026-10-14T12:00:00.000Z',
      level: 'info',
      message: 'dry run: nothing was sent',
    });
  });

  it('holds for every problem of the settings, and for a slip on the command line', async () => {
    const json = ['--log-format', 'json'];
    const settings = await trafficinator(['run', '--sink', '--concurrency', '0', '--site-id', '0', ...json]);
    expect(linesOf(settings.stderr)).toMatchObject([
      { level: 'error', code: 'invalid-value' },
      { level: 'error', code: 'invalid-value' },
    ]);
    const slip = await trafficinator([...json, 'rnu']);
    expect(linesOf(slip.stderr)).toMatchObject([
      { level: 'error', code: 'usage', hint: 'Did you mean run?' },
    ]);
  });
});

describe('a log', () => {
  function logOn(options: FakeHostOptions, flags: LogFlags = {}) {
    const host = createFakeHost(options);
    return { host, log: createLog(host, new VirtualClock(NOON_MS), () => flags) };
  }
  const LONG = 'word '.repeat(40).trim();

  it('breaks long lines between words on a terminal, and nowhere else', () => {
    const { host, log } = logOn({ isTty: true, columns: 60, env: { NO_COLOR: '1' } });
    log.warning(LONG, { hint: LONG });
    for (const line of host.stderrText().split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(host.stderrText().match(/word/g)).toHaveLength(80);
    const pipe = logOn({ columns: 60 });
    pipe.log.warning(LONG);
    expect(pipe.host.stderrText()).toBe(`warning: ${LONG}\n`);
  });

  it('writes around what else is on the terminal', () => {
    const { host, log } = logOn({});
    log.writeBy((write) => {
      host.stderr.write('<');
      write();
      host.stderr.write('>');
    });
    log.info('here');
    log.debug('not told');
    log.writeBy(undefined);
    log.info('there');
    expect(host.stderrText()).toBe('<here\n>there\n');
  });
});
