/** One tracking request as a run accounts for it, and the kinds that Matomo tells apart. */
import type { FunnelProgress, VisitKey } from './visit.ts';

/** What one hit is, as Matomo's reports count it. */
export const HIT_KINDS = [
  'pageview',
  'event',
  'search',
  'outlink',
  'download',
  'content',
  'goal',
  'order',
  'cart',
  'ping',
] as const;

export type HitKind = (typeof HIT_KINDS)[number];

/** One tracking request, as a run accounts for it. */
export interface Hit {
  readonly visit: VisitRecord;
  /** Rank within the visit, from 0. */
  readonly seq: number;
  /** When the visitor does it, in epoch milliseconds; also sent, as `cdt`. */
  readonly dueMs: number;
  readonly kind: HitKind;
  /** Of an order, in hundredths of the currency's unit; else 0. */
  readonly revenueCents: number;
}

/** What accounting needs to know of the visit that a hit belongs to. One object for all hits of a visit. */
export interface VisitRecord {
  readonly key: VisitKey;
  readonly lane: number;
  /** Of each hit. */
  readonly kinds: readonly HitKind[];
  /** Of all orders, in hundredths of the currency's unit. */
  readonly revenueCents: number;
  /** Objects that may be made only when they are asked for: whoever can do with what is above should. */
  readonly hits: readonly Hit[];
  readonly funnel: FunnelProgress | undefined;
  /** `plugin/name` of the behaviour that wrote it; undefined for all other visits. */
  readonly behaviour?: string | undefined;
  readonly visitorId: string;
  readonly userId: string | undefined;
  /** SHA-256 of the hits' parameters, each followed by a line feed: 64 hexadecimal digits. */
  readonly digest: string;
}

/** A visit and its tracking requests, ready to send but for the token. */
export interface EncodedVisit {
  readonly visit: VisitRecord;
  /** The parameters of each hit, `idsite=1&rec=1&...`, percent-encoded and so ASCII, followed by a line feed. */
  readonly bytes: Buffer;
  /** Where among the bytes each hit begins; last, where the first byte after all of them is. */
  readonly starts: readonly number[];
}
