/** What was recorded, in numbers that a sender can compare with its own. */
import type { HitKind } from '../../types/hit.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { SiteVisits } from './visits.ts';

interface RecordedDay {
  /** A visit counts on the day of its first hit. */
  readonly visits: number;
  /**
   * Hits that took effect, by kind, so that they compare one to one with what a sender sent: `cart` and `order`
   * count every update and order although a cart and the order after it share one row, `goal` counts the
   * `idgoal` hits that made a row, `ping` those that found a visit to lengthen.
   */
  readonly kinds: Readonly<Record<HitKind, number>>;
  /** Goals that fired by themselves because a page's URL matched. */
  readonly automaticGoals: number;
  /** Sum of the orders' revenue in the site's currency, two decimals. */
  readonly revenue: number;
}

export interface Recorded {
  /** Rows: actions plus conversions. */
  readonly recorded: number;
  readonly visits: number;
  /** By site number, then by local day of the site; days in ascending order. */
  readonly sites: Readonly<Record<string, { readonly days: Readonly<Record<LocalDate, RecordedDay>> }>>;
}

export function summarise(sites: Iterable<SiteVisits>): Recorded {
  let recorded = 0;
  let visits = 0;
  const bySite: Record<string, { days: Record<LocalDate, RecordedDay> }> = {};
  for (const { site, days } of sites) {
    const byDay: Record<LocalDate, RecordedDay> = {};
    for (const date of [...days.keys()].sort()) {
      const day = days.get(date);
      if (!day) continue;
      const { rows, kinds, automaticGoals, revenueCents } = day.totals;
      recorded += rows;
      visits += day.visits.length;
      byDay[date] = {
        visits: day.visits.length,
        kinds: { ...kinds },
        automaticGoals,
        revenue: revenueCents / 100,
      };
    }
    bySite[site.id] = { days: byDay };
  }
  return { recorded, visits, sites: bySite };
}
