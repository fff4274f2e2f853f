import { describe, expect, it } from 'vitest';
import { createDayPlan } from '../../src/plan/day-plan.ts';
import { dayNumberOf } from '../../src/timezone.ts';
import { draws, trafficSettings } from './fixtures.ts';

describe('the plan of the days', () => {
  it.each(['UTC', 'Europe/Stockholm', 'America/Santiago', 'Australia/Lord_Howe'])(
    'has for each day of a year in %s the curve that it has by itself, in whichever order days are asked for',
    (timezone) => {
      const settings = trafficSettings({ timezone });
      const first = dayNumberOf('2025-01-01');
      const { loads } = createDayPlan(settings);
      for (const i of draws(53, (week) => (week * 7 * 20) % 371)) {
        const alone = createDayPlan(settings).loads.loadOf(first + i);
        expect(loads.loadOf(first + i)).toEqual(alone);
      }
    },
  );
});
