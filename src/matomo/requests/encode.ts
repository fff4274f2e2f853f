/** Percent-encoding of parameters, with what the catalogue says again and again encoded once. */
import { type Piece, pieceOf } from './visit-text.ts';

/** Values remembered of one kind at most: the pages of a large site. */
const REMEMBERED = 20_000;

/** `&name=value`, written once. */
export function parameter(name: string, value: string): Piece {
  return pieceOf(`&${name}=${encodeURIComponent(value)}`);
}

/** The same function, for values that come from a bounded set: it is asked once for each. */
export function remembering<T, U>(make: (value: T) => U, most = REMEMBERED): (value: T) => U {
  const known = new Map<T, U>();
  return (value) => {
    let made = known.get(value);
    if (made === undefined) {
      made = make(value);
      if (known.size >= most) known.clear();
      known.set(value, made);
    }
    return made;
  };
}

/** For texts such as page titles and user agents, which come again and again. */
export function textParameter(name: string): (value: string) => Piece {
  return remembering((value: string) => parameter(name, value));
}

/** 1234 becomes `12.34`: two decimals, a point. */
export function formatCents(cents: number): string {
  return (cents / 100).toFixed(2);
}
