/** A live job to be changed by each test. */
import type { LiveJob } from '../../src/job/job.ts';
import { visitsPerDayFor } from '../../src/plan/days/load-profile.ts';
import { trafficSettings, WHOLE } from '../plan/fixtures.ts';

export function liveJob(more: Partial<LiveJob> = {}): LiveJob {
  const { profile } = more;
  const volume = profile
    ? { visitsPerDay: visitsPerDayFor(profile), shape: 'flat' as const }
    : { visitsPerDay: 2000 };
  return {
    name: 'default',
    command: 'run',
    traffic: trafficSettings(volume),
    target: {
      url: 'http://127.0.0.1/matomo.php',
      token: undefined,
      concurrency: 5,
      connectTimeoutMs: 1000,
      responseTimeoutMs: 1000,
      retryAttempts: 0,
    },
    shard: WHOLE,
    profile: undefined,
    timing: 'realtime',
    pauseSeconds: { min: 0.5, max: 1 },
    maxLatenessMs: 1000,
    dailyCap: 0,
    stopAfter: 0,
    durationMs: undefined,
    gracefulStopMs: 30_000,
    ...more,
  };
}
