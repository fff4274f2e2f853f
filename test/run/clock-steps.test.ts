import { describe, expect, it } from 'vitest';
import { createClockSteps } from '../../src/run/clock-steps.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

function watched() {
  const clock = new VirtualClock();
  clock.stepWall(5000);
  const told: number[] = [];
  return { clock, told, steps: createClockSteps(clock, (stepMs) => told.push(stepMs)) };
}

describe('steps of the system clock', () => {
  it('count from where the clock was at first', async () => {
    const { clock, told, steps } = watched();
    await clock.advance(60_000);
    expect([steps.aheadMs(), told]).toEqual([0, []]);
  });

  it('are told once each, forward and back', () => {
    const { clock, told, steps } = watched();
    clock.stepWall(3_600_000);
    expect([steps.aheadMs(), steps.aheadMs()]).toEqual([3_600_000, 3_600_000]);
    clock.stepWall(-7_200_000);
    expect([steps.aheadMs(), told]).toEqual([-3_600_000, [3_600_000, -7_200_000]]);
  });

  it('leave out what time servers correct', () => {
    const { clock, told, steps } = watched();
    clock.stepWall(900);
    expect([steps.aheadMs(), told]).toEqual([0, []]);
    clock.stepWall(900);
    expect([steps.aheadMs(), told]).toEqual([1800, [1800]]);
  });
});
