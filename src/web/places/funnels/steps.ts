/** The steps of a funnel: their types, the fields of each, and templates to begin with. */
import type { FunnelStep } from '../../api/schema.ts';

export type StepType = FunnelStep['type'];

export interface StepField {
  readonly key: keyof FunnelStep;
  readonly label: string;
  readonly isNeeded: boolean;
  readonly isNumber?: boolean;
  /** From 0 to 1, typed in percent. */
  readonly isPercent?: boolean;
  readonly help?: string;
}

const PAGE: StepField = { key: 'url', label: 'Page address', isNeeded: false };
const TITLE: StepField = { key: 'title', label: 'Title', isNeeded: false };

export const STEP_TYPES: Readonly<
  Record<StepType, { readonly label: string; readonly fields: readonly StepField[] }>
> = {
  pageview: { label: 'Views a page', fields: [{ ...PAGE, isNeeded: true }, TITLE] },
  event: {
    label: 'Triggers an event',
    fields: [
      { key: 'event_category', label: 'Category', isNeeded: true },
      { key: 'event_action', label: 'Action', isNeeded: true },
      { key: 'event_name', label: 'Name', isNeeded: true },
      { key: 'event_value', label: 'Value', isNeeded: false, isNumber: true },
    ],
  },
  site_search: {
    label: 'Searches the site',
    fields: [
      { key: 'search_keyword', label: 'Search term', isNeeded: true },
      { key: 'search_category', label: 'Category', isNeeded: false },
      { key: 'search_results', label: 'Results', isNeeded: false, isNumber: true },
    ],
  },
  outlink: {
    label: 'Leaves by a link',
    fields: [{ key: 'target_url', label: 'Address of the link', isNeeded: true }],
  },
  download: {
    label: 'Downloads a file',
    fields: [{ key: 'target_url', label: 'Address of the file', isNeeded: true }],
  },
  ecommerce: {
    label: 'Orders',
    fields: [
      { key: 'ecommerce_revenue', label: 'Revenue (random if empty)', isNeeded: false, isNumber: true },
    ],
  },
};

/** Of every type. */
const TIMES: readonly StepField[] = [
  {
    key: 'delay_seconds_min',
    label: 'Stays at least (s)',
    isNeeded: false,
    isNumber: true,
    help: 'Empty: the next step follows at once.',
  },
  { key: 'delay_seconds_max', label: 'Stays at most (s)', isNeeded: false, isNumber: true },
  {
    key: 'continue_probability',
    label: 'Share that continues',
    isNeeded: false,
    isNumber: true,
    isPercent: true,
    help: 'Empty: all of them.',
  },
];

export const fieldsOf = (type: StepType): readonly StepField[] => [...STEP_TYPES[type].fields, ...TIMES];

export interface FunnelDraft {
  readonly name: string;
  readonly description: string;
  /** 0 to 1. */
  readonly probability: number;
  readonly priority: number;
  readonly enabled: boolean;
  readonly exit_after_completion: boolean;
  readonly steps: readonly FunnelStep[];
}

const page = (url: string, title: string, wait = 20): FunnelStep => ({
  type: 'pageview',
  url,
  title,
  delay_seconds_min: 5,
  delay_seconds_max: wait,
});

export const EMPTY_FUNNEL: FunnelDraft = {
  name: '',
  description: '',
  probability: 0.1,
  priority: 0,
  enabled: true,
  exit_after_completion: true,
  steps: [page('https://example.com/', 'Home')],
};

export const TEMPLATES: readonly FunnelDraft[] = [
  {
    ...EMPTY_FUNNEL,
    name: 'Purchase',
    description: 'From the shop to an order',
    probability: 0.03,
    steps: [
      page('https://example.com/shop', 'Shop', 40),
      page('https://example.com/shop/product', 'Product', 60),
      { ...page('https://example.com/cart', 'Cart', 30), continue_probability: 0.6 },
      { ...page('https://example.com/checkout', 'Checkout', 60), continue_probability: 0.7 },
      { type: 'ecommerce' },
    ],
  },
  {
    ...EMPTY_FUNNEL,
    name: 'Lead generation',
    description: 'Reads about the offer and sends a form',
    probability: 0.05,
    steps: [
      page('https://example.com/landing', 'Landing page', 45),
      { ...page('https://example.com/pricing', 'Pricing', 60), continue_probability: 0.5 },
      page('https://example.com/contact', 'Contact', 90),
      { type: 'event', event_category: 'Form', event_action: 'Submit', event_name: 'Contact' },
    ],
  },
  {
    ...EMPTY_FUNNEL,
    name: 'Content discovery',
    description: 'Searches, reads, downloads',
    probability: 0.08,
    exit_after_completion: false,
    steps: [
      page('https://example.com/', 'Home', 30),
      { type: 'site_search', search_keyword: 'guide', delay_seconds_min: 3, delay_seconds_max: 15 },
      page('https://example.com/articles/guide', 'Guide', 240),
      { type: 'download', target_url: 'https://example.com/files/guide.pdf' },
    ],
  },
];

const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

/** Numbers of a step that cannot be meant. */
function wrongNumbersOf(step: FunnelStep, number: number): string[] {
  const { delay_seconds_min: least, delay_seconds_max: most } = step;
  return [
    ...fieldsOf(step.type).flatMap(({ key, label, isNumber, isPercent }) => {
      const value = step[key] ?? null;
      if (!isNumber || value === null) return [];
      const name = `Step ${number}: “${label}”`;
      if (isPercent) return isShare(value) ? [] : [`${name} must be from 0 to 100 %.`];
      if (typeof value !== 'number' || Number.isNaN(value)) return [`${name} must be a number.`];
      return value >= 0 || key === 'event_value' ? [] : [`${name} must be 0 or more.`];
    }),
    ...(typeof least === 'number' && typeof most === 'number' && most < least
      ? [`Step ${number}: “Stays at most” must not be less than “Stays at least”.`]
      : []),
  ];
}

/** What is missing or wrong, a sentence each; empty when the funnel can be saved. */
export function problemsOf({ name, probability, priority, steps }: FunnelDraft): string[] {
  const missing = steps.flatMap((step, i) =>
    STEP_TYPES[step.type].fields
      .filter(
        ({ key, isNeeded }) =>
          isNeeded && (step[key] === undefined || step[key] === null || step[key] === ''),
      )
      .map(({ label }) => `Step ${i + 1} needs: ${label.toLowerCase()}.`),
  );
  return [
    ...(name.trim() === '' ? ['The funnel needs a name.'] : []),
    ...(isShare(probability) ? [] : ['The share of visits must be from 0 to 100 %.']),
    ...(Number.isInteger(priority) && priority >= 0
      ? []
      : ['The priority must be a whole number, 0 or more.']),
    ...(steps.length === 0 ? ['A funnel needs a step.'] : []),
    ...(steps.length > 0 && steps[0]?.type !== 'pageview' ? ['The first step must be a page.'] : []),
    ...missing,
    ...steps.flatMap((step, i) => wrongNumbersOf(step, i + 1)),
  ];
}

/** Shares of the visitors that begin who reach each step. */
export function reachOf(steps: readonly FunnelStep[]): number[] {
  let reach = 1;
  return steps.map((step) => {
    const here = reach;
    const share = step.continue_probability ?? 1;
    reach *= isShare(share) ? share : 1;
    return here;
  });
}
