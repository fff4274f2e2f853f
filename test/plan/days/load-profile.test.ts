import { describe, expect, it } from 'vitest';
import { lengthOf, profileArrivals, scaled, visitsPerDayFor } from '../../../src/plan/days/load-profile.ts';
import { createPlan } from '../../../src/plan/plan.ts';
import { compressedFromArrival } from '../../../src/plan/timeline.ts';
import type { LoadProfile } from '../../../src/types/load-profile.ts';
import { encoderOf, mean, trafficSettings } from '../fixtures.ts';

const START_MS = Date.parse('2026-05-06T10:00:00.250Z');

function planFor(profile: LoadProfile, timezone = 'UTC') {
  const settings = trafficSettings({ visitsPerDay: visitsPerDayFor(profile), shape: 'flat', timezone });
  return { settings, plan: createPlan(settings) };
}

function arrivalsOf(profile: LoadProfile, startMs = START_MS, timezone = 'UTC') {
  const { plan } = planFor(profile, timezone);
  return [...profileArrivals(profile, plan.random, plan.calendar, startMs)];
}

const steady = (perSecond: number, seconds: number): LoadProfile => ({
  stages: [{ ms: seconds * 1000, from: perSecond, to: perSecond }],
});

/** Arrivals in each second of the run. */
function perSecond(arrivals: readonly { startMs: number }[], seconds: number): number[] {
  const counts = new Array<number>(seconds).fill(0);
  for (const { startMs } of arrivals) {
    const second = Math.floor((startMs - START_MS) / 1000);
    counts[second] = (counts[second] ?? 0) + 1;
  }
  return counts;
}

describe('the arrivals of a load profile', () => {
  it('come at the rate, in their order, with the spread of a Poisson process', () => {
    const arrivals = arrivalsOf(steady(20, 600));
    // 12,000 of a standard deviation of 110.
    expect(Math.abs(arrivals.length - 12_000)).toBeLessThan(400);
    const starts = arrivals.map(({ startMs }) => startMs);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    const counts = perSecond(arrivals, 600);
    const average = mean(counts);
    const variance = mean(counts.map((count) => (count - average) ** 2));
    // Variance-to-mean is 1, of a standard deviation of 0.06.
    expect(variance / average).toBeGreaterThan(0.8);
    expect(variance / average).toBeLessThan(1.2);
  });

  it('follow ramps, steps and spikes', () => {
    const profile: LoadProfile = {
      stages: [
        { ms: 100_000, from: 0, to: 40 },
        { ms: 50_000, from: 10, to: 10 },
        { ms: 10_000, from: 200, to: 200 },
        { ms: 40_000, from: 40, to: 0 },
      ],
    };
    expect(lengthOf(profile)).toBe(200_000);
    const counts = perSecond(arrivalsOf(profile), 200);
    const within = (from: number, to: number) => mean(counts.slice(from, to));
    expect(Math.abs(within(0, 50) - 10)).toBeLessThan(2.5);
    expect(Math.abs(within(50, 100) - 30)).toBeLessThan(2.5);
    expect(Math.abs(within(100, 150) - 10)).toBeLessThan(2.5);
    expect(Math.abs(within(150, 160) - 200)).toBeLessThan(15);
    expect(Math.abs(within(160, 200) - 20)).toBeLessThan(2.5);
    expect(counts).toHaveLength(200);
  });

  it('have a number of their own each, also across midnight and where the clock changes', () => {
    for (const [start, timezone] of [
      ['2026-05-06T21:59:30Z', 'Europe/Stockholm'],
      ['2026-10-25T00:59:30Z', 'Europe/Stockholm'],
      ['2026-03-08T06:59:30Z', 'America/New_York'],
    ] as const) {
      const arrivals = arrivalsOf(steady(30, 60), Date.parse(start), timezone);
      const names = arrivals.map(({ day, index }) => `${day.date} ${index}`);
      expect(new Set(names).size).toBe(arrivals.length);
      for (const { day, startMs, index } of arrivals) {
        expect(startMs >= day.startMs && startMs < day.endMs).toBe(true);
        expect(index).toBeLessThan(visitsPerDayFor(steady(30, 60)));
      }
    }
  });

  it('are the same for the same start, and scale with it', () => {
    expect(arrivalsOf(steady(5, 60))).toEqual(arrivalsOf(steady(5, 60)));
    expect(scaled(steady(5, 60), 0.5)).toEqual(steady(2.5, 60));
    expect(arrivalsOf(steady(0, 60))).toEqual([]);
  });

  it('let compressed visits leave as they come, with no time in the future', () => {
    const profile = steady(10, 60);
    const { settings, plan } = planFor(profile);
    const open = compressedFromArrival(plan, encoderOf(settings, false), { min: 0.1, max: 0.3 });
    for (const arrival of arrivalsOf(profile)) {
      const { written, leaves } = open(arrival);
      const { hits } = written.visit;
      expect(Math.abs((leaves[0] as number) - arrival.startMs)).toBeLessThan(1000);
      hits.forEach((hit, i) => {
        expect(leaves[i] as number).toBeGreaterThanOrEqual(hit.dueMs);
      });
      const last = leaves.at(-1) as number;
      expect(last - (leaves[0] as number)).toBeLessThanOrEqual(300 * hits.length);
    }
  });
});
