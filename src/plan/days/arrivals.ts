/** When the visits of one local day start. */
import { CONCERN, type RandomSource } from '../random.ts';
import type { LocalDay } from './calendar.ts';
import { type DayCurve, minutesAt, totalWeight } from './day-curve.ts';

/** The last visits of a day start this long before midnight, so that they end before it. */
const LAST_START_MS = 10_000;

/**
 * Start times of `count` visits, sorted, in epoch milliseconds: independent draws from the day's curve, so that within
 * an hour the counts per minute spread as a Poisson process does (variance-to-mean 1). Empty when the day has no
 * minute in which a visit may start.
 */
export function drawArrivals(
  random: RandomSource,
  day: LocalDay,
  count: number,
  curve: DayCurve,
): Float64Array {
  if (totalWeight(curve) === 0) return new Float64Array(0);
  const stream = random.stream(CONCERN.arrivals, day.number, 0);
  const starts = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const start = day.startMs + Math.floor(minutesAt(curve, stream.next()) * 60_000);
    starts[i] = Math.min(start, day.endMs - LAST_START_MS);
  }
  return starts.sort();
}
