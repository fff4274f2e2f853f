import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { CapacityEvidence } from '../../src/report/capacity.ts';
import type { TotalSummary } from '../../src/report/summary.ts';
import { openTarget, recordedHits, SUPER_TOKEN, Workplace } from '../cli/binary.ts';

const place = new Workplace(600_000);
afterAll(() => place.remove());

const QUICK = { MATOMO_TOKEN_AUTH: SUPER_TOKEN, TIMEZONE: 'UTC' };
const CLOSE = { ...QUICK, PAUSE_BETWEEN_PVS_MIN: '0.05', PAUSE_BETWEEN_PVS_MAX: '0.2', CONCURRENCY: '200' };

function lastLine<T>(stdout: string): T {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

describe('stages up to 2,000 hits a second', () => {
  it('are delivered to within 1 % of what they offer, as a Poisson process', async () => {
    const target = await openTarget();
    const stages = '5s:100/s,10s:400/s,15s=400/s,3s:0/s';
    const args = ['run', '--url', target.url, '--preset', 'medium', '--timing', 'compressed', '--json'];
    const finished = await place.run([...args, '--stages', stages, '--record', 'stages.jsonl'], CLOSE);
    await target.close();
    expect(finished.code).toBe(0);
    const total = lastLine<TotalSummary>(finished.stdout);
    // 250 + 2,500 + 6,000 + 600 visits, of a standard deviation of 97.
    expect(Math.abs(total.visits.planned - 9350)).toBeLessThan(400);
    const due = total.hits.planned - (total.reasons.stopped ?? 0);
    expect(total.hits.accepted).toBeGreaterThan(0.99 * due);
    expect(total.reasons.late ?? 0).toBe(0);
    // The first hit of each visit says when it came.
    const sent = recordedHits(readFileSync(place.file('stages.jsonl'), 'utf8'));
    const first = new Map<string, number>();
    for (const { time, hit } of sent) {
      const visitor = hit.get('_id') ?? '';
      if (!first.has(visitor)) first.set(visitor, Date.parse(time));
    }
    const startMs = Math.min(...first.values());
    const counts = new Array<number>(15).fill(0);
    for (const atMs of first.values()) {
      const second = Math.floor((atMs - startMs) / 1000) - 15;
      if (second >= 0 && second < counts.length) counts[second] = (counts[second] ?? 0) + 1;
    }
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
    expect(Math.abs(mean - 400)).toBeLessThan(30);
    // Of 15 seconds the ratio has a standard deviation of 0.38.
    expect(variance / mean).toBeGreaterThan(0.2);
    expect(variance / mean).toBeLessThan(2.5);
  }, 120_000);
});

describe('the capacity of a target that takes 250 hits a second', () => {
  it.each(['one', 'two', 'three'])(
    'is found within 10 %%: %s',
    async (seed) => {
      const target = await openTarget();
      target.faults.hitsPerSecond = 250;
      const args = [
        'capacity',
        '--url',
        target.url,
        '--from',
        '10/s',
        '--step',
        '20s',
        '--hold',
        '40s',
        '--json',
        '--yes',
      ];
      const finished = await place.run([...args, '--seed', seed], QUICK);
      await target.close();
      expect(finished.code).toBe(0);
      const { steps, held } = lastLine<{ steps: CapacityEvidence[]; held: boolean }>(finished.stdout);
      expect(held).toBe(true);
      const accepted = steps.at(-1)?.accepted ?? 0;
      expect(accepted).toBeGreaterThan(212);
      expect(accepted).toBeLessThan(288);
    },
    600_000,
  );
});
