/** Percent-encoding of parameters, with what the catalogue says again and again encoded once. */

/** Values remembered of one kind at most: the pages of a large site. */
const REMEMBERED = 20_000;
/** Whole numbers below this are written once: milliseconds of all but the slowest pages. */
const SMALL = 4096;

/** Writes one parameter: `&name=value`. */
export type Parameter<T> = (value: T) => string;

/** One piece of text, for it is used again and again: what `+` puts together is gathered anew by each use. */
export function parameter(name: string, encoded: string): string {
  return ['&', name, '=', encoded].join('');
}

/** The same function, for values that come from a bounded set: it is asked once for each. */
export function remembering<T, U>(make: (value: T) => U): (value: T) => U {
  const known = new Map<T, U>();
  return (value) => {
    let made = known.get(value);
    if (made === undefined) {
      made = make(value);
      if (known.size >= REMEMBERED) known.clear();
      known.set(value, made);
    }
    return made;
  };
}

/** For texts such as page titles and user agents, which come again and again. */
export function textParameter(name: string): Parameter<string> {
  return remembering((value: string) => parameter(name, encodeURIComponent(value)));
}

/** For whole numbers of which most are small, such as load times: those are written once. */
export function countParameter(name: string): Parameter<number> {
  const known = new Array<string | undefined>(SMALL);
  return (value) => {
    const before = known[value];
    if (before !== undefined) return before;
    const written = parameter(name, String(value));
    if (value < SMALL) known[value] = written;
    return written;
  };
}

/** 1234 becomes `12.34`: two decimals, a point. */
export function formatCents(cents: number): string {
  return (cents / 100).toFixed(2);
}
