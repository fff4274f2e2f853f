/** The steps of a funnel: their types, the fields of each, and what is wrong with them. */
import { formatNumber } from '../../../report/format.ts';
import type { FunnelStep } from '../../api/schema.ts';
import type { FunnelDraft } from './draft.ts';

export type StepType = FunnelStep['type'];

export interface StepField {
  readonly key: keyof FunnelStep;
  readonly label: string;
  readonly isNeeded: boolean;
  readonly isNumber?: boolean;
  /** From 0 to 1, typed in percent. */
  readonly isPercent?: boolean;
  /** What holds where it is empty. */
  readonly placeholder?: string;
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
      { key: 'ecommerce_revenue', label: 'Revenue', isNeeded: false, isNumber: true, placeholder: 'random' },
    ],
  },
};

/** Of every type. */
export const TIMES: readonly StepField[] = [
  {
    key: 'delay_seconds_min',
    label: 'Stays at least (s)',
    isNeeded: false,
    isNumber: true,
    placeholder: '0',
  },
  { key: 'delay_seconds_max', label: 'Stays at most (s)', isNeeded: false, isNumber: true, placeholder: '0' },
  {
    key: 'continue_probability',
    label: 'Share that continues',
    isNeeded: false,
    isNumber: true,
    isPercent: true,
    placeholder: '100',
  },
];

const fieldsOf = (type: StepType): readonly StepField[] => [...STEP_TYPES[type].fields, ...TIMES];

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

/** What a step is about, in the words that it was given; empty where it has none. */
export function subjectOf(step: FunnelStep): string {
  switch (step.type) {
    case 'event':
      return [step.event_category, step.event_action, step.event_name].filter(Boolean).join(' / ');
    case 'site_search':
      return step.search_keyword ?? '';
    case 'outlink':
    case 'download':
      return step.target_url ?? '';
    case 'pageview':
      return step.title || step.url || '';
    case 'ecommerce':
      return '';
  }
}

/** A share of all as text: `4 %`, `62.5 %`. */
export function shareText(share: number): string {
  const percent = Math.round(share * 1000) / 10;
  return `${formatNumber(percent, Number.isInteger(percent) ? 0 : 1)} %`;
}
