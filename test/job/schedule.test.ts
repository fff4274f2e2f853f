import { describe, expect, it } from 'vitest';
import type { BackfillJob } from '../../src/job/job.ts';
import { countVisits, digestOfSettings, visitsOfBackfill } from '../../src/job/schedule.ts';
import { visitsOfDays } from '../../src/plan/bulk-timeline.ts';
import { createPlan } from '../../src/plan/plan.ts';
import { TIMEZONE_RELEASE } from '../../src/timezone.ts';
import { trafficSettings } from '../plan/fixtures.ts';

const AFTERWARDS = Date.UTC(2027, 0, 1);

function backfillJob(from: string, to: string, timezone = 'UTC'): BackfillJob {
  return {
    command: 'backfill',
    name: 'default',
    target: {
      url: 'http://127.0.0.1:9/matomo.php',
      token: undefined,
      concurrency: 1,
      connectTimeoutMs: 1,
      responseTimeoutMs: 1,
      retryAttempts: 0,
    },
    shard: { index: 1, count: 1 },
    traffic: trafficSettings({ visitsPerDay: 40, timezone }),
    from,
    to,
    batchSize: 200,
    batchBytes: 120_000,
    maxVisits: 0,
    requestsPerSecond: undefined,
    stallTimeoutMs: 1000,
  };
}

describe('what a backfill is continued by', () => {
  const job = backfillJob('2026-05-06', '2026-05-07');

  it('has the release of the timezone data in it', () => {
    expect(digestOfSettings(job)).toBe(digestOfSettings(job, TIMEZONE_RELEASE));
    expect(digestOfSettings(job)).not.toBe(digestOfSettings(job, '2020a'));
  });
});

describe('the visits of a backfill', () => {
  it.each([
    ['2011-12-29', '2011-12-31', 'Pacific/Apia', 80],
    ['2011-12-29', '2011-12-31', 'Pacific/Auckland', 120],
    ['2009-12-31', '2010-01-01', 'UTC', 80],
  ])('from %s to %s in %s are %d', (from, to, timezone, count) => {
    const job = backfillJob(from, to, timezone);
    expect(countVisits(job, createPlan(job.traffic))).toBe(count);
  });

  it('are counted for each shard as they are sent, also where only so many are', () => {
    const whole = { ...backfillJob('2026-05-04', '2026-05-09'), maxVisits: 205 };
    const traffic = trafficSettings({ visitsPerDay: 40, durationMinutes: { min: 0.1, max: 0.5 } });
    const plan = createPlan(traffic);
    const counts = [1, 2, 3].map((index) => {
      const job = { ...whole, traffic, shard: { index, count: 3 } };
      const counted = countVisits(job, plan);
      expect(counted).toBe([...visitsOfDays(plan, visitsOfBackfill(job, plan, AFTERWARDS))].length);
      return counted;
    });
    expect(counts.reduce((sum, count) => sum + count)).toBe(205);
    expect(new Set(counts).size).toBeGreaterThan(1);
  });
});
