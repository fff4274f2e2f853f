/** Which days a daily cap may still ask for. */
import type { LocalDate } from '../types/local-date.ts';

const DAY_MS = 86_400_000;

/** Local days before this one are over at the instant, in every timezone. */
export function firstOpenDate(instantMs: number): LocalDate {
  return new Date(instantMs - DAY_MS).toISOString().slice(0, 10);
}

/**
 * Visits that count towards a shard's share of a cap: those that it let in itself, and its share of what other
 * divisions of the same traffic let in. All shards `i/n` together count every visit once.
 *
 * @param rows of one target, site and day
 */
export function admittedFor(
  shard: string,
  rows: readonly { readonly shard: string; readonly count: number }[],
): number {
  const [index = 1, count = 1] = shard.split('/').map(Number);
  const own = rows.find((row) => row.shard === shard)?.count ?? 0;
  const others = rows.filter((row) => row.shard.split('/')[1] !== String(count));
  const sum = others.reduce((total, row) => total + row.count, 0);
  return own + Math.floor(sum / count) + (index <= sum % count ? 1 : 0);
}
