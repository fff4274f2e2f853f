import { describe, expect, it } from 'vitest';
import { readJob, writeJob } from '../../src/cluster/shared-job.ts';
import { loadProfileOf } from '../../src/config/schema/load-profile.ts';
import type { BackfillJob, Job } from '../../src/job/job.ts';
import { liveJob } from '../job/live-job.ts';
import { trafficSettings } from '../plan/fixtures.ts';

const rate = loadProfileOf({ visitRate: '100/s', visitStages: [] });
const stages = loadProfileOf({ visitRate: '5/s', visitStages: ['2m:10/s', '30s!20/s'] });
const { command: _, profile: __, dailyCap: ___, stopAfter: ____, ...base } = liveJob();
const backfill: BackfillJob = {
  ...{ name: base.name, traffic: base.traffic, target: base.target, shard: base.shard },
  ...{ command: 'backfill', from: '2026-10-01', to: '2026-10-03', batchSize: 200, batchBytes: 120_000 },
  ...{ maxVisits: 0, requestsPerSecond: undefined, stallTimeoutMs: 120_000 },
};

describe('a job that workers share', () => {
  it.each<[string, Job]>([
    ['a live run', liveJob({ dailyCap: 500, durationMs: 60_000 })],
    ['a rate that holds forever', liveJob({ profile: rate })],
    ['stages', liveJob({ profile: stages, stopAfter: 10 })],
    ['words that look like numbers', liveJob({ traffic: trafficSettings({ seed: 'Infinity' }) })],
    ['a backfill', backfill],
  ])('is read as it was written, with %s', (_title, job) => {
    const { job: read, needsToken } = readJob(writeJob(job));
    expect(read).toEqual(job);
    expect(needsToken).toBe(false);
  });

  it('never has a token or headers in it', () => {
    const target = {
      ...liveJob().target,
      token: 'a-secret-token',
      headers: [{ name: 'X-Key', value: 'a-secret-key' }],
    };
    const text = writeJob(liveJob({ target }));
    expect(text).not.toContain('a-secret');
    expect(readJob(text)).toMatchObject({ needsToken: true, job: { target: { url: target.url } } });
  });

  it('is refused when it was changed', () => {
    const text = writeJob(liveJob()).replace('"visitsPerDay":2000', '"visitsPerDay":2001');
    expect(() => readJob(text)).toThrow('not read as it was written');
  });
});
