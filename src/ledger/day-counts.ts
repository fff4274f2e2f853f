/** Visits and hits of days as the ledger keeps them: JSON that is trusted no further than its numbers. */
import type { DayRow } from './ledger.ts';

export type Counts = Readonly<Record<string, number>>;

export interface DayCounts {
  readonly visits: Counts;
  readonly hits: Counts;
}

function groupIn(counts: unknown, name: string): [string, number][] {
  const group: unknown =
    typeof counts === 'object' && counts !== null ? Reflect.get(counts, name) : undefined;
  if (typeof group !== 'object' || group === null) return [];
  return Object.entries(group).flatMap(([key, value]): [string, number][] =>
    typeof value === 'number' ? [[key, value]] : [],
  );
}

export function countsOfDay({ counts }: Pick<DayRow, 'counts'>): DayCounts {
  return {
    visits: Object.fromEntries(groupIn(counts, 'visits')),
    hits: Object.fromEntries(groupIn(counts, 'hits')),
  };
}

function added(sum: Counts, more: Counts): Counts {
  const names = [...new Set([...Object.keys(sum), ...Object.keys(more)])];
  return Object.fromEntries(names.map((name) => [name, (sum[name] ?? 0) + (more[name] ?? 0)]));
}

export function countsOfDays(days: readonly DayRow[]): DayCounts {
  return days
    .map(countsOfDay)
    .reduce((sum, day) => ({ visits: added(sum.visits, day.visits), hits: added(sum.hits, day.hits) }), {
      visits: {},
      hits: {},
    });
}
