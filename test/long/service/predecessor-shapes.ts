/** What each call of the predecessor's HTTP API answers, as its documented contract says: fields may be added, never missing. */
import { z } from 'zod';

const text = z.string();
const count = z.int().nonnegative();
/** With an offset: right in JavaScript, and read by Python's `fromisoformat`. */
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
const offsetTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$/);
const missing = <T extends z.ZodType>(shape: T) => shape.nullish();

export const detail = z.object({ detail: text.min(1) });
export const unprocessable = z.object({
  detail: z.array(z.object({ type: text, loc: z.array(z.union([text, z.int()])).min(1), msg: text })).min(1),
});
export const root = z.object({
  name: z.literal('Trafficinator Control UI API'),
  version: text,
  status: z.literal('running'),
  docs: z.literal('/docs'),
  health: z.literal('/health'),
});
export const health = z.object({
  status: z.literal('healthy'),
  service: z.literal('trafficinator-control-ui'),
  version: text,
  docker: z.literal('connected'),
  container_found: z.boolean(),
  auth_enabled: z.literal(true),
  authenticated: z.boolean(),
});

const state = z.enum([
  'running',
  'stopped',
  'created',
  'restarting',
  'paused',
  'unknown',
  'not_found',
  'error',
]);
export const status = z.object({
  container: z.object({
    state,
    name: z.literal('matomo-loadgen'),
    id: missing(text),
    uptime: missing(z.string().regex(/^\d+[dhms]( \d+[dhms])*$/)),
    created: missing(time),
    started_at: missing(time),
  }),
  config: missing(z.record(text, text)),
  stats: missing(
    z.object({
      uptime: missing(text),
      visits_generated: missing(count),
      current_rate: missing(z.string().regex(/^\d+(\.\d+)?\/sec$/)),
    }),
  ),
});
export const control = z.object({
  success: z.boolean(),
  message: text.min(1),
  state: text,
  status: text,
  error: missing(text),
});
export const logs = z.object({
  logs: text,
  lines_returned: count,
  container_state: text,
  total_lines: count,
  filtered_lines: count,
});

const finding = (severity: string) =>
  z.object({ field: text, message: text.min(1), severity: z.literal(severity) });
export const validation = z.object({
  valid: z.boolean(),
  errors: z.array(finding('error')),
  warnings: z.array(finding('warning')),
});
export const connection = z.object({
  success: z.boolean(),
  reachable: z.boolean(),
  status_code: missing(z.int()),
  response_time_ms: missing(z.number()),
  error: missing(text),
  message: text.min(1),
});
export const applied = z.object({
  success: z.boolean(),
  message: text.min(1),
  container_restarted: z.boolean(),
  state: text,
  error: missing(text),
});

const presetFields = {
  id: z.int(),
  name: text,
  description: text.nullable(),
  created_at: offsetTime,
  updated_at: offsetTime,
};
export const presets = z.object({ presets: z.array(z.object(presetFields)) });
export const preset = z.object({ ...presetFields, config: z.record(text, z.unknown()) });
export const deleted = z.object({ success: z.literal(true), deleted_id: z.int(), message: text });

const nullable = { text: text.nullable(), number: z.number().nullable() };
const step = z.object({
  type: z.enum(['pageview', 'event', 'site_search', 'outlink', 'download', 'ecommerce']),
  title: nullable.text,
  url: nullable.text,
  action_name: nullable.text,
  event_category: nullable.text,
  event_action: nullable.text,
  event_name: nullable.text,
  event_value: nullable.number,
  search_keyword: nullable.text,
  search_category: nullable.text,
  search_results: nullable.number,
  target_url: nullable.text,
  ecommerce_revenue: nullable.number,
  ecommerce_subtotal: nullable.number,
  ecommerce_tax: nullable.number,
  ecommerce_shipping: nullable.number,
  ecommerce_items: z.unknown(),
  ecommerce_currency: nullable.text,
  delay_seconds_min: z.number(),
  delay_seconds_max: z.number(),
});
const share = { probability: z.number(), priority: z.int(), enabled: z.boolean() };
export const funnels = z.object({
  funnels: z.array(z.object({ ...presetFields, ...share, step_count: z.int() })),
});
export const funnel = z.object({
  ...presetFields,
  config: z.object({ ...share, exit_after_completion: z.boolean(), steps: z.array(step).min(1) }),
});

const structure = z.object({
  total_urls: count,
  unique_domains: count,
  total_categories: count,
  total_subcategories: count,
  categories: z.record(text, count),
  hierarchy: z.record(
    text,
    z.object({
      subcategories: z.record(
        text,
        z.array(z.object({ url: text, title: nullable.text, page_id: z.unknown() })),
      ),
      pages: z.array(z.object({ url: text, title: nullable.text })),
    }),
  ),
});
const texts = { errors: z.array(text), warnings: z.array(text) };
const urlValidation = z.object({
  valid: z.boolean(),
  ...texts,
  url_count: count,
  urls: z.array(z.object({ url: text, title: missing(text), line: z.int() })),
});
export const urls = z.object({
  content: text,
  source: z.enum(['custom', 'default', 'container']),
  validation: urlValidation,
  structure: z.union([structure, z.strictObject({})]),
  line_count: count,
  editable: z.literal(true),
});
export const urlsChecked = z.object({
  valid: z.boolean(),
  url_count: count,
  ...texts,
  structure: missing(structure),
});
export const urlsSaved = z.object({
  success: z.literal(true),
  message: text,
  validation: urlValidation,
  structure,
  restart_required: z.literal(true),
});
export const urlsRefused = z.object({
  success: z.literal(false),
  message: z.literal('URL validation failed'),
  validation: urlValidation.extend({ valid: z.literal(false) }),
});
export const reset = z.object({ success: z.literal(true), message: text, restart_required: z.boolean() });

const event = z.object({ category: text, action: text, name: text, value: missing(z.number()) });
const eventStats = z.record(text, z.unknown());
export const eventsChecked = z.object({ valid: z.boolean(), ...texts, stats: missing(eventStats) });
export const events = z.object({
  config: z.object({
    click_events_probability: z.number(),
    random_events_probability: z.number(),
    click_events: z.array(event),
    random_events: z.array(event),
  }),
  source: z.enum(['custom', 'default']),
  validation: eventsChecked,
});
export const eventsSaved = z.object({
  success: z.literal(true),
  message: text,
  validation: eventsChecked,
  restart_required: z.literal(true),
});
export const eventsRefused = z.object({ success: z.literal(false), validation: eventsChecked });

export const backfillStarted = z.object({
  success: z.boolean(),
  message: text.min(1),
  container_name: missing(text),
  container_id: missing(text),
  error: missing(text),
});
export const backfillStatus = z.object({
  success: z.literal(true),
  message: z.literal('ok'),
  runs: z.array(
    z.object({
      container_name: text,
      container_id: text,
      state: text,
      started_at: missing(time),
      finished_at: missing(time),
      exit_code: missing(z.int()),
      error: z.unknown(),
    }),
  ),
});
export const backfillAct = z.object({ success: z.boolean(), message: text, error: missing(text) });
export const backfillCleanup = z.object({
  success: z.boolean(),
  message: text,
  removed: z.array(text),
  errors: z.array(text),
});
export const backfillLast = z.object({
  success: z.boolean(),
  message: text,
  payload: missing(z.record(text, z.unknown())),
  result: z.unknown(),
  timestamp: missing(text),
});
export const limited = z.object({
  error: z.string().regex(/^Rate limit exceeded: \d+ per 1 minute$/),
  detail: text,
});
