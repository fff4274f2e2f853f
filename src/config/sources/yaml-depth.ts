/** How deeply YAML or JSON text is nested, found without calling itself: what composes it does, and ends with its process. */
import { type CST, Parser } from 'yaml';

/** Of lists and mappings in each other. */
const MOST_LEVELS = 100;

type Token = CST.Token | null | undefined;

function within(token: Token): Token[] {
  if (!token) return [];
  if ('items' in token) return token.items.flatMap(({ key, value }) => [key, value]);
  return token.type === 'document' ? [token.value] : [];
}

/** @returns false for every text that somebody has written by hand */
export function isNestedTooDeeply(text: string): boolean {
  let level: Token[] = [...new Parser().parse(text)];
  // The document itself is one more.
  for (let depth = 0; depth <= MOST_LEVELS + 1; depth++) {
    level = level.flatMap(within);
    if (level.length === 0) return false;
  }
  return true;
}
