import { describe, expect, it } from 'vitest';
import { createDayPlan } from '../../../src/plan/day-plan.ts';
import { volumeCauses } from '../../../src/plan/days/volume-causes.ts';
import { dayNumberOf } from '../../../src/timezone.ts';
import type { TrafficSettings } from '../../../src/types/traffic-settings.ts';
import { trafficSettings } from '../fixtures.ts';

const DECEMBER = { from: '2026-12-01', to: '2026-12-31' };

function settings(own: Partial<TrafficSettings>): TrafficSettings {
  return { ...trafficSettings(), visitsPerDay: 300, ...own };
}

const factorOf = (traffic: TrafficSettings, wanted: string, window = DECEMBER) =>
  volumeCauses(traffic, window).find(({ cause }) => cause === wanted)?.factor;

describe('why days have another number of visits than is set', () => {
  it.each([
    ['varying days', { volume: 'average' as const }],
    [
      'varying days with an event',
      {
        volume: 'average' as const,
        declaredEvents: [{ kind: 'days' as const, from: '2026-12-10', to: '2026-12-12', factor: 3 }],
      },
    ],
  ])('is told whole: the causes give just the visits of the window, with %s', (_, own) => {
    const traffic = settings(own);
    const { loads } = createDayPlan(traffic);
    const first = dayNumberOf(DECEMBER.from);
    let visits = 0;
    for (let day = 0; day < 31; day++) visits += loads.countOf(first + day);
    const product = volumeCauses(traffic, DECEMBER).reduce((all, { factor }) => all * factor, 1);
    expect(product * 31 * 300).toBeCloseTo(visits, 6);
  });

  it('names an event by what it adds: three of 31 days with three times the visits', () => {
    const traffic = settings({
      volume: 'exact',
      declaredEvents: [{ kind: 'days', from: '2026-12-10', to: '2026-12-12', factor: 3 }],
    });
    expect(factorOf(traffic, 'events')).toBeCloseTo((28 + 9) / 31, 10);
    expect(factorOf(traffic, 'season')).toBe(1);
    expect(factorOf(traffic, 'chance')).toBeCloseTo(1, 3);
  });

  it('follows the rhythm: a season that only December has, and Christmas', () => {
    const months = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2];
    const { catalogue } = createDayPlan(settings({}));
    const rhythm = {
      ...catalogue.rhythm,
      months,
      holidays: [{ day: '12-24', offset: 0, days: 2, factor: 0 }],
    };
    const traffic = settings({ volume: 'average', catalogue: { rhythm } });
    expect(factorOf(traffic, 'season')).toBeGreaterThan(1.4);
    expect(factorOf(traffic, 'holidays')).toBeLessThan(0.96);
    expect(factorOf(traffic, 'holidays', { from: '2026-09-01', to: '2026-09-30' })).toBeGreaterThan(1);
  });

  it('does not fail where an outage takes all visits', () => {
    const traffic = settings({
      volume: 'exact',
      declaredEvents: [{ kind: 'days', from: '2026-12-01', to: '2026-12-31', factor: 0 }],
    });
    expect(factorOf(traffic, 'events')).toBe(0);
    expect(factorOf(traffic, 'chance')).toBeUndefined();
  });
});
