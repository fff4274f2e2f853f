/** Visits that count towards their day's cap: on the disk never fewer than have been let in. */
import type { Clock } from '../../types/clock.ts';
import type { LocalDate } from '../../types/local-date.ts';
import { createWriteAhead } from './write-ahead.ts';

/** Visits more than the disk has; negative where it has too many. */
export type AdmissionCounts = readonly (readonly [date: LocalDate, count: number])[];

export interface Admissions {
  /** A visit of the day has been let in. @param by negative: some have not, after all */
  add(date: LocalDate, by?: number): void;
  /** The disk has fewer than have been let in. */
  readonly isDue: boolean;
  /** What the disk has too few of, and some more for visits that will come soon. */
  due(): AdmissionCounts;
  /** What brings the disk to the number of visits that were let in. */
  rest(): AdmissionCounts;
  /** The counts are on the disk now. */
  written(counts: AdmissionCounts): void;
}

export function createAdmissions(clock: Clock): Admissions {
  const missing = new Map<LocalDate, number>();
  const writeAhead = createWriteAhead(clock);

  function change(date: LocalDate, by: number): void {
    missing.set(date, (missing.get(date) ?? 0) + by);
  }

  return {
    add(date, by = 1) {
      writeAhead.note(by);
      change(date, by);
    },
    get isDue() {
      for (const count of missing.values()) if (count > 0) return true;
      return false;
    },
    due() {
      const due = [...missing].filter(([, count]) => count > 0);
      const ahead = writeAhead.expected();
      return due.map(([date, count]) => [date, count + ahead] as const);
    },
    rest: () => [...missing].filter(([, count]) => count !== 0),
    written(counts) {
      for (const [date, count] of counts) change(date, -count);
    },
  };
}
