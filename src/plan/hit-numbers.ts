/** Numbers that name the hits of a live run for good, the same ones whoever plans them. */
import { dayNumberOf } from '../timezone.ts';
import type { Hit, VisitRecord } from '../types/hit.ts';
import type { LocalDate } from '../types/local-date.ts';

export type HitNumbers = (hit: Pick<Hit, 'seq'> & { readonly visit: Pick<VisitRecord, 'key'> }) => number;

/** Hits of a visit, and visits of a day: with 1,024 days they fill the whole numbers that JavaScript has. */
const HITS = 2 ** 12;
const VISITS = 2 ** 31;
const DAYS = 2 ** 10;

/** @param startDate local day on which the run begins: visits of the day before may leave after that */
export function createHitNumbers(startDate: LocalDate): HitNumbers {
  const firstDay = dayNumberOf(startDate) - 1;
  let last = startDate;
  let lastDay = 1;
  return ({ seq, visit: { key } }) => {
    if (key.day !== last) {
      last = key.day;
      lastDay = dayNumberOf(last) - firstDay;
    }
    if (seq >= HITS || key.index >= VISITS || lastDay < 0 || lastDay >= DAYS)
      throw new Error(`a hit has no number: day ${key.day}, visit ${key.index}, hit ${seq}`);
    return (lastDay * VISITS + key.index) * HITS + seq;
  };
}
