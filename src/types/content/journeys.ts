/** Funnels and personas: how visitors move and what they want. */
import type { OrderItem } from './catalogue.ts';
import type { EventTemplate } from './content.ts';

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
      /** How many items the order has, where they are left to be drawn. */
      readonly itemCount?: number;
    })
  | (FunnelStepBase & {
      /** A step of a type that a plugin adds. */
      readonly type: 'plugin';
      /** `plugin/name`. */
      readonly name: string;
      /** Its own keys in the funnel file. */
      readonly options: Readonly<Record<string, unknown>>;
      /** Longest time that the step itself takes; known once the plugin is loaded. */
      readonly longestMs: number;
    });

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
  /** Middle of the pageviews on a logarithmic scale: 0 is the fewest that the settings allow, 1 the most. */
  readonly depth: number;
  /** Middle of the durations, likewise. */
  readonly dwell: number;
  /** How much likelier among frequent visitors; 1 is as likely as among all. */
  readonly loyalty: number;
  /** Share of these visitors' visits with a login. */
  readonly account: number;
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
