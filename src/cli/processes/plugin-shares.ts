/** What plugins do with the visits of a whole day, and of some visits of the other six weekdays: shares of behaviours, values of dimensions. */
import { visitsOfDays } from '../../plan/bulk-timeline.ts';
import type { LocalDay } from '../../plan/days/calendar.ts';
import { createPlan, type Plan } from '../../plan/plan.ts';
import type { ExtensionDimension, Extensions } from '../../plan/plugins/extensions.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { DimensionValue, Visit } from '../../types/visit.ts';

/** Visits that shares of the whole day are counted over, at most. */
const MOST_COUNTED = 50_000;
/** Visits of each other day: enough to meet a mistake, and so few that a slow hook takes seconds. */
const MOST_OF_OTHER_DAY = 100;
/** Values of a dimension that are listed; it may have another one for each visit. */
const MOST_VALUES = 20;
const OTHER_DAYS = [1, 2, 3, 4, 5, 6];

/** Values of a dimension: of visits or, with the scope `action`, of hits. */
export interface DimensionShares {
  readonly scope: 'visit' | 'action';
  /** Visits or hits that were planned. */
  readonly of: number;
  /** Those among them that have a value. */
  readonly filled: number;
  /** How many different values there are. */
  readonly different: number;
  /** How often each comes, the most frequent ones first. */
  readonly values: Readonly<Record<string, number>>;
}

export interface DayShares {
  readonly date: LocalDate;
  /** Visits that were planned. */
  readonly planned: number;
  /** Visits among them, by `plugin/name`; 0 for behaviours that took none. */
  readonly byBehaviour: Readonly<Record<string, number>>;
  /** By `plugin/name`. */
  readonly byDimension: Readonly<Record<string, DimensionShares>>;
}

/** Counts the values of a dimension. */
function createValues({ id, scope }: ExtensionDimension) {
  const counts = new Map<string, number>();
  let [of, filled] = [0, 0];
  function note(dimensions: readonly DimensionValue[] | undefined): void {
    of++;
    const value = dimensions?.find((one) => one.id === id)?.value;
    if (value === undefined) return;
    filled++;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return {
    add({ dimensions, steps }: Visit): void {
      if (scope === 'visit') note(dimensions);
      else for (const step of steps) note(step.dimensions);
    },
    shares(): DimensionShares {
      const frequent = [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST_VALUES);
      return { scope, of, filled, different: counts.size, values: Object.fromEntries(frequent) };
    },
  };
}

function sharesOf(
  { date }: LocalDay,
  { behaviours, dimensions }: Extensions,
  visits: Iterable<Visit>,
): DayShares {
  const values = new Map(
    dimensions.map((one) => [`${one.place.plugin}/${one.place.name}`, createValues(one)] as const),
  );
  const names = behaviours.map(({ place: { plugin, name } }) => `${plugin}/${name}`);
  const counts = new Map(names.map((name) => [name, 0]));
  let planned = 0;
  for (const visit of visits) {
    const { behaviour } = visit;
    planned++;
    for (const dimension of values.values()) dimension.add(visit);
    if (behaviour !== undefined) counts.set(behaviour, (counts.get(behaviour) ?? 0) + 1);
  }
  const byDimension = Object.fromEntries([...values].map(([name, dimension]) => [name, dimension.shares()]));
  return { date, planned, byBehaviour: Object.fromEntries(counts), byDimension };
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
