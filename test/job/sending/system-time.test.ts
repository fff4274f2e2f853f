import { describe, expect, it } from 'vitest';
import { onSystemTime } from '../../../src/job/sending/system-time.ts';
import { createPlan } from '../../../src/plan/plan.ts';
import { createClockSteps } from '../../../src/run/clock-steps.ts';
import type { EncodedVisit } from '../../../src/types/hit.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';
import { daysFrom, encoderOf, planVisits, trafficSettings } from '../../plan/fixtures.ts';

const traffic = trafficSettings({ visitsPerDay: 40 });
const plan = createPlan(traffic);
const clock = new VirtualClock();
const plain = encoderOf(traffic, false);
const encoder = onSystemTime(plain, createClockSteps(clock));
const [first, second, third] = planVisits(plan, daysFrom(plan, '2026-10-20', 1))
  .filter(({ steps }) => steps.length > 2)
  .map(encoder.write) as [EncodedVisit, EncodedVisit, EncodedVisit];

/** Seconds by which the hit's time differs from the planned one; all else is as planned. */
function shiftOf(visit: EncodedVisit, seq: number): number {
  const bodyOf = ({ openBody }: Pick<typeof plain, 'openBody'>) => {
    const body = openBody();
    body.add(visit, seq);
    return new URLSearchParams(body.close().toString('latin1'));
  };
  const [sent, planned] = [bodyOf(encoder), bodyOf(plain)];
  const shift = Number(sent.get('cdt')) - Number(planned.get('cdt'));
  sent.delete('cdt');
  planned.delete('cdt');
  expect(String(sent)).toBe(String(planned));
  return shift;
}

describe('the times of live hits', () => {
  it('follow the system clock from the next visit on, and leave visits whole that have begun', () => {
    expect([shiftOf(first, 0), shiftOf(first, 1)]).toEqual([0, 0]);
    clock.stepWall(7_200_000);
    expect([shiftOf(second, 0), shiftOf(first, 2), shiftOf(second, 1)]).toEqual([7200, 0, 7200]);
    clock.stepWall(-10_800_000);
    expect([shiftOf(third, 0), shiftOf(second, 2), shiftOf(third, 1)]).toEqual([-3600, 7200, -3600]);
  });
});
