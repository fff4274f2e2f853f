/** What a site sells, links to and advertises, and where its visitors come from. */

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

/** What a site has: goods, searches, links, banners and campaigns. */
export interface SiteCatalogue {
  readonly products: readonly Product[];
  readonly searchTerms: readonly SearchTerm[];
  /** Absolute URLs. */
  readonly outlinks: readonly string[];
  /** Absolute, or paths on the site. */
  readonly downloads: readonly string[];
  readonly banners: readonly Banner[];
  readonly campaigns: readonly Campaign[];
}
