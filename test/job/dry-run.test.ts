import { describe, expect, it } from 'vitest';
import { dryRunJob, sampleMsOf } from '../../src/job/dry-run.ts';
import type { LiveJob } from '../../src/job/job.ts';
import type { LoadProfile } from '../../src/types/load-profile.ts';
import { liveJob } from './live-job.ts';

const NOON_MS = Date.UTC(2026, 9, 14, 12);
const HOUR_MS = 3_600_000;

/** As the settings have it: the run lasts as long as its profile. */
function loadJob(profile: LoadProfile, more: Partial<LiveJob> = {}): LiveJob {
  const ms = profile.stages.reduce((sum, stage) => sum + stage.ms, 0);
  return liveJob({ profile, durationMs: Number.isFinite(ms) ? ms : undefined, ...more });
}

const dryRun = (job: LiveJob) => dryRunJob(job, NOON_MS, () => {});

describe('a dry run of a load profile', () => {
  it('plans the arrivals of its stages', () => {
    const stages = [
      { ms: 60_000, from: 0, to: 10 },
      { ms: 60_000, from: 10, to: 10 },
    ];
    const { totals, parts, partsOf } = dryRun(loadJob({ stages }));
    // A Poisson number of mean 900.
    expect(Math.abs(totals.visits.planned - 900)).toBeLessThan(120);
    expect(partsOf).toBe('run');
    expect(parts.map(({ label }) => label).slice(0, 3)).toEqual(['+00:00', '+00:10', '+00:20']);
    expect(parts[0]?.visits).toBeLessThan((parts[11]?.visits ?? 0) / 2);
    expect(parts.reduce((sum, { visits }) => sum + visits, 0)).toBe(totals.visits.planned);
  });

  it('has no visit where the rate is zero', () => {
    const { totals } = dryRun(loadJob({ stages: [{ ms: 10_000, from: 0, to: 0 }] }));
    expect([totals.visits.planned, totals.hits.planned]).toEqual([0, 0]);
  });

  it('takes the time that its visits take, whatever a day at that rate would have', () => {
    const { totals, parts } = dryRun(loadJob({ stages: [{ ms: 1000, from: 1000, to: 1000 }] }));
    expect(Math.abs(totals.visits.planned - 1000)).toBeLessThan(150);
    expect(parts).toEqual([{ label: '+00:00', visits: totals.visits.planned }]);
  });

  it('counts the visits that the end of the run would cut off', () => {
    const profile = { stages: [{ ms: 15_000, from: 20, to: 20 }] };
    const inRealTime = dryRun(loadJob(profile)).totals;
    expect(inRealTime.cutOffVisits).toBeGreaterThan(inRealTime.visits.planned / 2);
    expect(dryRun(loadJob(profile, { gracefulStopMs: 2 * HOUR_MS })).totals.cutOffVisits).toBe(0);
  });

  it('plans an hour where there is no end, and says so', () => {
    const rate = { ms: Number.POSITIVE_INFINITY, from: 0.1, to: 0.1 };
    const { totals, sampleMs } = dryRun(loadJob({ stages: [rate] }));
    expect(sampleMs).toBe(HOUR_MS);
    expect(Math.abs(totals.visits.planned - 360)).toBeLessThan(80);
    expect(totals.cutOffVisits).toBe(0);
    const fast = { ...rate, from: 200, to: 200 };
    expect(sampleMsOf(loadJob({ stages: [fast] }))).toBe(4 * 60_000);
  });
});

describe('a dry run of visits a day', () => {
  it('plans the whole local day where the run has no end', () => {
    const { totals, parts, partsOf } = dryRun(liveJob());
    expect(totals.visits.planned).toBe(2000);
    expect([partsOf, parts.length]).toEqual(['day', 24]);
  });

  it('plans what comes before the end, and no more than the run is to have', () => {
    const { totals } = dryRun(liveJob({ durationMs: HOUR_MS }));
    expect(totals.visits.planned).toBeGreaterThan(30);
    expect(totals.visits.planned).toBeLessThan(300);
    expect(dryRun(liveJob({ stopAfter: 12 })).totals.visits.planned).toBe(12);
    expect(dryRun(liveJob({ dailyCap: 100 })).totals.visits.planned).toBe(100);
  });
});
