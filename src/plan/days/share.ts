/** A number of visits divided among targets: whole numbers that add up to it. */
import type { RandomStream } from '../random.ts';

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** In proportion to the weights, to the nearest whole number (largest remainders). */
export function divide(total: number, weights: readonly number[]): number[] {
  const sum = sumOf(weights);
  const exact = weights.map((weight) => (total * weight) / sum);
  const parts = exact.map(Math.floor);
  const byRest = exact.map((part, i) => ({ i, rest: part % 1 })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of byRest.slice(0, total - sumOf(parts))) parts[i] = (parts[i] ?? 0) + 1;
  return parts;
}

/** As if each one's target was drawn by weight; none goes without. `total` is at least the number of weights. */
export function drawParts(stream: RandomStream, total: number, weights: readonly number[]): number[] {
  const sum = sumOf(weights);
  const parts = weights.map(() => 1);
  for (let i = weights.length; i < total; i++) {
    let left = stream.next() * sum;
    const drawn = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    const owner = drawn < 0 ? weights.length - 1 : drawn;
    parts[owner] = (parts[owner] ?? 0) + 1;
  }
  return parts;
}
