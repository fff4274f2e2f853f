/** Ways in which a server may fail a client, to be switched on and off while the endpoint runs. */

/** What a deadlock leaves of a bulk request, and whether the answer is the error of the request or that of the database. */
export interface Deadlock {
  readonly kind: 'deadlock';
  /** `part`: its first hits are rolled back, and those after the deadlock are kept. */
  readonly records: 'all' | 'part' | 'none';
  readonly says: 'error' | 'text';
}

export type Fault =
  /** 500; nothing of the request is recorded. `tracked` is what a bulk reply claims all the same. */
  | { readonly kind: 'error'; readonly tracked?: number }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'too-many-requests'; readonly retryAfterSeconds: number }
  | { readonly kind: 'bad-gateway' }
  /** 200 with a page of HTML, as from a proxy's login form. */
  | { readonly kind: 'html' }
  /** A page with the status, as from a proxy. */
  | { readonly kind: 'status'; readonly status: number; readonly isProcessed: boolean }
  /** 200 without a body, after all was recorded. */
  | { readonly kind: 'empty' }
  /** The answer is compressed, whatever the client accepts. */
  | { readonly kind: 'compressed'; readonly coding: 'gzip' | 'deflate' | 'br' }
  | { readonly kind: 'redirect'; readonly location: string }
  /** Never answers. */
  | { readonly kind: 'hang'; readonly isProcessed: boolean }
  /** Closes the connection in place of an answer. */
  | { readonly kind: 'close'; readonly isProcessed: boolean }
  /** As after too many refused tokens: tokens count for nothing, a bulk request gets 500. */
  | { readonly kind: 'locked-out' }
  | { readonly kind: 'recording-off' }
  | Deadlock;

/** Which requests a fault meets: `matomo.php`, those with many hits alone, `index.php`, or all. */
type FaultScope = 'tracking' | 'bulk' | 'reporting' | 'all';

/** What of a request faults go by. */
export interface FaultedRequest {
  readonly isBulk: boolean;
  /** With the query, which is where a single hit may be. */
  readonly url: string;
  readonly body: string;
}

export interface FaultRule {
  /** The one after the other, again and again. */
  readonly faults: readonly Fault[];
  readonly scope: FaultScope;
  /** How many requests meet it at most. */
  readonly times: number;
  /** Of the requests that it suits, the share that meets it, evenly spread. */
  readonly share: number;
  /** Requests that it suits; all unless told. */
  readonly suits?: (request: FaultedRequest) => boolean;
}

interface Rule extends FaultRule {
  seen: number;
  met: number;
}

const NOTHING: FaultedRequest = { isBulk: false, url: '', body: '' };

/** The first rule that suits a request is used, the rules behind it wait until it is used up. */
export class Faults {
  /** Added before every request is processed. */
  latencyMs = 0;
  /** Hits a second of a single server behind a queue: n hits take n/rate seconds of it. Null: no limit. */
  hitsPerSecond: number | null = null;
  /** The plugin QueuedTracking is on: hits that do not say otherwise are answered first, and recorded so much later. */
  queueMs: number | null = null;
  /** True: two bulk requests at the same time for a day that is new to the site deadlock. */
  hasNewDayDeadlocks = false;
  #rules: Rule[] = [];

  /** Lets the next `times` requests meet the fault; every request unless told. */
  inject(fault: Fault, times = Number.POSITIVE_INFINITY, scope: FaultScope = 'tracking'): this {
    return this.add({ faults: [fault], scope, times, share: 1 });
  }

  add(rule: FaultRule): this {
    this.#rules.push({ ...rule, seen: 0, met: 0 });
    return this;
  }

  /** Ends every fault, latency and limit. */
  clear(): void {
    this.#rules = [];
    this.latencyMs = 0;
    this.hitsPerSecond = null;
    this.queueMs = null;
    this.hasNewDayDeadlocks = false;
  }

  /** Number of injected faults that are not used up yet. */
  get pending(): number {
    return this.#rules.length;
  }

  /** The fault that the next request of the scope meets; uses up one of its times. */
  take(scope: 'tracking' | 'reporting', request: FaultedRequest = NOTHING): Fault | null {
    for (const rule of this.#rules) {
      if (!isMeant(rule, scope, request)) continue;
      rule.seen += 1;
      if (Math.floor(rule.seen * rule.share) <= Math.floor((rule.seen - 1) * rule.share)) continue;
      const fault = rule.faults[rule.met % rule.faults.length] ?? null;
      rule.met += 1;
      if (rule.met >= rule.times) this.#rules = this.#rules.filter((candidate) => candidate !== rule);
      return fault;
    }
    return null;
  }
}

function isMeant(rule: FaultRule, scope: 'tracking' | 'reporting', request: FaultedRequest): boolean {
  const wanted = rule.scope === 'bulk' ? scope === 'tracking' && request.isBulk : rule.scope === scope;
  return (rule.scope === 'all' || wanted) && (rule.suits?.(request) ?? true);
}
