/** The shapes that cross the seams between rooms: plain data, never mutated once made. */

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

/** How a hit can end. Every planned hit ends in exactly one of these. */
export const OUTCOME_KINDS = ['accepted', 'rejected', 'failed', 'unknown', 'skipped'] as const;
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** A local calendar day, `YYYY-MM-DD`. */
export type LocalDate = string;

/** Names a visit: the same key always means the same visit. */
export interface VisitKey {
  /** Name of the target that receives it; `default` when there is one target. */
  readonly target: string;
  /** Local day in the plan's timezone. */
  readonly day: LocalDate;
  /** Rank of the visit's start among the day's visits, from 0. */
  readonly index: number;
}

export interface Page {
  /** Absolute URL. */
  readonly url: string;
  readonly title: string;
}

export interface EventTemplate {
  readonly category: string;
  readonly action: string;
  readonly name: string;
  readonly value?: number;
}

/** The events that visits may trigger, and the share of visits that do. */
export interface EventCatalogue {
  readonly clickEvents: readonly EventTemplate[];
  readonly randomEvents: readonly EventTemplate[];
  /** When the file names them they take the place of the settings' probabilities. */
  readonly clickEventsProbability?: number;
  readonly randomEventsProbability?: number;
}

interface FunnelStepBase {
  /** Page on which the step happens; a pageview always has one. */
  readonly url?: string;
  readonly title?: string;
  readonly actionName?: string;
  /** Seconds between this step and the next. */
  readonly delaySecondsMin: number;
  readonly delaySecondsMax: number;
  /** Share of visitors who go on to the next step. */
  readonly continueProbability: number;
}

export type FunnelStep =
  | (FunnelStepBase & { readonly type: 'pageview'; readonly url: string })
  | (FunnelStepBase & { readonly type: 'event'; readonly event: EventTemplate })
  | (FunnelStepBase & {
      readonly type: 'site_search';
      readonly keyword: string;
      readonly category?: string;
      readonly results?: number;
    })
  | (FunnelStepBase & { readonly type: 'outlink' | 'download'; readonly targetUrl: string })
  | (FunnelStepBase & {
      readonly type: 'ecommerce';
      readonly revenue?: number;
      readonly subtotal?: number;
      readonly tax?: number;
      readonly shipping?: number;
      readonly currency?: string;
      readonly items?: readonly OrderItem[];
    });

export interface OrderItem {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  /** Unit price in the site's currency. */
  readonly price: number;
  readonly quantity: number;
}

export interface Funnel {
  readonly name: string;
  readonly description: string;
  /** Share of all visits that enter. */
  readonly probability: number;
  /** Lower goes first. */
  readonly priority: number;
  readonly enabled: boolean;
  /** True: the visit ends with the funnel; false: it goes on browsing. */
  readonly exitAfterCompletion: boolean;
  readonly steps: readonly FunnelStep[];
}

/** A kind of visitor: how it enters, moves and acts. Weights are relative, multipliers have 1 as neutral. */
export interface Persona {
  readonly name: string;
  /** Relative share of visitors. */
  readonly share: number;
  readonly entry: {
    readonly home: number;
    readonly category: number;
    readonly subcategory: number;
    readonly page: number;
  };
  readonly navigation: {
    readonly down: number;
    readonly up: number;
    readonly sideways: number;
    readonly home: number;
  };
  /** Mean place within the configured range of pageviews: 0 the least, 1 the most. */
  readonly depth: number;
  /** Mean place within the configured range of durations. */
  readonly dwell: number;
  /** How much likelier than the average visitor: the configured share over all visits stays what it is. */
  readonly propensity: {
    readonly bounce: number;
    readonly search: number;
    readonly outlink: number;
    readonly download: number;
    readonly clickEvent: number;
    readonly randomEvent: number;
    readonly order: number;
  };
}

/** Funnels and personas in force. */
export interface JourneyCatalogue {
  readonly funnels: readonly Funnel[];
  readonly personas: readonly Persona[];
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
  /** What takes the place of the built-in catalogue, part by part. */
  readonly catalogue: Partial<SiteCatalogue>;
}

