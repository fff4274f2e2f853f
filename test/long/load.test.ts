import { afterAll, describe, expect, it } from 'vitest';
import type { CapacityEvidence } from '../../src/report/capacity.ts';
import type { TotalSummary } from '../../src/report/summary.ts';
import { openTarget, SUPER_TOKEN, Workplace } from '../process/binary.ts';

const place = new Workplace(600_000);
afterAll(() => place.remove());

const QUICK = { MATOMO_TOKEN_AUTH: SUPER_TOKEN, TIMEZONE: 'UTC' };
const CLOSE = { ...QUICK, PAUSE_BETWEEN_PVS_MIN: '0.05', PAUSE_BETWEEN_PVS_MAX: '0.2', CONCURRENCY: '200' };

function lastLine<T>(stdout: string): T {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

describe('stages up to 2,000 hits a second', () => {
  it('are delivered to within 1 % of what they offer', async () => {
    const target = await openTarget();
    const stages = '5s:100/s,10s:400/s,15s=400/s,3s:0/s';
    const args = ['run', '--url', target.url, '--preset', 'medium', '--timing', 'compressed', '--json'];
    const finished = await place.run([...args, '--stages', stages], CLOSE);
    await target.close();
    const total = lastLine<TotalSummary>(finished.stdout);
    // 250 + 2,500 + 6,000 + 600 visits, of a standard deviation of 97.
    expect(Math.abs(total.visits.planned - 9350)).toBeLessThan(400);
    const due = total.hits.planned - (total.reasons.stopped ?? 0);
    // A crowded machine makes some late, which are counted and the reason for its exit code; nothing else is missing.
    const late = total.reasons.late ?? 0;
    expect(total.hits.accepted + late).toBeGreaterThan(0.99 * due);
    expect(total.hits.accepted).toBeGreaterThan(0.5 * due);
    if (late === 0) expect(finished.code).toBe(0);
  });
});

describe('the capacity of a target that takes 250 hits a second', () => {
  // How near it comes is for a quiet machine to show: here other tests run beside it.
  it('is found, held and never overstated', async () => {
    const target = await openTarget();
    target.faults.hitsPerSecond = 250;
    const args = `capacity --url ${target.url} --from 10/s --step 12s --hold 25s --json --yes`.split(' ');
    const finished = await place.run(args, QUICK);
    await target.close();
    expect(finished.code).toBe(0);
    const { steps, held } = lastLine<{ steps: CapacityEvidence[]; held: boolean }>(finished.stdout);
    expect(held).toBe(true);
    const accepted = steps.at(-1)?.accepted ?? 0;
    expect(accepted).toBeGreaterThan(100);
    expect(accepted).toBeLessThan(275);
  });
});
