/** How values and names are worded in problems, without ever giving away a secret. */
import { distance } from 'fastest-levenshtein';

const MAX_SHOWN = 80;

/** Passwords and tokens inside an address, which people paste by accident. */
function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, '//***@').replace(/(token_auth=)[^&#\s]*/gi, '$1***');
}

/** A value as a problem shows it. */
export function shown(value: unknown, isSecret = false): string {
  if (isSecret) return '***';
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const json = JSON.stringify(only);
  const text = withoutCredentials(json ?? String(value));
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}

/** How many letters two names differ in, whatever their case. */
export function nameDistance(one: string, other: string): number {
  return distance(one.toLowerCase(), other.toLowerCase());
}

/** The name most like `name`; the first one where several are alike. */
export function closestName(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of names) {
    const letters = nameDistance(name, candidate);
    if (letters < bestDistance) [best, bestDistance] = [candidate, letters];
  }
  return best;
}

/** Remedy for an unknown name; nothing where there are no names to choose from. */
export function closestHint(name: string, names: readonly string[]): { hint?: string } {
  const closest = closestName(name, names);
  return closest === undefined ? {} : { hint: `Did you mean ${closest}?` };
}

/** Remedy for a percentage where a share from 0 to 1 is wanted; nothing for another value. */
export function shareHint(value: unknown): { hint?: string } {
  const [, whole, percent] = /^(?:(\d+)|(\d+(?:\.\d+)?)\s*%)$/.exec(String(value).trim()) ?? [];
  const number = Number(whole ?? percent);
  if (!(number <= 100)) return {};
  return { hint: `It is a share: ${number} % is ${Number((number / 100).toPrecision(12))}.` };
}
