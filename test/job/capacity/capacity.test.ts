import { describe, expect, it } from 'vitest';
import { findCapacity, longestSearchMs } from '../../../src/job/capacity/capacity.ts';
import type { LiveJob } from '../../../src/job/job.ts';
import { createStop } from '../../../src/run/stop.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';
import { trafficSettings, WHOLE } from '../../plan/fixtures.ts';

const RULES = { bounds: { from: 1, to: 1000, ratio: 1.03 }, stepMs: 20_000, holdMs: 60_000 };

/** Nothing listens at this port. */
const JOB: LiveJob = {
  name: 'default',
  command: 'run',
  traffic: trafficSettings({}),
  target: {
    url: 'http://127.0.0.1:9/matomo.php',
    token: undefined,
    concurrency: 5,
    connectTimeoutMs: 1000,
    responseTimeoutMs: 1000,
    retryAttempts: 0,
  },
  shard: WHOLE,
  profile: undefined,
  timing: 'compressed',
  pauseSeconds: { min: 0, max: 0.1 },
  maxLatenessMs: 1000,
  dailyCap: 0,
  stopAfter: 0,
  durationMs: undefined,
  gracefulStopMs: 0,
};

describe('the capacity of a target', () => {
  it('that cannot be reached is none, with the reason, and nothing is thrown', async () => {
    const end = await findCapacity(
      { ...RULES, job: JOB, thresholds: [] },
      {
        clock: new VirtualClock(Date.UTC(2026, 9, 20, 12)),
        stop: createStop(),
        self: { pid: 1, hostname: 'here' },
        onStart: () => {},
        onStep: () => {},
        onRest: () => {},
      },
    );
    expect(end.capacity).toEqual({ rate: undefined, isHeld: false, tooMuch: undefined, steps: [] });
    expect(end.failure?.error).toMatchObject({ exitCode: 3 });
  });

  it('is searched for no longer than is told', () => {
    // 11 steps up to 1000/s, 5 to halve the difference down to 3 %, one second chance.
    expect(longestSearchMs(RULES)).toBe(17 * 22_000 + 60_000);
  });
});
