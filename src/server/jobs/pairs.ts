/** Distributions as they come over the wire: values in rising order, each with how often it was met. */

export type Pairs = readonly (readonly [value: number, count: number])[];

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** @param percents in rising order */
function valuesAt(pairs: Pairs, percents: readonly number[]): number[] {
  const total = pairs.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  let rank = 0;
  return percents.map((percent) => {
    const wanted = Math.max(1, Math.ceil((percent / 100) * total));
    while (rank < pairs.length && seen + (pairs[rank]?.[1] ?? 0) < wanted) seen += pairs[rank++]?.[1] ?? 0;
    return pairs[rank]?.[0] ?? 0;
  });
}

/** 0 everywhere where nothing was measured. */
export function percentilesOf(pairs: Pairs): Percentiles {
  const [p50 = 0, p95 = 0, p99 = 0] = valuesAt(pairs, [50, 95, 99]);
  return { p50, p95, p99, max: pairs.at(-1)?.[0] ?? 0 };
}

function collect(counts: ReadonlyMap<number, number>): Pairs {
  return [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
}

/** What was met since the earlier look; of the same distribution. */
export function since(earlier: Pairs, later: Pairs): Pairs {
  const counts = new Map(later);
  for (const [value, count] of earlier) counts.set(value, (counts.get(value) ?? 0) - count);
  return collect(counts);
}

export function sumOfPairs(all: readonly Pairs[]): Pairs {
  const [only] = all;
  if (all.length === 1 && only) return only;
  const counts = new Map<number, number>();
  for (const [value, count] of all.flat()) counts.set(value, (counts.get(value) ?? 0) + count);
  return collect(counts);
}
