/** All that shapes the traffic. */
import type { OwnCatalogue } from './content/catalogue.ts';
import type { EventCatalogue, Page } from './content/content.ts';
import type { JourneyCatalogue } from './content/journeys.ts';
import type { LocalDate } from './local-date.ts';
import type { PluginIdentity } from './plugins.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Something that makes days differ from the ordinary. Times are local to the plan's timezone. */
export type DeclaredEvent =
  /** `factor` times the traffic for some minutes: above 1 a spike, 0 an outage. `from` is `YYYY-MM-DDTHH:MM`. */
  | { readonly kind: 'span'; readonly from: string; readonly minutes: number; readonly factor: number }
  /** `factor` times the traffic on whole days, both ends included. */
  | { readonly kind: 'days'; readonly from: LocalDate; readonly to: LocalDate; readonly factor: number }
  /** Traffic that grows by a part of itself each week, and stays as it is from `to` on. */
  | { readonly kind: 'growth'; readonly weekly: number; readonly from: LocalDate; readonly to: LocalDate };

/** All that shapes the traffic: two runs with equal values send the same visits. Shares are of all visits. */
export interface TrafficSettings {
  readonly target: string;
  readonly seed: string;
  readonly siteId: number;
  /** IANA name; days are local days there. */
  readonly timezone: string;
  readonly currency: string;
  readonly visitsPerDay: number;
  /** `exact`: every day has so many visits; `average`: days vary around that number. */
  readonly volume: 'exact' | 'average';
  /** Most visits of a day with volume `average`; 0 for no limit. */
  readonly mostPerDay: number;
  /** Minutes after local midnight, `to` excluded; `from` above `to` wraps midnight. */
  readonly activeMinutes: { readonly from: number; readonly to: number };
  readonly shape: 'daily' | 'flat';
  readonly declaredEvents: readonly DeclaredEvent[];
  readonly pageviews: Range;
  readonly durationMinutes: Range;
  readonly shares: {
    readonly bounce: number;
    readonly returning: number;
    readonly search: number;
    readonly outlink: number;
    readonly download: number;
    readonly clickEvent: number;
    readonly randomEvent: number;
    readonly direct: number;
    readonly order: number;
  };
  /** Share of carts that end without an order. */
  readonly cartAbandonment: number;
  readonly orderValue: Range;
  readonly orderItems: Range;
  readonly taxRate: number;
  readonly shippingRates: readonly number[];
  /** True: hits carry an address and a place, which Matomo takes only with a token. */
  readonly hasPlaces: boolean;
  readonly goalIds: readonly number[];
  readonly customDimensions: readonly number[];
  /** Custom dimension that gets the seed; undefined for none. */
  readonly runDimensionId: number | undefined;
  readonly pages: readonly Page[];
  readonly events: EventCatalogue;
  readonly journeys: JourneyCatalogue;
  readonly catalogue: OwnCatalogue;
  /** Absent without any. */
  readonly plugins?: readonly PluginIdentity[];
}
