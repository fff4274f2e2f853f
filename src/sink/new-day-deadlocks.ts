/** Bulk requests at the same time that each want to note the same new day of a site: one of them is the victim. */
import type { Deadlock } from './faults.ts';
import { hitTime } from './tracking/hit-time.ts';
import { integerOf } from './tracking/parameters.ts';
import type { TrackingRequest } from './tracking/request.ts';
import type { Tracker } from './tracking/tracker.ts';

export interface NewDayDeadlocks {
  /** The request begins; `end` says what became of it. */
  begin(request: TrackingRequest): { end(): Deadlock | undefined };
}

const OUTCOMES: readonly Deadlock[] = [
  { kind: 'deadlock', records: 'all', says: 'error' },
  { kind: 'deadlock', records: 'part', says: 'error' },
  { kind: 'deadlock', records: 'none', says: 'text' },
];

export function createNewDayDeadlocks(tracker: Tracker, now: () => number): NewDayDeadlocks {
  /** Requests under way that found a day new, by site and day. */
  const open = new Map<string, number>();
  let victims = 0;

  function newDaysOf(request: TrackingRequest): string[] {
    if (request.kind !== 'bulk') return [];
    const nowSeconds = Math.floor(now() / 1000);
    const days = request.entries.flatMap((parameters) => {
      const visits = tracker.sites.get(integerOf(parameters, 'idsite', 0));
      const date = visits?.dateOf(hitTime(parameters, nowSeconds).seconds) ?? '';
      return visits && !visits.days.has(date) ? [`${visits.site.id} ${date}`] : [];
    });
    return [...new Set(days)];
  }

  return {
    begin(request) {
      const days = newDaysOf(request);
      for (const day of days) open.set(day, (open.get(day) ?? 0) + 1);
      return {
        end() {
          const isVictim = days.some((day) => (open.get(day) ?? 0) > 1);
          for (const day of days) open.set(day, (open.get(day) ?? 1) - 1);
          if (!isVictim) return undefined;
          victims += 1;
          return OUTCOMES[victims % OUTCOMES.length];
        },
      };
    },
  };
}
