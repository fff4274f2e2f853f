/** How a worker tells its result, as one JSON object in the last line, and what its work has cost. */
export function report(result: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Processor time of this process so far, in seconds: less moved by what else a machine does than time itself. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * What the second half of the time costs a hit, in µs: most of the code is compiled by then.
 * @param hits so far
 */
export function meterSecondHalf(hits: () => number, seconds: number): () => number | undefined {
  let before: { readonly hits: number; readonly cpu: number } | undefined;
  setTimeout(() => {
    before = { hits: hits(), cpu: cpuSeconds() };
  }, seconds * 500).unref();
  return () => before && ((cpuSeconds() - before.cpu) / (hits() - before.hits)) * 1e6;
}
