/** One visit as the endpoint has recorded it, with the day that it belongs to. */
import type { LocalDate } from '../../types/local-date.ts';
import type { ProductRow } from '../tracking/products.ts';
import type { Referrer } from '../tracking/referrer.ts';
import type { DayTotals } from './day-totals.ts';

/** Matomo's number of an order, and of a cart that is still open. */
export const ORDER = 0;
export const OPEN_CART = -1;

/** A conversion row. Revenue is in hundredths of the site's currency. */
export interface Conversion {
  /** A goal's number, `ORDER` or `OPEN_CART`. */
  readonly goalId: number;
  /** Epoch seconds. */
  readonly seconds: number;
  readonly revenueCents: number;
  /** Empty unless it is an order. */
  readonly orderId: string;
  /** Lines of the order or cart. */
  readonly items: readonly ProductRow[];
}

/** A day of a site: its visits, in the order of their first hit's arrival, and what was counted. */
export interface SinkDay {
  readonly date: LocalDate;
  readonly visits: SinkVisit[];
  readonly totals: DayTotals;
}

/** A recorded visit; times are epoch seconds. */
export interface SinkVisit {
  readonly id: number;
  readonly day: SinkDay;
  readonly fingerprint: string;
  visitorId: string;
  userId: string;
  referrer: Referrer;
  readonly firstSeconds: number;
  lastSeconds: number;
  /** Matomo's `visit_total_time`: last sign of life minus first action plus one. */
  totalSeconds: number;
  /** Actions that Matomo counts in the visit: all but content. */
  actionCount: number;
  /** Indexes into the action log. */
  firstAction: number;
  lastAction: number;
  conversions: Conversion[];
  /** Products and categories that pages of the visit showed; undefined when none did. */
  productViews: ProductRow[] | undefined;
  /** Visit-scope custom dimensions by id; undefined when no hit had any. */
  dimensions: ReadonlyMap<number, string> | undefined;
}
