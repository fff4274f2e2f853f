import { afterAll, describe, expect, it } from 'vitest';
import type { CapacityEvidence } from '../../src/report/capacity.ts';
import { openTarget, SUPER_TOKEN, Workplace } from './binary.ts';

const place = new Workplace();
afterAll(() => place.remove());

const ENV = { MATOMO_TOKEN_AUTH: SUPER_TOKEN, TIMEZONE: 'UTC' };

interface Result {
  readonly type: string;
  readonly held: boolean;
  readonly atLeast: boolean;
  readonly visitsPerSecond: number | null;
  readonly steps: readonly CapacityEvidence[];
}

function linesOf(stdout: string): Result[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('the search for a capacity', () => {
  it('says "at least" where nothing was too much, and no step has more accepted than offered', async () => {
    for (let run = 0; run < 3; run++) {
      const args = 'capacity --sink --from 4/s --to 8/s --step 1s --hold 2s --json'.split(' ');
      const { stdout, stderr } = await place.run(args);
      expect(stderr).toMatch(/up to \d+ steps of 1\.0 s, then 2\.0 s to hold the result/);
      expect(stderr).not.toMatch(/internal error/);
      const result = linesOf(stdout).at(-1);
      expect(result?.type).toBe('capacity');
      for (const { offered, accepted } of result?.steps ?? []) expect(accepted).toBeLessThanOrEqual(offered);
      // A busy machine may be too slow: then a rate is too much.
      if (result?.atLeast) expect(result).toMatchObject({ held: true, visitsPerSecond: 8 });
    }
  });

  it('prints what it has found when the server dies', async () => {
    const target = await openTarget();
    const args = `capacity --url ${target.url} --from 4/s --step 2s --hold 2s --json --yes`.split(' ');
    const running = place.start(args, { ...ENV, RETRY_ATTEMPTS: '0' });
    // A busy machine may not sustain the first rate: then a lower one is next.
    let told = '';
    const isFound = new Promise<void>((resolve) => {
      running.child.stdout?.on('data', (text) => {
        told += text;
        if (told.includes('"isSustained":true')) resolve();
      });
    });
    await Promise.race([isFound, running.finished]);
    await target.close();
    const { code, stdout, stderr } = await running.finished;
    expect(code).toBe(3);
    expect(stderr).toContain('refused the connection');
    const result = linesOf(stdout).at(-1);
    expect(result?.type).toBe('capacity');
    expect(result?.steps.length).toBeGreaterThan(0);
    expect(result?.steps.some(({ isSustained }) => isSustained)).toBe(true);
  });
});
