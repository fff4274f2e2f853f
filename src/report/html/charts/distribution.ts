/** Times in columns that grow with them: tens of milliseconds are told apart as well as seconds. */
import type { Histogram } from 'hdr-histogram-js';

/** Times from `fromMs` on, below `toMs`. */
export interface Column {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** The preferred numbers R10: ten to a power of ten, each about a quarter above the one before. */
const PREFERRED = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8];
const POWERS = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];
const EDGES = [
  ...new Set([0, ...POWERS.flatMap((power) => PREFERRED.map((number) => Math.round(number * power)))]),
];

/** Values that are no higher, by bisection: a histogram tells values of ranks only. */
function countUpTo(histogram: Histogram, value: number): number {
  let [low, high] = [0, histogram.totalCount];
  while (low < high) {
    const rank = Math.ceil((low + high) / 2);
    if (histogram.getValueAtPercentile((100 * (rank - 0.5)) / histogram.totalCount) <= value) low = rank;
    else high = rank - 1;
  }
  return low;
}

/** From the shortest to the longest time; none where there is none. */
export function columnsOf(histogram: Histogram): Column[] {
  const upTo = EDGES.map((edge) => countUpTo(histogram, edge - 1));
  const columns = EDGES.slice(0, -1).map((fromMs, i) => ({
    fromMs,
    toMs: EDGES[i + 1] ?? 0,
    count: (upTo[i + 1] ?? 0) - (upTo[i] ?? 0),
  }));
  const first = columns.findIndex(({ count }) => count > 0);
  return first < 0 ? [] : columns.slice(first, columns.findLastIndex(({ count }) => count > 0) + 1);
}
