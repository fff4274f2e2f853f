/** Running counts of one site's day. */
import type { HitKind } from '../../types/hit.ts';

export interface DayTotals {
  /** Action rows plus conversion rows, as Matomo's log tables hold them. */
  rows: number;
  readonly kinds: Record<HitKind, number>;
  automaticGoals: number;
  revenueCents: number;
}

export function createDayTotals(): DayTotals {
  const kinds = {
    pageview: 0,
    event: 0,
    search: 0,
    outlink: 0,
    download: 0,
    content: 0,
    goal: 0,
    order: 0,
    cart: 0,
    ping: 0,
  };
  return { rows: 0, kinds, automaticGoals: 0, revenueCents: 0 };
}
