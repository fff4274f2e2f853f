/** Which days a daily cap may still ask for. */
import type { LocalDate } from '../types.ts';

const DAY_MS = 86_400_000;

/** Local days before this one are over at the instant, in every timezone. */
export function firstOpenDate(instantMs: number): LocalDate {
  return new Date(instantMs - DAY_MS).toISOString().slice(0, 10);
}