/** A visitor as Matomo sees one: all parts agree with each other and are the same in every visit. */
export interface Visitor {
  readonly number: number;
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** Name of an account holder; undefined for the others. */
  readonly userId: string | undefined;
  readonly persona: string;
  readonly userAgent: string;
  /** Client hints as JSON text; undefined for browsers without them. */
  readonly clientHints: string | undefined;
  readonly device: string;
  /** Page load time relative to a desktop's. */
  readonly speed: number;
  /** `1920x1080`. */
  readonly resolution: string;
  /** `sv-se`: the region in lower case. */
  readonly language: string;
  readonly timezone: string;
  /** Where the visitor is; undefined when the plan has no places. */
  readonly place: Place | undefined;
}

export interface Place {
  /** IPv4 or IPv6 address. */
  readonly address: string;
  /** ISO 3166-1, lower case. */
  readonly country: string;
  /** ISO 3166-2 subdivision without the country. */
  readonly region: string;
  readonly city: string;
  readonly lat: number;
  readonly long: number;
}

/** How the visitor came. `url` is the referring page, `parameters` what a campaign link adds to the landing page. */
export interface VisitSource {
  readonly type: 'direct' | 'search' | 'social' | 'website' | 'assistant' | 'campaign';
  readonly url: string | undefined;
  readonly parameters: string | undefined;
}

interface StepBase {
  /** Epoch milliseconds at which the visitor does it. */
  readonly atMs: number;
  /** The page on which it happens. */
  readonly page: Page;
  /** 6 characters that name the pageview on which it happens. */
  readonly pageviewId: string;
}

/** What one visitor does, in order. Each step becomes one hit. */
export type Step =
  | (StepBase & {
      readonly kind: 'pageview';
      /** Network, server, transfer, DOM processing, DOM completion and onload times in ms. */
      readonly timings: readonly number[];
      readonly product?: { sku?: string; name?: string; category: string; price?: number };
    })
  | (StepBase & { readonly kind: 'event'; readonly event: EventTemplate })
  | (StepBase & {
      readonly kind: 'search';
      readonly keyword: string;
      readonly category?: string;
      readonly results?: number;
    })
  | (StepBase & { readonly kind: 'outlink' | 'download'; readonly targetUrl: string })
  | (StepBase & {
      readonly kind: 'content';
      readonly name: string;
      readonly piece: string;
      readonly targetUrl: string;
      readonly isInteraction: boolean;
    })
  | (StepBase & { readonly kind: 'goal'; readonly goalId: number })
  | (StepBase & {
      readonly kind: 'cart';
      readonly items: readonly OrderItem[];
      readonly revenueCents: number;
    })
  | (StepBase & { readonly kind: 'order'; readonly order: Order })
  | (StepBase & { readonly kind: 'ping' });

/** Revenue = subtotal + tax + shipping - discount, to the cent. */
export interface Order {
  readonly id: string;
  readonly currency: string;
  readonly items: readonly OrderItem[];
  readonly revenueCents: number;
  readonly subtotalCents: number;
  readonly taxCents: number;
  readonly shippingCents: number;
  readonly discountCents: number;
}

/** How far a visit went through a funnel. */
export interface FunnelProgress {
  readonly name: string;
  readonly stepsDone: number;
  readonly stepCount: number;
}

export interface Visit {
  readonly key: VisitKey;
  /** Running number over all days: visits of one visitor differ by a multiple of the class count. */
  readonly number: number;
  /** Visits of one visitor are all in one class. */
  readonly lane: number;
  readonly startMs: number;
  readonly visitor: Visitor;
  /** True when this is not the visitor's first visit. */
  readonly isReturning: boolean;
  readonly source: VisitSource;
  readonly steps: readonly Step[];
  readonly funnel: FunnelProgress | undefined;
}

/** One tracking request, as a run accounts for it. */
export interface Hit {
  readonly visit: VisitOfHits;
  /** Rank within the visit, from 0. */
  readonly seq: number;
  /** When the visitor does it, in epoch milliseconds; also sent, as `cdt`. */
  readonly dueMs: number;
  readonly kind: HitKind;
  /** Of an order, in hundredths of the currency's unit; else 0. */
  readonly revenueCents: number;
}

