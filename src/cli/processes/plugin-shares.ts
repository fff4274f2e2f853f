/** How many visits each behaviour of a plugin writes: of a whole day, and of some visits of the other six weekdays. */
import { visitsOfDays } from '../../plan/bulk-timeline.ts';
import type { LocalDay } from '../../plan/days/calendar.ts';
import { createPlan, type Plan } from '../../plan/plan.ts';
import type { Extensions } from '../../plan/plugins/extensions.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { Visit } from '../../types/visit.ts';

/** Visits that shares of the whole day are counted over, at most. */
const MOST_COUNTED = 50_000;
/** Visits of each other day: enough to meet a mistake, and so few that a slow hook takes seconds. */
const MOST_OF_OTHER_DAY = 100;
const OTHER_DAYS = [1, 2, 3, 4, 5, 6];

export interface DayShares {
  readonly date: LocalDate;
  /** Visits that were planned. */
  readonly planned: number;
  /** Visits among them, by `plugin/name`; 0 for behaviours that took none. */
  readonly byBehaviour: Readonly<Record<string, number>>;
}

function sharesOf({ date }: LocalDay, { behaviours }: Extensions, visits: Iterable<Visit>): DayShares {
  const names = behaviours.map(({ place: { plugin, name } }) => `${plugin}/${name}`);
  const counts = new Map(names.map((name) => [name, 0]));
  let planned = 0;
  for (const { behaviour } of visits) {
    planned++;
    if (behaviour !== undefined) counts.set(behaviour, (counts.get(behaviour) ?? 0) + 1);
  }
  return { date, planned, byBehaviour: Object.fromEntries(counts) };
}

/** Visits at equal distances over the day. */
function someOf(plan: Plan, day: LocalDay): Iterable<Visit> {
  const { length } = plan.startsOf(day);
  const count = Math.min(MOST_OF_OTHER_DAY, length);
  return plan.visits(
    Array.from({ length: count }, (_, i) => ({ day, index: Math.floor((i * length) / count) })),
  );
}

/** @throws UserError with the first visit that a hook got wrong */
export function planShares(
  traffic: TrafficSettings,
  extensions: Extensions,
  date: LocalDate,
): { readonly day: DayShares; readonly others: readonly DayShares[] } {
  const plan = createPlan(traffic, extensions);
  const { calendar } = plan;
  const day = calendar.dayOf(date);
  const whole = visitsOfDays(plan, {
    days: [day],
    shard: { index: 1, count: 1 },
    maxVisits: MOST_COUNTED,
    untilMs: Number.POSITIVE_INFINITY,
  });
  return {
    day: sharesOf(day, extensions, whole),
    others: OTHER_DAYS.map((after) => {
      const other = calendar.dayNumbered(day.number + after);
      return sharesOf(other, extensions, someOf(plan, other));
    }),
  };
}
