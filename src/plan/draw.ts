/** Ways to turn uniform draws into choices and amounts. */
import { exp, power } from './exact-math.ts';
import type { RandomStream } from './random.ts';

export function hasChance(stream: RandomStream, probability: number): boolean {
  return stream.next() < probability;
}

/** A whole number from `min` to `max`, both included. */
export function drawInteger(stream: RandomStream, min: number, max: number): number {
  return min + Math.floor(stream.next() * (max - min + 1));
}

export function drawBetween(stream: RandomStream, min: number, max: number): number {
  return min + stream.next() * (max - min);
}

/** In [0, 1) with the given mean, leaning to the near end: u^(1/mean - 1). */
export function drawSkewed(stream: RandomStream, mean: number): number {
  const bounded = Math.min(0.98, Math.max(0.02, mean));
  return power(stream.next(), 1 / bounded - 1);
}

/** Standard normal, good to two digits and free of logarithms (sum of four uniforms). */
export function drawNormal(stream: RandomStream): number {
  return (stream.next() + stream.next() + stream.next() + stream.next() - 2) * Math.sqrt(3);
}

/** The place between `min` and `max`, both above 0, on a logarithmic scale: 0 is `min`, 1 is `max`. */
export function atPlace(min: number, max: number, place: number): number {
  return min * power(max / min, Math.min(1, Math.max(0, place)));
}

/** A Poisson number; above 30 a normal one in its place. */
export function drawPoisson(stream: RandomStream, mean: number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(stream)));
  const limit = exp(-mean);
  let count = 0;
  for (let product = stream.next(); product > limit; product *= stream.next()) count++;
  return count;
}

/** Log-normal with median 1: the long right tail of dwell and load times. */
export function drawLogNormal(stream: RandomStream, sigma: number): number {
  return exp(sigma * drawNormal(stream));
}

/** A choice among items by weight; the same draw gives the same item whatever the scale of the weights. */
export interface WeightedChoice<T> {
  pick(stream: RandomStream): T;
}

/** @throws RangeError when there is no item of positive weight. */
export function createWeightedChoice<T>(
  items: readonly T[],
  weightOf: (item: T) => number,
): WeightedChoice<T> {
  const kept = items.filter((item) => weightOf(item) > 0);
  const bounds = new Float64Array(kept.length);
  let total = 0;
  kept.forEach((item, i) => {
    total += weightOf(item);
    bounds[i] = total;
  });
  if (kept.length === 0) throw new RangeError('expected at least one item of positive weight, found none');
  // Where the search begins for draws of each slice: about as many slices as items, a power of two.
  let slices = 1;
  while (slices < kept.length) slices *= 2;
  const firsts = Uint32Array.from({ length: slices }, (_, i) => lowerBound(bounds, (i / slices) * total));
  const last = kept.length - 1;
  return {
    pick(stream) {
      const draw = stream.next();
      const value = draw * total;
      let at = firsts[Math.floor(draw * slices)] ?? last;
      while (at < last && (bounds[at] as number) <= value) at++;
      return kept[at] as T;
    },
  };
}

/** One of a list, all alike. The list is not empty. */
export function pickOne<T>(items: readonly T[], stream: RandomStream): T {
  return items[Math.floor(stream.next() * items.length)] as T;
}

/** Index of the first bound above `value`; the last index when none is. */
export function lowerBound(bounds: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
