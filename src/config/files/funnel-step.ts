/** One step of a funnel, between the file format's flat record and the step that the plan works with. */
import * as z from 'zod';
import type { Problem } from '../../errors.ts';
import type { OrderItem } from '../../types/content/catalogue.ts';
import type { FunnelStep } from '../../types/content/journeys.ts';
import { shown } from '../schema/problem-text.ts';
import { isHttpUrl } from './http-url.ts';
import { inWords, type Place, problemsOfIssues } from './zod-issues.ts';

const STEP_TYPES = ['pageview', 'event', 'site_search', 'outlink', 'download', 'ecommerce'] as const;
type StepType = (typeof STEP_TYPES)[number];

const text = z.string().trim().nullish();
const amount = z.number().min(0).nullish();
const seconds = z.number().min(0).max(3600).nullish();
const MOST_ITEMS = 1000;
const itemSchema = z.tuple([z.string().min(1), z.string(), z.string(), z.number().min(0), z.int().min(1)]);

/** Keys that steps of all types have. */
export const baseSchema = {
  type: z.string(),
  title: text,
  url: text,
  action_name: text,
  delay_seconds_min: seconds,
  delay_seconds_max: seconds,
  continue_probability: z.number().min(0).max(1).nullish(),
};

/** Every key that a step may have; those of other types of step are read over. */
const stepSchema = z.strictObject({
  ...baseSchema,
  type: z.enum(STEP_TYPES),
  event_category: text,
  event_action: text,
  event_name: text,
  event_value: z.number().nullish(),
  search_keyword: text,
  search_category: text,
  search_results: z.int().min(0).nullish(),
  target_url: text,
  ecommerce_revenue: amount,
  ecommerce_items: z.array(itemSchema).nullish(),
  ecommerce_subtotal: amount,
  ecommerce_tax: amount,
  ecommerce_shipping: amount,
  ecommerce_currency: z
    .string()
    .regex(/^([A-Z]{3})?$/, { error: 'three capital letters' })
    .nullish(),
});
/** A number in place of the list of items: how many there are. */
const countedSchema = stepSchema.extend({ ecommerce_items: z.int().min(1).max(MOST_ITEMS) });
type StepRecord = z.output<typeof stepSchema> | z.output<typeof countedSchema>;

const KNOWN_KEYS = Object.keys(stepSchema.shape);

const NEEDED: Readonly<Record<StepType, readonly (keyof StepRecord)[]>> = {
  pageview: ['url'],
  event: ['event_category', 'event_action', 'event_name'],
  site_search: ['search_keyword'],
  outlink: ['target_url'],
  download: ['target_url'],
  ecommerce: [],
};

export interface StepReading {
  readonly step?: FunnelStep;
  /** Page that the visitor is on after the step. */
  readonly page: string | undefined;
  readonly problems: readonly Problem[];
}

/** Items may be written as a list, as the JSON text of one, or as their number. */
function withItemsRead(raw: unknown): unknown {
  const record = z.looseObject({ ecommerce_items: z.string() }).safeParse(raw);
  if (!record.success) return raw;
  const { ecommerce_items: json } = record.data;
  try {
    return { ...record.data, ecommerce_items: json.trim() === '' ? null : JSON.parse(json) };
  } catch {
    return raw;
  }
}

/** Drops keys without a value, so that a key of the result is there only where it says something. */
function present<Value extends object>(values: Value): { [Key in keyof Value]?: NonNullable<Value[Key]> };
function present(values: object): object {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}

/** Absolute form of an address on `page`; nothing where there is none. */
export function resolved(address: string, page: string | undefined): string | undefined {
  if (isHttpUrl(address)) return address;
  if (page === undefined || !URL.canParse(address, page)) return undefined;
  const url = new URL(address, page).href;
  return isHttpUrl(url) ? url : undefined;
}

function missingKeys(raw: unknown, place: Place): Problem[] {
  const loose = z.looseObject({ type: z.enum(STEP_TYPES) }).safeParse(raw);
  if (!loose.success) return [];
  const record: Readonly<Record<string, unknown>> = loose.data;
  return NEEDED[loose.data.type].flatMap((key) => {
    const value = record[key];
    const isBlank =
      value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
    if (!isBlank) return [];
    const message = `${inWords(place)} has the type ${loose.data.type} and needs ${key}, which is missing.`;
    return [{ code: 'missing-key', subject: place.subject, message }];
  });
}

export function delayProblems(
  record: Pick<StepRecord, 'delay_seconds_min' | 'delay_seconds_max'>,
  place: Place,
): Problem[] {
  const { delay_seconds_min: min, delay_seconds_max: max } = record;
  if (typeof min !== 'number' || typeof max !== 'number' || min <= max) return [];
  const message = `${inWords(place)}, delay_seconds_min must not be above delay_seconds_max, but is ${min} against ${max}.`;
  return [{ code: 'min-above-max', subject: place.subject, message }];
}

