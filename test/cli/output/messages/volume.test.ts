import { describe, expect, it } from 'vitest';
import { main } from '../../../../src/cli/main.ts';
import { createFakeHost, packageFiles } from '../../../doubles/fake-host.ts';
import { VirtualClock } from '../../../doubles/virtual-clock.ts';
import { draws } from '../../../plan/fixtures.ts';

const NOON_MS = Date.UTC(2026, 9, 14, 12);

async function dryRun(...args: string[]) {
  const host = createFakeHost({ files: packageFiles() });
  const code = await main(
    [...args, '--dry-run', '--json', '--seed', 'days'],
    host,
    new VirtualClock(NOON_MS),
  );
  const lines = host.stdoutText().trim().split('\n');
  const visits = lines
    .map((line) => JSON.parse(line))
    .flatMap(({ type, visits: { planned } }) => (type === 'day' ? [planned] : []));
  return { code, visits, stderr: host.stderrText() };
}

const BACKFILL = ['backfill', '--days-back', '10', '--visits-per-day', '60'];

describe('VOLUME=average', () => {
  it('says how many visits the days of a backfill have before it plans any, and keeps to it', async () => {
    const { code, stderr, visits } = await dryRun(...BACKFILL, '--volume', 'average');
    expect(code).toBe(0);
    const [, all, least, most] =
      /the 10 days have (\d+) visits, between (\d+) and (\d+) a day$/m.exec(stderr) ?? [];
    expect(visits).toHaveLength(10);
    expect(visits.reduce((sum, count) => sum + count, 0)).toBe(Number(all));
    expect([Math.min(...visits), Math.max(...visits)]).toEqual([Number(least), Number(most)]);
    expect(Number(least)).toBeLessThan(Number(most));
  });

  it('takes the default of BACKFILL_MAX_VISITS_PER_DAY for the mean, and a cap of one’s own for a cap', async () => {
    const free = await dryRun('backfill', '--days-back', '7', '--volume', 'average');
    expect(Math.max(...free.visits)).toBeGreaterThan(2000);
    const capped = await dryRun(...BACKFILL, '--volume', 'average', '--max-visits-per-day', '60');
    expect(Math.max(...capped.visits)).toBe(60);
    expect(Math.min(...capped.visits)).toBeLessThan(60);
    expect(capped.stderr).toMatch(/^warning: .*cut off at 60 visits/m);
    expect(capped.stderr).toMatch(/of them are cut off at 60$/m);
  });

  it('says how many visits a live run’s day has', async () => {
    const { stderr } = await dryRun('run', '--visits-per-day', '80', '--volume', 'average', '--for', '1s');
    expect(stderr).toMatch(/^today has \d+ visits, tomorrow \d+ \(80 on average\)$/m);
  });
});

describe('VOLUME=exact', () => {
  it('is the default, and has nothing to say', async () => {
    const { visits, stderr } = await dryRun(...BACKFILL);
    expect(visits).toEqual(draws(10, () => 60));
    expect(stderr).not.toContain('a day');
  });
});
