import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlan } from '../../src/plan/plan.ts';
import type { Visit } from '../../src/types/visit.ts';
import { arbitrarySettings, DATES } from './arbitrary-settings.ts';
import { clashesOfFingerprints, clashesOfVisitors } from './clashes.ts';
import { daysFrom, draws, hitWriter, type Overrides, planVisits, trafficSettings } from './fixtures.ts';
import { localClock } from './local-clock.ts';
import { violations } from './parameter-rules.ts';

const date = fc.constantFrom(...DATES);

function planWith(overrides: Overrides) {
  const traffic = trafficSettings(overrides);
  return { traffic, plan: createPlan(traffic), hitsOf: hitWriter(traffic) };
}

/** The visits that lie outside of their local day, as site time sees it. */
function outsideOfDay(visits: readonly Visit[], timezone: string): string[] {
  return visits.flatMap(({ key, steps }) =>
    steps
      .filter(({ atMs }) => localClock(timezone, Math.floor(atMs / 1000) * 1000).date !== key.day)
      .map(({ atMs }) => `${key.day}/${key.index} at ${new Date(atMs).toISOString()}`),
  );
}

describe('the visits of three days', () => {
  it('stay in their days, stay apart, and say everything as Matomo wants it, whatever the settings', () => {
    fc.assert(
      fc.property(arbitrarySettings, date, (overrides, from) => {
        const { traffic, plan, hitsOf } = planWith(overrides);
        const days = daysFrom(plan, from, 3);
        const visits = planVisits(plan, days);
        for (const day of days) {
          const count = plan.startsOf(day).length;
          expect(count).toBe(plan.countOf(day));
          if (traffic.volume === 'exact') expect([0, traffic.visitsPerDay]).toContain(count);
          else if (traffic.mostPerDay > 0) expect(count).toBeLessThanOrEqual(traffic.mostPerDay);
        }
        expect(outsideOfDay(visits, traffic.timezone)).toEqual([]);
        expect(clashesOfVisitors(visits)).toEqual([]);
        expect(clashesOfFingerprints(visits)).toEqual([]);
        expect(visits.flatMap((visit) => violations(hitsOf(visit), visit, traffic))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('visits of one visitor, and of two who look alike to Matomo,', () => {
  const long = { min: 100, max: 120 };
  it.each([
    { what: 'one visit a day', visitsPerDay: 1, days: 120 },
    { what: 'two visits a day', visitsPerDay: 2, days: 90 },
    { what: 'seven visits a day', visitsPerDay: 7, days: 60 },
    { what: 'twenty visits a day', visitsPerDay: 20, days: 40 },
    { what: 'twenty visits of two hours', visitsPerDay: 20, days: 30, durationMinutes: long },
    { what: '2,000 visits of two hours', visitsPerDay: 2000, days: 3, durationMinutes: long },
    {
      what: 'all visits within ten minutes',
      visitsPerDay: 800,
      days: 4,
      activeMinutes: { from: 600, to: 610 },
    },
    { what: 'all visits around midnight', visitsPerDay: 800, days: 5, activeMinutes: { from: 1410, to: 30 } },
    {
      what: 'visits in the hour of the clock change',
      visitsPerDay: 500,
      days: 4,
      activeMinutes: { from: 60, to: 240 },
    },
  ])('stay 31 minutes apart with $what', ({ what, days, ...overrides }) => {
    for (const [timezone, from] of [
      ['Europe/Stockholm', '2026-03-27'],
      ['UTC', '2009-12-30'],
      ['America/New_York', '2026-10-30'],
    ] as const) {
      const { plan } = planWith({ ...overrides, timezone, shares: { returning: 0.9 } });
      const visits = planVisits(plan, daysFrom(plan, from, days));
      expect(new Set(visits.map(({ visitor }) => visitor.number)).size).toBeLessThan(visits.length);
      expect(clashesOfVisitors(visits)).toEqual([]);
      expect(clashesOfFingerprints(visits)).toEqual([]);
      expect(outsideOfDay(visits, timezone)).toEqual([]);
    }
  });

  it('stay 31 minutes apart where declared events press visits together', () => {
    const { plan } = planWith({
      visitsPerDay: 500,
      timezone: 'Europe/Stockholm',
      shares: { returning: 0.9 },
      declaredEvents: [
        { kind: 'days', from: '2026-11-20', to: '2026-11-30', factor: 3 },
        { kind: 'span', from: '2026-11-26T23:00', minutes: 120, factor: 12 },
        { kind: 'growth', weekly: 0.3, from: '2026-10-01', to: '2026-11-28' },
      ],
    });
    const visits = planVisits(plan, daysFrom(plan, '2026-11-25', 4));
    expect(visits.length).toBeGreaterThan(10_000);
    expect(clashesOfVisitors(visits)).toEqual([]);
    expect(clashesOfFingerprints(visits)).toEqual([]);
  });

  it.each(['2026-11-26', '2026-12-23', '2026-03-28'])(
    'stay 31 minutes apart where every day has another number of visits, from %s',
    (from) => {
      const { plan } = planWith({
        visitsPerDay: 400,
        volume: 'average',
        timezone: 'Europe/Stockholm',
        durationMinutes: { min: 0.1, max: 120 },
        shares: { returning: 0.9 },
      });
      const visits = planVisits(plan, daysFrom(plan, from, 7));
      expect(clashesOfVisitors(visits)).toEqual([]);
      expect(clashesOfFingerprints(visits)).toEqual([]);
      expect(outsideOfDay(visits, 'Europe/Stockholm')).toEqual([]);
    },
  );

  it('stay 31 minutes apart in all visits of some classes, of a million visits a day', () => {
    const { plan } = planWith({ visitsPerDay: 1_000_000, shares: { returning: 0.9 } });
    const days = daysFrom(plan, '2026-05-06', 2);
    const visits = days.flatMap((day) =>
      draws(plan.startsOf(day).length, (index) => index)
        .filter((index) => plan.laneOf(day, index) % 400 === 0)
        .map((index) => plan.visit(day, index)),
    );
    expect(visits.length).toBeGreaterThan(4000);
    expect(clashesOfVisitors(visits)).toEqual([]);
  });

  it('never share an address in the busiest minutes of a million visits a day', () => {
    const { plan } = planWith({ visitsPerDay: 1_000_000 });
    const day = plan.calendar.dayOf('2026-05-06');
    const visits = draws(6000, (i) => plan.visit(day, 800_000 + i));
    expect(clashesOfFingerprints(visits)).toEqual([]);
  });
});
