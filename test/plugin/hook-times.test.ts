import { describe, expect, it } from 'vitest';
import type { SlowHook } from '../../src/plan/plugins/extensions.ts';
import { createHookTimes } from '../../src/plugin/hook-times.ts';

const place = { plugin: 'acme', kind: 'behaviours', name: 'odd' } as const;

/** Planning of one visit after the other, in which the hook takes its part, on a clock of the test's own. */
function planned(visits: number, hookMs: number, planningMs: number, pauseMs = 0) {
  let nowMs = 0;
  const slow: SlowHook[] = [];
  const times = createHookTimes(() => nowMs);
  times.onSlowHook((hook) => slow.push(hook));
  const time = times.of(place);
  for (let i = 0; i < visits; i++) {
    nowMs += planningMs;
    time.calls++;
    time.ms += hookMs;
    times.add(planningMs);
    nowMs += pauseMs;
  }
  return { slow, times };
}

describe('a hook', () => {
  it('that takes most of planning is told of once, with its time and its part', () => {
    const { slow } = planned(2000, 5, 5.5);
    expect(slow).toEqual([
      {
        hook: 'Plugin acme, behaviour "odd"',
        text: 'Plugin acme, behaviour "odd" takes 5.0 ms a call, 91 % of the time that planning takes.',
      },
    ]);
  });

  it.each([
    ['takes less than a millisecond', 10_000, 0.9, 1, 0],
    ['has taken less than two seconds', 399, 5, 5.5, 0],
    ['is seldom called, so that nobody waits for it', 2000, 5, 5.5, 50],
  ])('that %s is not told of', (_what, ...planning) => {
    expect(planned(...planning).slow).toEqual([]);
  });

  it('is counted under its name, whatever of it is called', () => {
    const { times } = planned(10, 1, 2);
    times.of({ ...place }).calls++;
    expect(times.all).toEqual([{ place, calls: 11, ms: 10 }]);
    expect(times.planningMs).toBe(20);
  });
});
