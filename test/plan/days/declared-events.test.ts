import { describe, expect, it } from 'vitest';
import { eventSpans } from '../../../src/plan/days/declared-events.ts';
import { createPlan } from '../../../src/plan/plan.ts';
import type { DeclaredEvent } from '../../../src/types/traffic-settings.ts';
import { trafficSettings } from '../fixtures.ts';

const HOUR_MS = 3_600_000;

function planWith(...declaredEvents: DeclaredEvent[]) {
  return createPlan(
    trafficSettings({ visitsPerDay: 10_000, timezone: 'Europe/Stockholm', hasPlaces: false, declaredEvents }),
  );
}

function visitsOn(plan: ReturnType<typeof planWith>, date: string, fromHour = 0, toHour = 25): number {
  const day = plan.calendar.dayOf(date);
  const within = (start: number) =>
    start >= day.startMs + fromHour * HOUR_MS && start < day.startMs + toHour * HOUR_MS;
  return plan.startsOf(day).filter(within).length;
}

const ordinary = planWith();

describe('events in real time', () => {
  it('begin and end by the clock of the timezone', () => {
    const { calendar } = ordinary;
    const spans = eventSpans(
      [
        { kind: 'span', from: '2026-07-01T18:00', minutes: 90, factor: 3 },
        { kind: 'days', from: '2026-12-24', to: '2026-12-25', factor: 0.5 },
        { kind: 'growth', from: '2026-01-01', to: '2026-03-01', weekly: 0.1 },
      ],
      calendar,
    );
    const iso = spans.map(({ fromMs, toMs }) => [fromMs, toMs].map((ms) => new Date(ms).toISOString()));
    expect(iso).toEqual([
      ['2026-07-01T16:00:00.000Z', '2026-07-01T17:30:00.000Z'],
      ['2026-12-23T23:00:00.000Z', '2026-12-25T23:00:00.000Z'],
      ['2025-12-31T23:00:00.000Z', '2026-03-01T23:00:00.000Z'],
    ]);
    expect(spans.map(({ factor }) => factor)).toEqual([3, 0.5, 1.1]);
  });
});

describe('a spike', () => {
  const plan = planWith({ kind: 'span', from: '2026-05-06T10:00', minutes: 120, factor: 3 });

  it('multiplies the visits of its hours and leaves the others as they are', () => {
    const [before, during] = [visitsOn(plan, '2026-05-06', 6, 10), visitsOn(plan, '2026-05-06', 10, 12)];
    expect(during / visitsOn(ordinary, '2026-05-06', 10, 12)).toBeCloseTo(3, 0);
    expect(before / visitsOn(ordinary, '2026-05-06', 6, 10)).toBeCloseTo(1, 1);
    expect(visitsOn(plan, '2026-05-06')).toBeGreaterThan(10_000);
  });

  it('leaves the other days as they are', () => {
    expect(visitsOn(plan, '2026-05-05')).toBe(10_000);
    expect(visitsOn(plan, '2026-05-07')).toBe(10_000);
  });
});

describe('an outage', () => {
  it('has no visits, over midnight as well', () => {
    const plan = planWith({ kind: 'span', from: '2026-05-06T22:00', minutes: 240, factor: 0 });
    expect(visitsOn(plan, '2026-05-06', 22)).toBe(0);
    expect(visitsOn(plan, '2026-05-07', 0, 2)).toBe(0);
    expect(visitsOn(plan, '2026-05-06')).toBeLessThan(10_000);
    expect(visitsOn(plan, '2026-05-06', 0, 22)).toBeGreaterThan(8000);
  });
});

describe('a holiday', () => {
  it('multiplies its days, the first and the last included', () => {
    const plan = planWith({ kind: 'days', from: '2026-05-05', to: '2026-05-07', factor: 0.4 });
    const dates = ['2026-05-04', '2026-05-05', '2026-05-06', '2026-05-07', '2026-05-08'];
    expect(dates.map((date) => visitsOn(plan, date))).toEqual([10_000, 4000, 4000, 4000, 10_000]);
  });
});

describe('growth', () => {
  it('adds its part week by week and stays as it is afterwards', () => {
    const plan = planWith({ kind: 'growth', weekly: 0.02, from: '2026-05-04', to: '2026-05-25' });
    const dates = ['2026-05-04', '2026-05-11', '2026-05-25', '2026-06-30'];
    expect(dates.map((date) => visitsOn(plan, date))).toEqual([10_000, 10_200, 10_612, 10_612]);
  });
});
