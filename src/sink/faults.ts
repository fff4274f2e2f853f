/** Ways in which a server may fail a client, to be switched on and off while the endpoint runs. */

export type Fault =
  /** 500; nothing of the request is recorded. `tracked` is what a bulk reply claims all the same. */
  | { readonly kind: 'error'; readonly tracked?: number }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'too-many-requests'; readonly retryAfterSeconds: number }
  | { readonly kind: 'bad-gateway' }
  /** 200 with a page of HTML, as from a proxy's login form. */
  | { readonly kind: 'html' }
  /** Never answers. */
  | { readonly kind: 'hang'; readonly isProcessed: boolean }
  /** Closes the connection in place of an answer. */
  | { readonly kind: 'close'; readonly isProcessed: boolean }
  /** As after too many refused tokens: tokens count for nothing, a bulk request gets 500. */
  | { readonly kind: 'locked-out' }
  | { readonly kind: 'recording-off' };

/** Which requests a fault meets: `matomo.php`, `index.php` or both. */
type FaultScope = 'tracking' | 'reporting' | 'all';

interface Rule {
  readonly fault: Fault;
  readonly scope: FaultScope;
  remaining: number;
}

/** The first rule that suits a request is used, the rules behind it wait until it is used up. */
export class Faults {
  /** Added before every request is processed. */
  latencyMs = 0;
  /** Hits a second of a single server behind a queue: n hits take n/rate seconds of it. Null: no limit. */
  hitsPerSecond: number | null = null;
  #rules: Rule[] = [];

  /** Lets the next `times` requests meet the fault; every request unless told. */
  inject(fault: Fault, times = Number.POSITIVE_INFINITY, scope: FaultScope = 'tracking'): this {
    this.#rules.push({ fault, scope, remaining: times });
    return this;
  }

  /** Ends every fault, latency and limit. */
  clear(): void {
    this.#rules = [];
    this.latencyMs = 0;
    this.hitsPerSecond = null;
  }

  /** Number of injected faults that are not used up yet. */
  get pending(): number {
    return this.#rules.length;
  }

  /** The fault that the next request of the scope meets; uses up one of its times. */
  take(scope: 'tracking' | 'reporting'): Fault | null {
    const rule = this.#rules.find((candidate) => candidate.scope === 'all' || candidate.scope === scope);
    if (!rule) return null;
    rule.remaining -= 1;
    if (rule.remaining <= 0) this.#rules = this.#rules.filter((candidate) => candidate !== rule);
    return rule.fault;
  }
}
