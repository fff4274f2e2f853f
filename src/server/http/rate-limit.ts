/** Counts requests in windows of a minute, in memory that is bounded. */

const WINDOW_MS = 60_000;
/** Names that are counted on their own; all further ones of the minute share one count. */
const MOST_NAMES = 20_000;
const OTHERS = '';

export interface Count {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until the window ends. */
  readonly resetSeconds: number;
}

export interface RateLimit {
  /** Counts one request. */
  take(name: string, limit: number): Count;
  /** Looks without counting. */
  look(name: string, limit: number): Count;
}

export function createRateLimit(now: () => number): RateLimit {
  let window = -1;
  let counts = new Map<string, number>();

  function nameIn(name: string): string {
    const current = Math.floor(now() / WINDOW_MS);
    if (current !== window) {
      window = current;
      counts = new Map();
    }
    return counts.has(name) || counts.size < MOST_NAMES ? name : OTHERS;
  }

  function countOf(used: number, limit: number): Count {
    return {
      isAllowed: used <= limit,
      limit,
      remaining: Math.max(0, limit - used),
      resetSeconds: Math.max(1, Math.ceil(((window + 1) * WINDOW_MS - now()) / 1000)),
    };
  }

  return {
    take(name, limit) {
      const own = nameIn(name);
      const used = (counts.get(own) ?? 0) + 1;
      counts.set(own, used);
      return countOf(used, limit);
    },
    look(name, limit) {
      return countOf((counts.get(nameIn(name)) ?? 0) + 1, limit);
    },
  };
}
