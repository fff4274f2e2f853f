import { describe, expect, it } from 'vitest';
import { createPlan, type Plan } from '../../src/plan/plan.ts';
import { createPlanAhead } from '../../src/plan/plan-ahead.ts';
import type { TrafficSettings } from '../../src/types/traffic-settings.ts';
import { trafficSettings } from './fixtures.ts';

/** With the settings of each plan that was made. */
function openPlanAhead() {
  const made: TrafficSettings[] = [];
  const plans = createPlanAhead((settings): Plan => {
    made.push(settings);
    return createPlan(settings);
  });
  return { made, ...plans };
}

describe('a plan that is made ahead', () => {
  it('is the plan of whoever asks first for one of equal settings, and of nobody else', () => {
    const { made, prepare, make } = openPlanAhead();
    prepare(trafficSettings({ visitsPerDay: 50 }));
    const first = make(trafficSettings({ visitsPerDay: 50 }));
    expect(made).toHaveLength(1);
    expect(make(trafficSettings({ visitsPerDay: 50 }))).not.toBe(first);
    expect(made).toHaveLength(2);
  });

  it('is left alone where the site has changed the settings', () => {
    const { made, prepare, make } = openPlanAhead();
    prepare(trafficSettings({ timezone: 'UTC' }));
    const plan = make(trafficSettings({ timezone: 'Europe/Stockholm' }));
    expect(plan.settings.timezone).toBe('Europe/Stockholm');
    expect(made.map(({ timezone }) => timezone)).toEqual(['UTC', 'Europe/Stockholm']);
  });
});