export function addressProblem(
  key: string,
  value: string,
  pageBefore: string | undefined,
  place: Place,
): Problem {
  const form =
    pageBefore === undefined
      ? 'a whole http(s) URL, because no page comes before it'
      : 'an http(s) URL, or relative to the previous page';
  const message = `${inWords(place)}, ${key} must be ${form}, but is ${shown(value)}.`;
  return { code: 'invalid-value', subject: place.subject, message };
}

function itemsOf({ ecommerce_items: items }: StepRecord): { items?: OrderItem[]; itemCount?: number } {
  if (typeof items === 'number') return { itemCount: items };
  return present({
    items: items?.map(([sku, name, category, price, quantity]) => ({ sku, name, category, price, quantity })),
  });
}

function hasItemCount(raw: unknown): boolean {
  return z.looseObject({ ecommerce_items: z.number() }).safeParse(raw).success;
}

/** `page` and `target` are absolute; both are there where the type needs them. */
function stepOf(record: StepRecord, page: string, target: string): FunnelStep {
  const min = record.delay_seconds_min ?? 0;
  const base = {
    ...present({ title: record.title, actionName: record.action_name }),
    delaySecondsMin: min,
    delaySecondsMax: record.delay_seconds_max ?? min,
    continueProbability: record.continue_probability ?? 1,
  };
  const onPage = record.url ? { ...base, url: page } : base;
  switch (record.type) {
    case 'pageview':
      return { ...base, type: record.type, url: page };
    case 'event': {
      const { event_category: category, event_action: action, event_name: name, event_value: value } = record;
      const names = { category: category ?? '', action: action ?? '', name: name ?? '' };
      return { ...onPage, type: record.type, event: { ...names, ...present({ value }) } };
    }
    case 'site_search': {
      const about = present({ category: record.search_category, results: record.search_results });
      return { ...onPage, type: record.type, keyword: record.search_keyword ?? '', ...about };
    }
    case 'outlink':
    case 'download':
      return { ...onPage, type: record.type, targetUrl: target };
    case 'ecommerce': {
      const amounts = present({
        revenue: record.ecommerce_revenue,
        subtotal: record.ecommerce_subtotal,
        tax: record.ecommerce_tax,
        shipping: record.ecommerce_shipping,
        currency: record.ecommerce_currency,
      });
      return { ...onPage, type: record.type, ...amounts, ...itemsOf(record) };
    }
  }
}

/** `pageBefore` is the page that the step before happened on. */
export function readStep(written: unknown, pageBefore: string | undefined, place: Place): StepReading {
  const raw = withItemsRead(written);
  const missing = missingKeys(raw, place);
  const parsed = (hasItemCount(raw) ? countedSchema : stepSchema).safeParse(raw);
  if (!parsed.success) {
    return {
      page: pageBefore,
      problems: [...missing, ...problemsOfIssues(parsed.error, raw, place, KNOWN_KEYS)],
    };
  }
  const record = parsed.data;
  const problems = [...missing, ...delayProblems(record, place)];
  const page = record.url ? resolved(record.url, pageBefore) : pageBefore;
  const isAway = record.type === 'outlink' || record.type === 'download';
  const target = isAway && record.target_url ? resolved(record.target_url, page) : undefined;
  if (record.url && page === undefined) problems.push(addressProblem('url', record.url, pageBefore, place));
  if (isAway && record.target_url && target === undefined) {
    problems.push(addressProblem('target_url', record.target_url, page, place));
  }
  if (problems.length > 0) return { page, problems };
  return { step: stepOf(record, page ?? '', target ?? ''), page, problems };
}

/** The step in the file format. */
export function stepToRecord(step: FunnelStep): Record<string, unknown> {
  const base = {
    type: step.type === 'plugin' ? step.name : step.type,
    ...present({ title: step.title, url: step.url, action_name: step.actionName }),
  };
  return { ...base, ...ownKeys(step), ...commonKeys(step) };
}

function commonKeys(step: FunnelStep) {
  return {
    delay_seconds_min: step.delaySecondsMin,
    delay_seconds_max: step.delaySecondsMax,
    continue_probability: step.continueProbability,
  };
}

function ownKeys(step: FunnelStep): Record<string, unknown> {
  switch (step.type) {
    case 'pageview':
      return {};
    case 'plugin':
      return step.options;
    case 'event': {
      const { category, action, name, value } = step.event;
      return present({
        event_category: category,
        event_action: action,
        event_name: name,
        event_value: value,
      });
    }
    case 'site_search':
      return present({
        search_keyword: step.keyword,
        search_category: step.category,
        search_results: step.results,
      });
    case 'outlink':
    case 'download':
      return { target_url: step.targetUrl };
    case 'ecommerce':
      return present({
        ecommerce_revenue: step.revenue,
        ecommerce_items:
          step.itemCount ??
          step.items?.map(({ sku, name, category, price, quantity }) => [
            sku,
            name,
            category,
            price,
            quantity,
          ]),
        ecommerce_subtotal: step.subtotal,
        ecommerce_tax: step.tax,
        ecommerce_shipping: step.shipping,
        ecommerce_currency: step.currency,
      });
  }
}
