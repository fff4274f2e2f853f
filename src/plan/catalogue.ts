/** The built-in catalogue that visits are made from, as the files in `src/data` hold it. */
import browsers from '../data/browsers.json' with { type: 'json' };
import content from '../data/content.json' with { type: 'json' };
import countries from '../data/countries.json' with { type: 'json' };
import downloads from '../data/downloads.json' with { type: 'json' };
import outlinks from '../data/outlinks.json' with { type: 'json' };
import products from '../data/products.json' with { type: 'json' };
import referrers from '../data/referrers.json' with { type: 'json' };
import rhythm from '../data/rhythm.json' with { type: 'json' };
import searchTerms from '../data/search-terms.json' with { type: 'json' };

import type { SiteCatalogue } from '../types/content/catalogue.ts';

/** A browser on a device, as it names itself. */
export interface Browser {
  readonly device: string;
  readonly os: string;
  readonly weight: number;
  /** User agent string. */
  readonly ua: string;
  /** Client hints as Matomo's own tracker sends them; browsers without them have none. */
  readonly uadata: object | null;
  /** Screen resolutions with their weights. */
  readonly screens: readonly (readonly [string, number])[];
  /** Page load time relative to a desktop's. */
  readonly speed: number;
}

export interface City {
  readonly name: string;
  /** ISO 3166-2 subdivision without the country. */
  readonly region: string;
  readonly lat: number;
  readonly long: number;
  readonly timezone: string;
  readonly weight: number;
}

export interface Country {
  /** ISO 3166-1, lower case. */
  readonly code: string;
  readonly weight: number;
  /** Languages with lower-case regions and their weights, the most spoken first. */
  readonly languages: readonly (readonly [string, number])[];
  readonly cities: readonly City[];
  /** CIDR ranges of access providers. */
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/** All that visits are made from. */
export interface Catalogue extends SiteCatalogue {
  readonly browsers: readonly Browser[];
  readonly countries: readonly Country[];
}

function weightedTexts(rows: readonly (readonly (string | number)[])[]): (readonly [string, number])[] {
  return rows.map((row) => [String(row[0]), Number(row[1])] as const);
}

/** The catalogue that comes with the package. */
export const BUILT_IN_CATALOGUE: Catalogue = {
  browsers: browsers.map((browser) => ({ ...browser, screens: weightedTexts(browser.screens) })),
  countries: countries.map((country) => ({ ...country, languages: weightedTexts(country.languages) })),
  referrers,
  channels: { search: 50, social: 21, website: 15, campaign: 10, assistant: 4 },
  rhythm,
  checkout: [
    { path: '/cart', title: 'Shopping cart' },
    { path: '/checkout', title: 'Checkout' },
    { path: '/checkout/payment', title: 'Payment' },
    { path: '/checkout/confirmation', title: 'Order confirmation' },
  ],
  campaigns: referrers.campaigns,
  products,
  searchTerms,
  outlinks,
  downloads,
  banners: content,
};
