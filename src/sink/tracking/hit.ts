/** The shape of a hit that passed the rules: what the store needs and nothing more. */
import type { SinkGoal } from '../config.ts';
import type { Action } from './action.ts';
import type { ProductRow } from './products.ts';
import type { Referrer } from './referrer.ts';

/** What a hit does to its visit. Revenue is in hundredths of the site's currency. */
export type TrackedAction =
  | { readonly type: 'action'; readonly action: Action; readonly product: ProductRow | undefined }
  | { readonly type: 'goal'; readonly goal: SinkGoal; readonly revenueCents: number }
  | { readonly type: 'cart'; readonly revenueCents: number; readonly items: readonly ProductRow[] }
  | {
      readonly type: 'order';
      readonly orderId: string;
      readonly revenueCents: number;
      readonly items: readonly ProductRow[];
    }
  | { readonly type: 'ping' }
  /** Touches the visit and leaves no row: an order whose items are no list, a custom action that nobody knows. */
  | { readonly type: 'nothing' };

/**
 * How the visitor of a hit is found again: `cid` by the id alone; `_id` and `uid` by the id, else by the
 * fingerprint among visits without a user; no id by the fingerprint.
 */
type VisitorMatch = 'id' | 'id-then-fingerprint' | 'fingerprint';

export interface TrackedHit {
  readonly siteId: number;
  /** Epoch seconds. */
  readonly seconds: number;
  readonly match: VisitorMatch;
  /** Sixteen hexadecimal digits; empty when the hit names no visitor. */
  readonly visitorId: string;
  /** Empty for a visitor who is not logged in. */
  readonly userId: string;
  /** Address, browser and language. */
  readonly fingerprint: string;
  readonly forcesNewVisit: boolean;
  readonly referrer: Referrer;
  /** Visit-scope custom dimensions by id; undefined when the hit has none. */
  readonly dimensions: ReadonlyMap<number, string> | undefined;
  readonly action: TrackedAction;
}
