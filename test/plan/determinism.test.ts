import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlan, type Plan } from '../../src/plan/plan.ts';
import type { LocalDate } from '../../src/types/local-date.ts';
import { arbitrarySettings, DATES } from './arbitrary-settings.ts';
import {
  daysFrom,
  draws,
  hitWriter,
  type Overrides,
  planVisits,
  trafficSettings,
  type WrittenHit,
} from './fixtures.ts';

const date = fc.constantFrom(...DATES);

function planWith(overrides: Overrides) {
  const traffic = trafficSettings(overrides);
  return { traffic, plan: createPlan(traffic), hitsOf: hitWriter(traffic) };
}

/** What a visit sends, as text. */
function bytesOf(hits: readonly WrittenHit[]): string {
  return hits.map(({ query, dueMs }) => `${dueMs} ${query}`).join('\n');
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
      { numRuns: 8 },
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
      { numRuns: 8 },
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
      { numRuns: 8 },
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
