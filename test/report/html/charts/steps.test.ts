import { describe, expect, it } from 'vitest';
import { type Step, stepsOf } from '../../../../src/report/html/charts/steps.ts';
import type { Point } from '../../../../src/report/series.ts';

function pointOf(startMs: number, lengthMs: number, sent: number): Point {
  const outcomes = { accepted: sent, rejected: 0, failed: 0, unknown: 0, skipped: 0 };
  return {
    startMs,
    lengthMs,
    offered: sent,
    sent,
    offeredAccepted: sent,
    outcomes,
    overdue: 0,
    requests: sent,
    visits: 0,
    latencyMs: undefined,
  };
}

const hits = (steps: readonly Step[]) => steps.map(({ sent, seconds }) => sent * seconds);

describe('the steps of a chart', () => {
  it('lose no hit, however long the run was', () => {
    const points = Array.from({ length: 600 }, (_, i) => pointOf(i * 8000, 8000, i));
    const steps = stepsOf(points, 600 * 8000);
    expect(steps.length).toBeLessThanOrEqual(120);
    expect(hits(steps).reduce((sum, count) => sum + count, 0)).toBeCloseTo((599 * 600) / 2);
    expect(steps.at(-1)).toMatchObject({ startSeconds: 4760, seconds: 40 });
  });

  it('end with the run: a last second that was not whole shows the rate it had', () => {
    const points = [pointOf(0, 1000, 10), pointOf(1000, 1000, 6)];
    expect(stepsOf(points, 1600).map(({ sent }) => sent)).toEqual([10, 10]);
  });

  it('take what came in a short last piece into the one before', () => {
    const points = [pointOf(0, 1000, 10), pointOf(1000, 1000, 2)];
    expect(stepsOf(points, 1200)).toMatchObject([{ sent: 10, seconds: 1.2 }]);
  });

  it('add up targets whose points lie beside each other', () => {
    const points = [pointOf(0, 1000, 4), pointOf(1000, 1000, 4), pointOf(100, 2000, 6)];
    expect(hits(stepsOf(points, 2000))).toEqual([14]);
    expect(hits(stepsOf([pointOf(0, 1000, 4), pointOf(40, 1000, 5)], 1040))[0]).toBeCloseTo(9);
  });

  it('have no latency where no answer came', () => {
    expect(stepsOf([pointOf(0, 1000, 0)], 1000)[0]?.latencyMs).toBeUndefined();
    expect(stepsOf([], 1000)).toEqual([]);
  });
});
