import { describe, expect, it } from 'vitest';
import type { BackfillJob, LiveJob } from '../../src/job/job.ts';
import { shardCountFor } from '../../src/shards/shard-count.ts';
import { liveJob } from '../job/live-job.ts';
import { trafficSettings } from '../plan/fixtures.ts';

const CORES = 4;

function backfill(visitsPerDay: number, more: Partial<BackfillJob> = {}): BackfillJob {
  const { name, target, shard } = liveJob();
  return {
    ...{ name, target, shard },
    traffic: trafficSettings({ visitsPerDay }),
    command: 'backfill',
    from: '2026-03-01',
    to: '2026-03-10',
    batchSize: 200,
    batchBytes: 1_000_000,
    maxVisits: 0,
    requestsPerSecond: undefined,
    stallTimeoutMs: 30_000,
    ...more,
  };
}

const sent = (job: BackfillJob | LiveJob, cores = CORES) => shardCountFor([job], cores, false);

describe('the number of processes', () => {
  it('is one for a small backfill, and as many as there are cores for a large one', () => {
    expect([100, 1_000, 6_000, 7_000].map((visits) => sent(backfill(visits)))).toEqual([1, 1, 1, 2]);
    expect(sent(backfill(1_000_000))).toBe(CORES);
    expect(sent(backfill(1_000_000), 1)).toBe(1);
  });

  it('goes by what there is to do: single requests cost more, planning alone costs less', () => {
    const medium = backfill(5_000);
    expect(sent(medium)).toBe(1);
    expect(sent({ ...medium, batchSize: 1 })).toBe(CORES);
    expect(sent(backfill(1_000_000, { maxVisits: 1_000 }))).toBe(1);
    expect(shardCountFor([backfill(300_000)], CORES, true)).toBe(CORES);
    expect(shardCountFor([backfill(2_000)], CORES, true)).toBe(1);
  });

  it('is one where the rate is limited, and never more than requests at a time', () => {
    expect(sent(backfill(1_000_000, { requestsPerSecond: 5 }))).toBe(1);
    const job = backfill(1_000_000);
    expect(sent({ ...job, target: { ...job.target, concurrency: 3 } })).toBe(3);
  });

  it('is more than one for a live run only at a rate that one core does not reach, and that nothing else ends', () => {
    const at = (rate: number) => liveJob({ profile: { stages: [{ from: rate, to: rate, ms: 60_000 }] } });
    expect([50, 2_500].map((rate) => sent(at(rate)))).toEqual([1, 1]);
    expect(sent(at(20_000))).toBe(CORES);
    expect(sent({ ...at(20_000), stopAfter: 100 })).toBe(1);
    expect(sent({ ...at(20_000), dailyCap: 100 })).toBe(1);
  });
});
