import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlan, type Plan } from '../../src/plan/plan.ts';
import type { Hit, LocalDate, Visit } from '../../src/types.ts';
import { arbitrarySettings, DATES } from './arbitrary-settings.ts';
import { daysFrom, draws, hitWriter, type Overrides, planVisits, trafficSettings } from './fixtures.ts';
import { localClock } from './local-clock.ts';
import { violations } from './parameter-rules.ts';
import { clashesOfFingerprints, clashesOfVisitors } from './separation.ts';

const date = fc.constantFrom(...DATES);

function planWith(overrides: Overrides) {
  const traffic = trafficSettings(overrides);
  return { traffic, plan: createPlan(traffic), hitsOf: hitWriter(traffic) };
}

/** What a visit sends, as text. */
function bytesOf(hits: readonly Hit[]): string {
  return hits.map(({ query, dueMs }) => `${dueMs} ${query}`).join('\n');
}

/** The visits that lie outside of their local day, as site time sees it. */
function outsideOfDay(visits: readonly Visit[], timezone: string): string[] {
  return visits.flatMap(({ key, steps }) =>
    steps
      .filter(({ atMs }) => localClock(timezone, Math.floor(atMs / 1000) * 1000).date !== key.day)
      .map(({ atMs }) => `${key.day}/${key.index} at ${new Date(atMs).toISOString()}`),
  );
}

describe('a visit', () => {
  it('is the same bytes whatever was planned before', () => {
    fc.assert(
      fc.property(arbitrarySettings, date, fc.nat(), (overrides, day, rank) => {
        const visitOf = (plan: Plan, on: LocalDate) => {
          const local = plan.calendar.dayOf(on);
          const count = plan.startsOf(local).length;
          return count === 0 ? undefined : plan.visit(local, rank % count);
        };
        const fresh = planWith(overrides);
        const busy = planWith(overrides);
        planVisits(busy.plan, daysFrom(busy.plan, '2026-03-01', 3)).map(busy.hitsOf);
        planVisits(busy.plan, daysFrom(busy.plan, day, 2)).map(busy.hitsOf);
        const wanted = visitOf(fresh.plan, day);
        const again = visitOf(busy.plan, day);
        fc.pre(wanted !== undefined && again !== undefined);
        if (!wanted || !again) return;
        expect(bytesOf(busy.hitsOf(again))).toBe(bytesOf(fresh.hitsOf(wanted)));
      }),
      { numRuns: 12 },
    );
  });

  it('is the same bytes on days with declared events, whatever was planned before', () => {
    const factor = fc.constantFrom(0, 0.3, 1.7, 4);
    const event = fc.oneof(
      fc.record({
        kind: fc.constant('span' as const),
        from: fc.constantFrom('2026-03-05T18:00', '2026-03-29T02:30', '2026-04-01T00:00'),
        minutes: fc.constantFrom(30, 360, 2880),
        factor,
      }),
      fc.record({
        kind: fc.constant('days' as const),
        from: fc.constant('2026-03-03'),
        to: fc.constant('2026-04-02'),
        factor,
      }),
      fc.record({
        kind: fc.constant('growth' as const),
        weekly: fc.constantFrom(-0.2, 0.1),
        from: fc.constant('2026-02-20'),
        to: fc.constant('2026-04-30'),
      }),
    );
    const events = fc.array(event, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 120 }), (declaredEvents, visitsPerDay) => {
        const overrides = { declaredEvents, visitsPerDay, timezone: 'Europe/Stockholm' };
        const [fresh, busy] = [planWith(overrides), planWith(overrides)];
        const text = ({ plan, hitsOf }: typeof fresh) =>
          planVisits(plan, daysFrom(plan, '2026-03-29', 2)).map((visit) => bytesOf(hitsOf(visit)));
        planVisits(busy.plan, daysFrom(busy.plan, '2026-03-24', 4));
        planVisits(busy.plan, daysFrom(busy.plan, '2026-04-20', 1));
        expect(text(busy)).toEqual(text(fresh));
      }),
      { numRuns: 12 },
    );
  });

  it('differs between seeds', () => {
    const text = (seed: string) => {
      const { plan, hitsOf } = planWith({ seed, visitsPerDay: 20 });
      return planVisits(plan, daysFrom(plan, '2026-05-06', 1)).map((visit) => bytesOf(hitsOf(visit)));
    };
    expect(text('a').filter((bytes) => text('b').includes(bytes))).toEqual([]);
  });
});

