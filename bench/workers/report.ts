/** How a worker tells its result: one JSON object as the last line. */
export function report(result: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Processor time of this process so far, in seconds: less moved by what else a machine does than time itself. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
