/** Percent-encoding of parameters, with what the catalogue says again and again encoded once. */

/** Catalogue texts remembered at most: URLs and titles of a large site, times two. */
const REMEMBERED = 50_000;

/** Encodes one parameter value; the same text is encoded once. */
export type Encoder = (text: string) => string;

/** For texts that come from a bounded set, such as page titles and user agents. */
export function createEncoder(): Encoder {
  const known = new Map<string, string>();
  return (text) => {
    let encoded = known.get(text);
    if (encoded === undefined) {
      encoded = encodeURIComponent(text);
      if (known.size >= REMEMBERED) known.clear();
      known.set(text, encoded);
    }
    return encoded;
  };
}

/** 1234 becomes `12.34`: two decimals, a point. */
export function formatCents(cents: number): string {
  return (cents / 100).toFixed(2);
}
