import { describe, expect, it } from 'vitest';
import { createDayPlan } from '../../src/plan/day-plan.ts';
import { dayNumberOf } from '../../src/timezone.ts';
import { draws, trafficSettings } from './fixtures.ts';

/** Days on which a clock changes in one of the timezones below, and those after them. */
const CHANGES = ['2025-03-30', '2025-10-26', '2025-04-06', '2025-09-07', '2025-10-05'].flatMap((date) => [
  dayNumberOf(date),
  dayNumberOf(date) + 1,
]);

describe('the plan of the days', () => {
  it.each(
    ['UTC', 'Europe/Stockholm', 'America/Santiago', 'Australia/Lord_Howe'].flatMap((timezone) =>
      (['daily', 'flat'] as const).map((shape) => ({ timezone, shape })),
    ),
  )(
    'has for each day of a year in $timezone the $shape curve that it has by itself, in whichever order days are asked for',
    ({ timezone, shape }) => {
      const settings = trafficSettings({ timezone, shape });
      const first = dayNumberOf('2025-01-01');
      const { loads } = createDayPlan(settings);
      for (const day of [...draws(53, (week) => first + ((week * 7 * 20) % 371)), ...CHANGES]) {
        const alone = createDayPlan(settings).loads;
        expect(loads.loadOf(day)).toEqual(alone.loadOf(day));
        expect(loads.fullLoadOf(day)).toEqual(alone.fullLoadOf(day));
      }
    },
  );
});
