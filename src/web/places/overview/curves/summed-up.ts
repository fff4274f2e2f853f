/** The columns of a curve, and those of a long time in longer steps. */

/** Columns of equal length; times are epoch ms, counts are per step, latencies ms. */
export type Points = Readonly<Record<string, readonly number[]>>;

/** Columns of counts, which can be added up; percentiles cannot. */
const COUNTS = ['planned', 'accepted', 'rejected', 'failed', 'unknown', 'skipped', 'visits', 'seconds'];
/** More steps than these are a solid band where visits come at random. */
const MOST_STEPS = 300;
const STEPS_IN_ONE = 5;

/** Counts of a long time, five steps in one; of a short time as they are. */
export function summedUp(points: Points): Points {
  const { atMs = [] } = points;
  if (atMs.length <= MOST_STEPS) return points;
  const starts = atMs.flatMap((_, i) => (i % STEPS_IN_ONE === 0 ? [i] : []));
  const sums = (values: readonly number[]) =>
    starts.map((from) => values.slice(from, from + STEPS_IN_ONE).reduce((sum, value) => sum + value, 0));
  const counts = COUNTS.flatMap((name) => {
    const values = points[name] ?? (name === 'seconds' ? atMs.map(() => 1) : undefined);
    return values ? [[name, sums(values)] as const] : [];
  });
  return { ...Object.fromEntries(counts), atMs: starts.map((i) => atMs[i] ?? 0) };
}
