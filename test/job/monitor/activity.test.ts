import { describe, expect, it } from 'vitest';
import { createActivity, watchRequests } from '../../../src/job/monitor/activity.ts';

describe('requests in flight', () => {
  it('are counted, with the time of the oldest, also where others get their responses', () => {
    const activity = createActivity();
    const { change, look } = watchRequests(activity);
    const seen = () => {
      look();
      return [activity.requestsInFlight, activity.waitingSinceMs];
    };
    expect(seen()).toEqual([0, 0]);
    change(1, 2300);
    change(1, 2900);
    expect(seen()).toEqual([2, 2000]);
    change(-1, 2900);
    change(1, 8000);
    expect(seen()).toEqual([2, 2000]);
    change(-1, 2300);
    expect(seen()).toEqual([1, 8000]);
    change(-1, 8000);
    expect(seen()).toEqual([0, 0]);
  });
});
