/** A planned visit: who, from where, and its steps in order. */
import type { OrderItem } from './content/catalogue.ts';
import type { EventTemplate, Page } from './content/content.ts';
import type { LocalDate } from './local-date.ts';
import type { Visitor } from './visitor.ts';

/** Names a visit: the same key always means the same visit. */
export interface VisitKey {
  /** Name of the target that receives it; `default` when there is one target. */
  readonly target: string;
  /** Local day in the plan's timezone. */
  readonly day: LocalDate;
  /** Rank of the visit's start among the day's visits, from 0. */
  readonly index: number;
}

/** How the visitor came. `url` is the referring page, `parameters` what a campaign link adds to the landing page. */
export interface VisitSource {
  readonly type: 'direct' | 'search' | 'social' | 'website' | 'assistant' | 'campaign';
  readonly url: string | undefined;
  readonly parameters: string | undefined;
}

/** What a page shows: a product, or a category without the other parts. */
export interface ProductView {
  readonly sku?: string;
  readonly name?: string;
  readonly category: string;
  readonly price?: number;
}

/** What a custom dimension gets. */
export interface DimensionValue {
  /** In Matomo. */
  readonly id: number;
  readonly value: string;
}

interface StepBase {
  /** Epoch milliseconds at which the visitor does it. */
  readonly atMs: number;
  /** The page on which it happens. */
  readonly page: Page;
  /** 6 characters that name the pageview on which it happens. */
  readonly pageviewId: string;
  /** Custom dimensions of action scope that plugins fill. */
  readonly dimensions?: readonly DimensionValue[];
}

/** What one visitor does, in order. Each step becomes one hit. */
export type Step =
  | (StepBase & {
      readonly kind: 'pageview';
      /** Network, server, transfer, DOM processing, DOM completion and onload times in ms. */
      readonly timings: readonly number[];
      readonly product?: ProductView;
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
  /** `plugin/name` of the behaviour that wrote it. */
  readonly behaviour: string | undefined;
  /** Custom dimensions of visit scope that plugins fill. */
  readonly dimensions: readonly DimensionValue[] | undefined;
}
