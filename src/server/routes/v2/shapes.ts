/** Shapes that several calls of version 2 answer with or take. */
import { z } from '@hono/zod-openapi';
import { wholeNumber } from '../../http/whole-number.ts';
import { JOB_STATES } from '../../store/job-store.ts';

const counts = z.record(z.string(), z.number());
const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() });

const totals = z
  .object({
    visits: counts,
    hits: counts,
    /** Planned hits whose time has not come. */
    hitsToCome: z.number().optional(),
    kinds: counts,
    revenue: z.number(),
    abandonedCarts: z.number(),
    requests: z.number(),
    retries: z.number(),
    /** Attempts to send a request that did not succeed, by reason. */
    failedAttempts: counts.optional(),
    /** A request that failed, by the reasons of failed attempts and of hits that were not accepted. */
    examples: z
      .record(
        z.string(),
        z.object({
          atMs: z.number(),
          url: z.string(),
          status: z.int().optional(),
          /** The beginning of what was answered, where it is not Matomo's. */
          answer: z.string().optional(),
        }),
      )
      .optional(),
    reasons: counts,
    funnels: z.record(
      z.string(),
      z.object({ entered: z.number(), completed: z.number(), steps: z.array(z.number()) }),
    ),
    /** Visits by the behaviour of a plugin that writes them: `plugin/name`. */
    behaviours: z.record(z.string(), counts).optional(),
    latencyMs: percentiles,
    lagMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  })
  .openapi('Totals');

const time = z.iso.datetime();

const threshold = z
  .object({
    text: z.string(),
    target: z.string().optional(),
    metric: z.string(),
    comparator: z.enum(['<', '<=', '>', '>=']),
    limit: z.number(),
    unit: z.enum(['ms', 'share', 'count', 'perSecond']),
    overMs: z.number().optional(),
    abortAfterMs: z.number().optional(),
  })
  .openapi('Threshold');

const targetShape = z
  .object({
    name: z.string(),
    url: z.string(),
    site: z.int(),
    timezone: z.string(),
    currency: z.string().optional(),
    seed: z.string().optional(),
    visitsPerDay: z.number().optional(),
    cap: z.number().optional(),
    activeHours: z.string().nullish(),
    plannedVisits: z.number().nullish(),
    from: z.string().nullish(),
    to: z.string().nullish(),
    activity: z
      .object({
        requestsInFlight: z.number(),
        isTargetDown: z.boolean(),
        /** How long the oldest request in flight has been waiting for its response. */
        waitingMs: z.number().optional(),
      })
      .optional(),
    admittedToday: z.number().optional(),
    isWithinActiveHours: z.boolean().optional(),
    /** Where nothing is sent for the moment. */
    nextVisit: z.object({ at: time, why: z.string() }).nullish(),
    declaredEvents: z
      .array(z.object({ kind: z.enum(['span', 'days', 'growth']), from: time, to: time, factor: z.number() }))
      .optional(),
    totals: totals.nullish(),
  })
  .openapi('RunTarget');

export const run = z
  .object({
    id: z.int(),
    command: z.enum(['run', 'backfill']),
    name: z.string(),
    state: z.enum(JOB_STATES),
    isEnded: z.boolean(),
    isWanted: z.boolean(),
    presets: z.array(z.string()),
    isSink: z.boolean(),
    /** Secrets that it was started with and that the service does not keep: to start again or resume it, give them. */
    missingTokens: z.array(z.string()),
    /** A live run that goes on without them after a restart of the service, since then. */
    withoutTokensSince: time.nullable(),
    shards: z.int(),
    source: z.string(),
    createdAt: time.nullable(),
    startedAt: time.nullable(),
    endedAt: time.nullable(),
    endsAt: time.nullable(),
    exitCode: z.int().nullable(),
    error: z.string().nullable(),
    pid: z.int().nullable(),
    restarts: z.int(),
    isTargetDown: z.boolean(),
    totals: totals.nullable(),
    rates: z
      .object({ hitsPerSecond: z.number(), visitsPerSecond: z.number(), requestsPerSecond: z.number() })
      .nullable(),
    thresholds: z.array(threshold),
    targets: z.array(targetShape),
  })
  .openapi('Run');

export const runId = z.object({ id: wholeNumber(1) });

/** Settings by name: as in the environment (`MATOMO_URL`), in snake case, or as in code (`matomoUrl`). */
export const settingValues = z
  .record(
    z.string().max(100),
    z.union([
      z.string().max(20_000),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(z.union([z.string(), z.number()])),
    ]),
  )
  .openapi({ description: 'By name: MATOMO_URL, matomo_url or matomoUrl. Null means not set.' });

export const presetNames = z
  .union([z.string().max(200), z.array(z.string().max(200)).max(10)])
  .transform((value) => (typeof value === 'string' ? [value] : value));
