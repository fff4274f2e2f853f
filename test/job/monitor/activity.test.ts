import { describe, expect, it } from 'vitest';
import { countInFlight, createActivity, watchWaiting } from '../../../src/job/monitor/activity.ts';

describe('how long requests wait without any response', () => {
  it('counts from the last look at which one had come, and not while none is in flight', () => {
    const activity = createActivity();
    const look = watchWaiting(activity);
    const waitsSince = (nowMs: number) => {
      look(nowMs);
      return activity.waitingSinceMs;
    };
    expect(waitsSince(1000)).toBe(0);
    countInFlight(activity, 1);
    countInFlight(activity, 1);
    expect([waitsSince(2000), waitsSince(3000)]).toEqual([2000, 2000]);
    countInFlight(activity, -1);
    expect([waitsSince(4000), waitsSince(9000)]).toEqual([4000, 4000]);
    countInFlight(activity, -1);
    expect(waitsSince(10_000)).toBe(0);
  });
});
