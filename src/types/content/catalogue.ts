/** What a site sells, links to and advertises, and where its visitors come from. */
import type { Rhythm } from './rhythm.ts';

export interface OrderItem {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  /** Unit price in the site's currency. */
  readonly price: number;
  readonly quantity: number;
}

/** A page that visitors come from. */
export interface ReferringPage {
  readonly url: string;
  readonly weight: number;
  /** Countries whose visitors come from it; all when absent. */
  readonly countries?: readonly string[];
}

export interface Campaign {
  readonly name: string;
  readonly source: string;
  readonly medium: string;
  readonly content?: string;
  readonly keyword?: string;
  readonly weight: number;
  /** Months in which it runs, 1 to 12; all when absent. */
  readonly months?: readonly number[];
}

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly price: number;
}

export interface SearchTerm {
  readonly keyword: string;
  readonly category: string;
  /** Fewest and most results. */
  readonly results: readonly number[];
  readonly weight: number;
}

export interface Banner {
  readonly name: string;
  readonly piece: string;
  /** Absolute, or a path on the site. */
  readonly target: string;
}

/** Pages that visitors come from, by what Matomo takes them for. */
export interface Referrers {
  readonly search: readonly ReferringPage[];
  readonly social: readonly ReferringPage[];
  readonly websites: readonly ReferringPage[];
  readonly assistants: readonly ReferringPage[];
}

/** Weights of where visits come from that are not direct. */
export interface Channels {
  readonly search: number;
  readonly social: number;
  readonly website: number;
  readonly campaign: number;
  readonly assistant: number;
}

/** A page on the way from a cart to an order. */
export interface CheckoutPage {
  readonly path: string;
  readonly title: string;
}

/** What takes the place of the built-in catalogue, part by part. */
export interface OwnCatalogue extends Partial<Omit<SiteCatalogue, 'referrers'>> {
  readonly referrers?: Partial<Referrers>;
}

/** What a site has: goods, searches, links, banners and campaigns; where its visitors come from, and when. */
export interface SiteCatalogue {
  readonly products: readonly Product[];
  readonly searchTerms: readonly SearchTerm[];
  /** Absolute URLs. */
  readonly outlinks: readonly string[];
  /** Absolute, or paths on the site. */
  readonly downloads: readonly string[];
  readonly banners: readonly Banner[];
  readonly campaigns: readonly Campaign[];
  /** The cart, what comes after it, and the confirmation of the order: at least two. */
  readonly checkout: readonly CheckoutPage[];
  readonly referrers: Referrers;
  readonly channels: Channels;
  readonly rhythm: Rhythm;
}
