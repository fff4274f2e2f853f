/** Funnels as requests have them (flat), and as answers do (below `config`). */
import { z } from '@hono/zod-openapi';
import type { FunnelRecord, StoredFunnel } from '../../store/funnel-store.ts';
import { isoWithOffset } from './names.ts';

const STEP_KEYS = [
  'type',
  'title',
  'url',
  'action_name',
  'event_category',
  'event_action',
  'event_name',
  'event_value',
  'search_keyword',
  'search_category',
  'search_results',
  'target_url',
  'ecommerce_revenue',
  'ecommerce_subtotal',
  'ecommerce_tax',
  'ecommerce_shipping',
  'ecommerce_items',
  'ecommerce_currency',
  'delay_seconds_min',
  'delay_seconds_max',
  'continue_probability',
] as const;

const text = z.string().max(2000).nullish();
const amount = z.number().min(0).nullish();
const seconds = z.number().min(0).max(3600).nullish();

export const funnelStep = z
  .strictObject({
    type: z.enum(['pageview', 'event', 'site_search', 'outlink', 'download', 'ecommerce']),
    title: z.string().max(120).nullish(),
    url: text,
    action_name: text,
    event_category: text,
    event_action: text,
    event_name: text,
    event_value: z.number().nullish(),
    search_keyword: text,
    search_category: text,
    search_results: z.int().min(0).nullish(),
    target_url: text,
    ecommerce_revenue: amount,
    ecommerce_subtotal: amount,
    ecommerce_tax: amount,
    ecommerce_shipping: amount,
    ecommerce_items: z
      .union([z.int().min(1), z.array(z.array(z.union([z.string(), z.number()])).max(5)).max(100)])
      .nullish(),
    ecommerce_currency: z.string().length(3).nullish(),
    delay_seconds_min: seconds,
    delay_seconds_max: seconds,
    continue_probability: z.number().min(0).max(1).nullish(),
  })
  .openapi('FunnelStep');

const optional = {
  description: z.string().max(500).nullish(),
  priority: z.int().min(0).nullish(),
  enabled: z.boolean().nullish(),
  exit_after_completion: z.boolean().nullish(),
};
const name = z.string().trim().min(1).max(100);
const probability = z.number().min(0).max(1);
const steps = z.array(funnelStep).min(1).max(200);

export const newFunnel = z.strictObject({ name, probability, ...optional, steps });
export const funnelChange = z.strictObject({
  name: name.nullish(),
  probability: probability.nullish(),
  ...optional,
  steps: steps.nullish(),
});

const times = { created_at: z.string(), updated_at: z.string() };
const shown = {
  probability: z.number(),
  priority: z.number(),
  enabled: z.boolean(),
};

export const funnelOutline = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string().nullable(),
  ...shown,
  step_count: z.int(),
  ...times,
});

export const funnelDetail = z
  .object({
    id: z.int(),
    name: z.string(),
    description: z.string().nullable(),
    config: z.object({
      ...shown,
      exit_after_completion: z.boolean(),
      steps: z.array(z.record(z.string(), z.unknown())),
    }),
    ...times,
  })
  .openapi('Funnel');

const numberOf = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
const stepsOf = ({ steps: list }: FunnelRecord): Record<string, unknown>[] =>
  (Array.isArray(list) ? list : []).map((entry) => ({ ...entry }));

function timesOf({ createdMs, updatedMs }: StoredFunnel) {
  return { created_at: isoWithOffset(createdMs), updated_at: isoWithOffset(updatedMs) };
}

function rulesOf({ probability: share, priority, enabled }: FunnelRecord) {
  return { probability: numberOf(share, 0), priority: numberOf(priority, 0), enabled: enabled !== false };
}

export function outlineOf(funnel: StoredFunnel) {
  const { id, record } = funnel;
  return {
    id,
    name: record.name,
    description: textOf(record.description),
    ...rulesOf(record),
    step_count: stepsOf(record).length,
    ...timesOf(funnel),
  };
}

/** Every field, nulls included; without a delay there is none. */
function shownStep(step: Record<string, unknown>) {
  const { delay_seconds_min: min = 0, delay_seconds_max: max = min } = withoutNulls(step);
  const fields = STEP_KEYS.map((key) => [key, step[key] ?? null]);
  return { ...Object.fromEntries(fields), delay_seconds_min: min, delay_seconds_max: max };
}

export function detailOf(funnel: StoredFunnel) {
  const { id, record } = funnel;
  return {
    id,
    name: record.name,
    description: textOf(record.description),
    config: {
      ...rulesOf(record),
      exit_after_completion: record.exit_after_completion !== false,
      steps: stepsOf(record).map(shownStep),
    },
    ...timesOf(funnel),
  };
}

function withoutNulls<T extends object>(value: T) {
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined),
  );
}

/** In the file format, with the defaults written out as the earlier service did. */
export function recordOf(funnel: z.output<typeof newFunnel>): FunnelRecord {
  const {
    name: own,
    steps: list,
    probability: share,
    description,
    priority,
    enabled,
    exit_after_completion,
  } = funnel;
  return {
    name: own,
    ...(description ? { description } : {}),
    probability: share,
    priority: priority ?? 0,
    enabled: enabled ?? true,
    exit_after_completion: exit_after_completion ?? true,
    steps: list.map(withoutNulls),
  };
}

/** What the change leaves out stays. */
export function changedRecord(record: FunnelRecord, change: z.output<typeof funnelChange>): FunnelRecord {
  const { steps: list, name: own, ...rest } = change;
  return {
    ...record,
    ...withoutNulls(rest),
    name: own ?? record.name,
    ...(list ? { steps: list.map(withoutNulls) } : {}),
  };
}