describe('shards', () => {
  it('are together exactly the whole, and share no visitor', () => {
    fc.assert(
      fc.property(arbitrarySettings, date, fc.integer({ min: 2, max: 9 }), (overrides, from, count) => {
        const { plan, hitsOf } = planWith(overrides);
        const days = daysFrom(plan, from, 2);
        const whole = planVisits(plan, days).map((visit) => bytesOf(hitsOf(visit)));
        const owners = new Map<string, number>();
        const parts = draws(count, (i) => {
          const visits = planVisits(plan, days, { index: i + 1, count });
          for (const { visitor } of visits) {
            expect(owners.get(visitor.id) ?? i).toBe(i);
            owners.set(visitor.id, i);
          }
          return visits.map((visit) => bytesOf(hitsOf(visit)));
        });
        expect(parts.flat().sort()).toEqual(whole.sort());
      }),
      { numRuns: 12 },
    );
  });

  it('are of about the same size', () => {
    const { plan } = planWith({ visitsPerDay: 20_000 });
    const sizes = draws(4, (i) => {
      const days = daysFrom(plan, '2026-05-06', 1);
      return planVisits(plan, days, { index: i + 1, count: 4 }).length;
    });
    expect(Math.min(...sizes)).toBeGreaterThan(4000);
    expect(Math.max(...sizes)).toBeLessThan(6000);
  });
});

describe('the visits of three days', () => {
  it('stay in their days, stay apart, and say everything as Matomo wants it, whatever the settings', () => {
    fc.assert(
      fc.property(arbitrarySettings, date, (overrides, from) => {
        const { traffic, plan, hitsOf } = planWith(overrides);
        const days = daysFrom(plan, from, 3);
        const visits = planVisits(plan, days);
        for (const day of days) {
          const count = plan.startsOf(day).length;
          expect(count === 0 || count === traffic.visitsPerDay).toBe(true);
        }
        expect(outsideOfDay(visits, traffic.timezone)).toEqual([]);
        expect(clashesOfVisitors(visits)).toEqual([]);
        expect(clashesOfFingerprints(visits)).toEqual([]);
        expect(visits.flatMap((visit) => violations(hitsOf(visit), visit, traffic))).toEqual([]);
      }),
      { numRuns: 30 },
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

describe('order ids', () => {
  function orderIds(seed: string, index = 1, count = 1): string[] {
    const { plan } = planWith({ seed, visitsPerDay: 300, shares: { order: 0.5 } });
    return planVisits(plan, daysFrom(plan, '2026-05-06', 4), { index, count }).flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'order' ? [step.order.id] : [])),
    );
  }

  it('are unique over days and seeds', () => {
    const ids = draws(5, (i) => orderIds(`seed ${i}`)).flat();
    expect(ids.length).toBeGreaterThan(2000);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are unique over shards', () => {
    const ids = draws(3, (i) => orderIds('one', i + 1, 3)).flat();
    expect(ids.length).toBeGreaterThan(400);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are those of other orders never, when the settings differ but for the seed', () => {
    const ordersOf = (visitsPerDay: number) => {
      const { plan } = planWith({ visitsPerDay, shares: { order: 0.5 } });
      return planVisits(plan, daysFrom(plan, '2026-05-06', 1)).flatMap(({ steps }) =>
        steps.flatMap((step) => (step.kind === 'order' ? [step.order.id] : [])),
      );
    };
    const light = new Set(ordersOf(100));
    expect(ordersOf(300).filter((id) => light.has(id))).toEqual([]);
  });
});
