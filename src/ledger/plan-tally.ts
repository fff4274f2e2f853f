/** Counts planned visits whose hits are not to be sent: kinds, orders and revenue as planned, no outcomes. */
import type { VisitRecord } from '../types/hit.ts';
import type { LocalDate } from '../types/local-date.ts';
import { countFunnel } from './funnel-counts.ts';
import { createTotals, type Totals } from './totals.ts';
import { countVisit } from './visit-counts.ts';

export function createPlanTally(onDay: (date: LocalDate, totals: Totals) => void): {
  /** Visits come in the order of their days. */
  add(visit: VisitRecord): void;
  close(): void;
  readonly total: Totals;
} {
  const total = createTotals();
  let day: { date: LocalDate; totals: Totals } | undefined;
  const close = () => {
    if (day) onDay(day.date, day.totals);
    day = undefined;
  };
  return {
    total,
    close,
    add(visit) {
      const { kinds, revenueCents } = visit;
      if (day?.date !== visit.key.day) {
        close();
        day = { date: visit.key.day, totals: createTotals() };
      }
      for (const totals of [day.totals, total]) {
        totals.hits.planned += kinds.length;
        countVisit(totals, visit, 'planned');
        countFunnel(totals, visit, visit.funnel?.stepsDone ?? 0);
        for (const kind of kinds) totals.kinds[kind]++;
        totals.revenueCents += revenueCents;
      }
    },
  };
}
