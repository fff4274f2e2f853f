/** Why the days of a window have more or fewer visits than are set: by season, weekdays, holidays, trend, events and chance. */
import { dayNumberOf } from '../../timezone.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import { createDayPlan } from '../day-plan.ts';
import { createDayFactors } from './rhythm.ts';

export const CAUSES = ['season', 'weekdays', 'holidays', 'trend', 'events', 'chance'] as const;

export interface VolumeCause {
  readonly cause: (typeof CAUSES)[number];
  /** On the number of visits of the whole window. */
  readonly factor: number;
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/**
 * The product of all factors is the visits of the window, without any cap, divided by those that are set. Each cause is told
 * on top of those before it; chance is the rest.
 */
export function volumeCauses(
  settings: TrafficSettings,
  { from, to }: { readonly from: LocalDate; readonly to: LocalDate },
): VolumeCause[] {
  const { loads, catalogue, random } = createDayPlan({ ...settings, mostPerDay: 0 });
  const first = dayNumberOf(from);
  const days = Array.from({ length: dayNumberOf(to) - first + 1 }, (_, i) => first + i);
  const factorsOn = settings.volume === 'average' ? createDayFactors(catalogue.rhythm, random) : undefined;
  const factors = days.map((day) => ({ ...factorsOn?.(day), events: loads.eventFactorOn(day) }));
  let products = days.map(() => 1);
  return CAUSES.flatMap((cause): VolumeCause[] => {
    const before = sumOf(products);
    products =
      cause === 'chance'
        ? days.map((day) => loads.countOf(day) / settings.visitsPerDay)
        : products.map((product, i) => product * (factors[i]?.[cause] ?? 1));
    // An outage that takes all visits leaves nothing to be divided by.
    return before > 0 ? [{ cause, factor: sumOf(products) / before }] : [];
  });
}
