import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines, SUPER_TOKEN, Workplace, withTarget } from './binary.ts';

const place = new Workplace();
afterAll(() => place.remove());

const TOKEN = { MATOMO_TOKEN_AUTH: SUPER_TOKEN };
const BACKFILL = 'backfill --from 2026-10-01 --to 2026-10-02 --visits-per-day 100 --seed shards --json'.split(
  ' ',
);

describe.concurrent('--shards', () => {
  it.each([
    ['with --shard', ['--shards', '2', '--shard', '1/2'], /--shards.*--shard/],
    ['that is no number', ['--shards', 'all'], /--shards must be a whole number.* but is "all"/],
    ['above the requests in flight', ['--shards', '3', '--concurrency', '2'], /at most CONCURRENCY/],
  ])('%s is refused', async (_, args, told) => {
    const { code, stdout, stderr } = await place.run([...BACKFILL, '--sink', ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(told);
  });

  it('sends what one process would, and changes nothing in a dry run', () =>
    withTarget(async ({ url, sink }) => {
      const more = ['--url', url, '--shards', '2'];
      const planned = jsonLines(await place.run([...BACKFILL, ...more, '--dry-run'], TOKEN)).total;
      const finished = await place.run([...BACKFILL, ...more], TOKEN);
      expect(finished.code).toBe(0);
      const { days, total } = jsonLines(finished);
      expect(total.digest).toBe(planned.digest);
      expect(days.map(({ visits }) => visits.complete)).toEqual([100, 100]);
      expect(sink.recorded().visits).toBe(200);
    }));

  it('plans in as many processes what one process would, day by day', async () => {
    const planned = (shards: string) => place.run([...BACKFILL, '--sink', '--dry-run', '--shards', shards]);
    const [one, three] = await Promise.all([planned('1'), planned('3')]);
    const timeless = ({ stdout }: typeof one) =>
      stdout.split('\n').map((line) => line && { ...JSON.parse(line), durationMs: 0 });
    expect(timeless(three)).toEqual(timeless(one));
    expect(three.stderr).toBe(one.stderr);
  });

  it('starts as many processes again for a resume that does not say how many', () =>
    withTarget(async ({ url, sink }) => {
      const args = [...BACKFILL, '--url', url];
      await place.run([...args, '--shards', '2'], TOKEN);
      const resumed = await place.run([...args, '--resume'], TOKEN);
      expect(resumed.code).toBe(0);
      expect(resumed.stderr).toContain('nothing to do');
      expect(sink.recorded().visits).toBe(200);
    }));

  it('is verified with the embedded endpoint, too', async () => {
    const finished = await place.run([...BACKFILL, '--sink', '--verify', '--shards', '2']);
    const lines = finished.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const verification = lines.find(({ type }) => type === 'verification');
    expect(verification.equal).toBe(true);
    expect(verification.rows).toContainEqual({
      date: '2026-10-01',
      metric: 'visits',
      planned: 100,
      sent: 100,
      recorded: 100,
    });
    expect(finished.code).toBe(0);
  });
});
