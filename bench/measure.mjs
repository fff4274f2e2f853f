// Alternating rounds, and what they come to: medians, spreads, and ratios of the pairs of one round.

/** @param {readonly number[]} values */
function summarise(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1), values };
}

/** What all rounds of one side have in common; a detail is a number that comes along with the value. */
function summariseSide({ name, against, wanted }, samples, peers) {
  const details = Object.keys(samples[0]).filter((key) => key !== 'value');
  return {
    name,
    ...summarise(samples.map(({ value }) => value)),
    details: Object.fromEntries(details.map((key) => [key, summarise(samples.map((sample) => sample[key]))])),
    ...(against === undefined
      ? {}
      : { against, ratio: summarise(samples.map(({ value }, i) => value / peers[i].value)) }),
    ...(wanted === undefined ? {} : { wanted }),
  };
}

/**
 * Measures every side once a round, every second round in the opposite order, so that neither the first place nor a
 * machine that grows slower favours a side.
 *
 * @param sides `{ name, measure, against?, wanted? }`; `measure` resolves to `{ value, ...details }`
 */
export async function alternate(sides, rounds, onSample) {
  const samples = new Map(sides.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, measure } of round % 2 === 0 ? sides : sides.toReversed()) {
      const sample = await measure();
      samples.get(name).push(sample);
      onSample(round, name, sample);
    }
  }
  return sides.map((side) => summariseSide(side, samples.get(side.name), samples.get(side.against)));
}

/** Whether the side is as good as wanted; undefined where nothing is asked of it. */
export function isReached({ wanted, ratio, median }) {
  if (wanted === undefined) return undefined;
  const figure = wanted.of === 'value' ? median : ratio.median;
  return figure >= (wanted.atLeast ?? -Infinity) && figure <= (wanted.atMost ?? Infinity);
}