/** What accounting needs to know of the visit that a hit belongs to. One object for all hits of a visit. */
export interface VisitOfHits {
  readonly key: VisitKey;
  readonly lane: number;
  readonly hits: readonly Hit[];
  readonly funnel: FunnelProgress | undefined;
  readonly visitorId: string;
  readonly userId: string | undefined;
  /** SHA-256 of the hits' parameters, each followed by a line feed: 64 hexadecimal digits. */
  readonly digest: string;
}

/**
 * A visit and its tracking requests, ready to send but for the token: `common + own[seq]` are the parameters of a hit,
 * `idsite=1&rec=1&...`, percent-encoded and so ASCII.
 */
export interface WrittenVisit {
  readonly visit: VisitOfHits;
  readonly common: string;
  /** One for each hit. */
  readonly own: readonly string[];
}

/** The body of a request while it is filled. */
export interface OpenBody {
  add(visit: WrittenVisit, seq: number): void;
  /** The bytes to send; nothing is added after that. */
  close(): Buffer;
}

/** How visits become requests. */
export interface Encoder {
  write(visit: Visit): WrittenVisit;
  openBody(): OpenBody;
}

/** Hits that go out together, in one request. */
export interface Batch {
  /** Rank in the order in which a backfill's batches are made, from 0: names the batch for good. Live hits have -1. */
  readonly id: number;
  /** Batches of one lane go out one after the other, so that a visitor's hits keep their order. */
  readonly lane: number;
  /** When it is to leave, in epoch ms; 0 for as soon as there is room. */
  readonly leaveMs: number;
  /** When the engine had it ready to leave, in epoch ms: what it waits from then on, it waits for the target. */
  readonly readyMs?: number;
  /** At least one. */
  readonly hits: readonly Hit[];
  /** What is sent of them, to the byte. */
  readonly body: Buffer;
}

/** Visits a second that change evenly from one rate to the other. */
export interface LoadStage {
  /** Infinite in a last stage that does not end. */
  readonly ms: number;
  readonly from: number;
  readonly to: number;
}

/** Visits a second over the course of a run. */
export interface LoadProfile {
  readonly stages: readonly LoadStage[];
}

/** `share` is from 0 to 1, `ms` and `perSecond` (hits) are what they say, `count` is of hits or visits. */
export type ThresholdUnit = 'ms' | 'share' | 'count' | 'perSecond';

/** What a run is held to. */
export interface Threshold {
  /** As it was written. */
  readonly text: string;
  /** Name of the only target that it is about; undefined for each of them. */
  readonly target: string | undefined;
  /** `latency.p95`, `hits.failed`, `visits.complete`, `rate`, `throughput`, `requests`. */
  readonly metric: string;
  readonly comparator: '<' | '<=' | '>' | '>=';
  readonly limit: number;
  readonly unit: ThresholdUnit;
  /** Length of the window that slides over the run; undefined for the run as a whole. */
  readonly overMs: number | undefined;
  /** The run is stopped by a breach later than so long after its start; undefined: it goes on. */
  readonly abortAfterMs: number | undefined;
}

/** A part of the traffic: 1/3 is `{ index: 1, count: 3 }`. Visitors, not hits, are divided. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Time as the engine sees it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves at the instant or as soon as the signal is aborted, never rejects. */
  sleepUntil(instantMs: number, signal: AbortSignal): Promise<void>;
}

/** Decides, from time alone, what becomes of the next batch. Holds no clock. */
export type Pacer = (batch: Batch, nowMs: number) => PaceDecision;
export type PaceDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'skip'; readonly reason: string };

/** What came of a batch once nothing more is tried. */
export interface Delivery {
  /** One for each hit, in their order. */
  readonly outcomes: readonly Outcome[];
  /** Attempts after the first. */
  readonly retries: number;
  /** When the first attempt went out, in epoch ms; undefined when none did. */
  readonly sentMs: number | undefined;
  /** When the answer to the last attempt was complete, in epoch ms. */
  readonly answeredMs: number;
  /** Set when the target refuses in a way that no later hit can escape. */
  readonly fatal?: Error;
}

/** Delivers batches to one target. */
export interface Transport {
  /** Never rejects. The signal ends retries and waiting, not the request in flight. */
  send(batch: Batch, signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}

/** How one hit ended. `reason` is a stable name such as `invalid` or `late`, undefined when accepted. */
export interface Outcome {
  readonly kind: OutcomeKind;
  readonly reason?: string;
}
