/** Text that comes in pieces, taken apart into lines; those of JSON are read. */

/** @returns takes the next piece */
export function createLineReader(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  };
}

/** Undefined for what is no JSON object. */
export function readRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isRecord ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
