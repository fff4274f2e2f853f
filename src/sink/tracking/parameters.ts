/** Query strings and single parameters, read as PHP and Matomo read them. */

export type Parameters = ReadonlyMap<string, string>;

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** Later values of a name win; text without `=` is a name with an empty value. */
export function parseQuery(text: string, into = new Map<string, string>()): Map<string, string> {
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf('&', start);
    if (end < 0) end = text.length;
    const equals = text.indexOf('=', start);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    if (nameEnd > start) into.set(decode(text.slice(start, nameEnd)), decode(text.slice(nameEnd + 1, end)));
    start = end + 1;
  }
  return into;
}

/** The query of a URL or of `?a=b`, without a fragment; null when there is none. */
export function queryOf(url: string): string | null {
  const start = url.indexOf('?');
  if (start < 0) return null;
  const end = url.indexOf('#', start);
  const query = url.slice(start + 1, end < 0 ? undefined : end);
  return query === '' ? null : query;
}

/** A copy that does not keep the whole request from which the text was cut in memory. */
export function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}

export function textOf(parameters: Parameters, name: string): string {
  return parameters.get(name) ?? '';
}

/** Only a plain integer counts: `1.0`, `01` and text give the fallback. */
export function integerOf(parameters: Parameters, name: string, fallback: number): number {
  const text = parameters.get(name);
  if (text === undefined) return fallback;
  const number = Number(text);
  return Number.isInteger(number) && String(number) === text ? number : fallback;
}

/** Only a number with a point counts. */
export function numberOf(parameters: Parameters, name: string, fallback: number): number {
  const text = parameters.get(name) ?? '';
  return /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : fallback;
}

/** `dimensionN` parameters by N; undefined when there is none. */
export function dimensionsOf(parameters: Parameters): ReadonlyMap<number, string> | undefined {
  let found: Map<number, string> | undefined;
  for (const [name, value] of parameters) {
    const id = name.startsWith('dimension') ? Number(name.slice(9)) : Number.NaN;
    if (!Number.isInteger(id) || id < 1) continue;
    found ??= new Map();
    found.set(id, ownCopy(value));
  }
  return found;
}
