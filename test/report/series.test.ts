import { describe, expect, it } from 'vitest';
import { createSeries, merged, type Series } from '../../src/report/series.ts';
import type { Batch, Delivery } from '../../src/types/delivery.ts';
import type { OutcomeKind } from '../../src/types/outcome.ts';

const START_MS = 1_000_000;

function batchOf(leaveMs: number, hits = 1): Batch {
  return { id: -1, lane: 0, leaveMs, hits: new Array(hits).fill(undefined), body: Buffer.alloc(0) };
}

function answered(sentMs: number, answeredMs: number, ...kinds: OutcomeKind[]): Delivery {
  return { outcomes: kinds.map((kind) => ({ kind })), retries: 0, sentMs, answeredMs };
}

function create(mostPoints = 100, beyond: 'merge' | 'drop' = 'merge') {
  const clock = { nowMs: START_MS };
  return { clock, series: createSeries(() => clock.nowMs, { mostPoints, beyond }) };
}

const offered = ({ points }: Series) => points.map((point) => point.offered);

describe('a series', () => {
  it('counts a hit where it was to leave, where it left and where its answer came', () => {
    const { series } = create();
    series.sent(batchOf(START_MS + 500), answered(START_MS + 1200, START_MS + 3100, 'accepted'), 2600);
    expect(series.points.map(({ offered: due, sent, outcomes }) => [due, sent, outcomes.accepted])).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, 1],
    ]);
    expect(series.points[3]?.latencyMs?.maxValue).toBeGreaterThanOrEqual(2592);
  });

  it('counts what was too late to be sent as offered, and other skips not', () => {
    const { series } = create();
    series.skipped({ kind: 'skipped', reason: 'late' });
    series.skipped({ kind: 'skipped', reason: 'behind' });
    series.skipped({ kind: 'skipped', reason: 'capped' });
    expect(series.points[0]).toMatchObject({ offered: 2, outcomes: { skipped: 3 } });
  });

  it('merges its steps in pairs when there are too many, and loses nothing', () => {
    const { series } = create(4);
    for (let i = 0; i < 20; i++) {
      const atMs = START_MS + i * 1000;
      series.sent(batchOf(atMs), answered(atMs, atMs, 'accepted'), i);
    }
    expect(series.points.map(({ lengthMs }) => lengthMs)).toEqual([8000, 8000, 8000]);
    expect(offered(series)).toEqual([8, 8, 4]);
    expect(merged(series.points)).toMatchObject({ offered: 20, sent: 20, requests: 20 });
  });

  it('forgets its oldest steps where it only looks back, and keeps the window', () => {
    const { clock, series } = create(10, 'drop');
    for (let i = 0; i < 100; i++) {
      clock.nowMs = START_MS + i * 1000;
      series.sent(batchOf(clock.nowMs), answered(clock.nowMs, clock.nowMs, 'accepted'), 1);
    }
    expect(series.points.length).toBeLessThanOrEqual(10);
    expect(series.points.at(-1)?.startMs).toBe(START_MS + 99_000);
    expect(merged(series.points.slice(-5))).toMatchObject({ offered: 5, lengthMs: 5000 });
  });

  it('goes on in the step in which its points were taken', () => {
    const { clock, series } = create();
    const whole = create();
    for (let i = 0; i < 50; i++) {
      clock.nowMs = START_MS + i * 70;
      series.sent(batchOf(clock.nowMs), answered(clock.nowMs, clock.nowMs, 'accepted'), 1);
      if (i % 10 === 9) for (const point of series.take()) whole.series.add(point);
    }
    expect(whole.series.points.map(({ startMs }) => startMs - START_MS)).toEqual([0, 1000, 2000, 3000]);
    expect(offered(whole.series)).toEqual([15, 14, 14, 7]);
  });

  it('has steps of a second again when those of a long stall are taken', () => {
    const { clock, series } = create(10);
    clock.nowMs = START_MS + 60_400;
    series.visit();
    expect(series.take().at(-1)?.lengthMs).toBe(8000);
    series.visit();
    expect(series.points).toMatchObject([{ startMs: START_MS + 60_000, lengthMs: 1000, visits: 1 }]);
  });

  it('reaches up to an instant before which nothing happened', () => {
    const { series } = create();
    series.reach(START_MS + 2500);
    expect(offered(series)).toEqual([0, 0, 0]);
  });
});
