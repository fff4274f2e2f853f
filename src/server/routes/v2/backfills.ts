/** Backfills: prepared, looked at, confirmed by their numbers, carried out once, and locked again. */
import { z } from '@hono/zod-openapi';
import type { Target } from '../../../config/targets/targets.ts';
import { conflict, notFound, Refusal } from '../../http/refusal.ts';
import { type Call, defineRoute } from '../../http/route.ts';
import type { Job } from '../../jobs/job.ts';
import { filtered, isSecretName } from '../../settings/names.ts';
import { nameOf } from '../../store/audit.ts';
import type { PlanNumbers, PlanRequest, PlanRow, PlanTarget } from '../../store/plan-store.ts';
import { dryRunOf } from './dry-run.ts';
import { givenValues } from './given.ts';
import { presetNames, run, runId, settingValues } from './shapes.ts';

const TAG = 'Backfills';
/** A plan that nobody confirms meanwhile has to be prepared anew. */
const VALID_MS = 24 * 3_600_000;

const newPlan = z.strictObject({
  name: z.string().trim().min(1).max(100).default('backfill'),
  preset: presetNames.default([]),
  settings: settingValues.default({}),
  sink: z.boolean().default(false),
  /** The word that sends a window on top of what was sent before. */
  replay: z.literal('again').optional(),
  verify: z.boolean().default(false),
  shards: z.int().min(1).max(64).default(1),
});

const numbers = z.object({
  digest: z.string(),
  visits: z.int(),
  hits: z.int(),
  from: z.string(),
  to: z.string(),
  targets: z.array(
    z.object({ name: z.string(), url: z.string().nullable(), site: z.int(), timezone: z.string() }),
  ),
  days: z.array(z.object({ date: z.string(), visits: z.int(), hits: z.int() })),
});

const plan = z
  .object({
    id: z.int(),
    state: z.enum(['prepared', 'confirmed', 'expired']),
    name: z.string(),
    replay: z.boolean(),
    run: z.int().nullable(),
    createdAt: z.string(),
    confirmUntil: z.string(),
    ...numbers.shape,
  })
  .openapi('BackfillPlan');

const confirmation = z.strictObject({
  digest: z.string().max(200),
  visits: z.int(),
  rememberTokens: z.boolean().default(false),
  /** Where those of the service do not do: they are not part of a plan. */
  tokens: z.record(z.string().max(100), z.string().max(500)).default({}),
});

function stateOf({ state, createdMs }: PlanRow, nowMs: number) {
  return state === 'prepared' && nowMs > createdMs + VALID_MS ? 'expired' : state;
}

function shown(row: PlanRow, nowMs: number) {
  const { id, request, numbers: own, job, createdMs } = row;
  return {
    id,
    state: stateOf(row, nowMs),
    name: request.name,
    replay: request.again,
    run: job,
    createdAt: new Date(createdMs).toISOString(),
    confirmUntil: new Date(createdMs + VALID_MS).toISOString(),
    ...own,
    targets: own.targets ?? [],
  };
}

function count(record: Readonly<Record<string, unknown>>, key: 'visits' | 'hits'): number {
  const parsed = z.object({ planned: z.number() }).safeParse(record[key]);
  return parsed.success ? parsed.data.planned : 0;
}

function numbersOf(
  total: Readonly<Record<string, unknown>>,
  days: readonly Readonly<Record<string, unknown>>[],
): PlanNumbers {
  const rows = days.map((day) => ({
    date: String(day.date),
    visits: count(day, 'visits'),
    hits: count(day, 'hits'),
  }));
  const dates = rows.map(({ date }) => date).sort();
  return {
    digest: String(total.digest),
    visits: count(total, 'visits'),
    hits: count(total, 'hits'),
    from: dates[0] ?? '',
    to: dates.at(-1) ?? '',
    days: rows,
  };
}

function placeOf({ name, settings }: Target, isSink: boolean): PlanTarget {
  const { matomoUrl, siteId, timezone } = settings;
  return { name, url: isSink ? null : (matomoUrl ?? null), site: siteId, timezone };
}

const RELATIVE = ['BACKFILL_DAYS_BACK', 'BACKFILL_DURATION_DAYS'];

/** Days counted back from today are those of the day on which somebody looked at them. */
function withDates(given: ReadonlyMap<string, string>, { from, to }: PlanNumbers): Map<string, string> {
  const rest = filtered(given, (name) => !RELATIVE.includes(name) && !isSecretName(name));
  return from === '' ? rest : new Map([...rest, ['BACKFILL_START_DATE', from], ['BACKFILL_END_DATE', to]]);
}

/** Counts what the window would bring, and keeps it to be confirmed. @throws Refusal or SettingsError */
export async function preparePlan(
  call: Call,
  request: Omit<PlanRequest, 'given'>,
  given: ReadonlyMap<string, string>,
): Promise<PlanRow> {
  const { presets, isSink } = request;
  const { service } = call;
  const { session } = await service.jobs.resolve({ command: 'backfill', presets, given, isSink });
  const { total, days } = await dryRunOf(call, { command: 'backfill', presets, given, isSink });
  const own = {
    ...numbersOf(total, days),
    targets: session.targets.map((target) => placeOf(target, isSink)),
  };
  if (own.visits === 0) {
    throw new Refusal(422, 'These days have no visits', { code: 'empty-window', hint: 'Choose other days.' });
  }
  const dated = Object.fromEntries(withDates(given, own));
  return service.plans.create({ ...request, given: dated }, own, service.clock.now());
}

/** Starts it, once. @throws Refusal where it was confirmed before, has changed or is too old */
export async function confirmPlan(
  call: Call,
  id: number,
  { digest, visits, tokens, rememberTokens }: z.output<typeof confirmation>,
): Promise<Job> {
  const { service, identity } = call;
  const row = planOr404(call, id);
  if (stateOf(row, service.clock.now()) === 'expired') {
    throw conflict('plan-expired', 'The plan is older than a day', 'Prepare it again.');
  }
  if (digest !== row.numbers.digest || visits !== row.numbers.visits) {
    throw conflict(
      'plan-differs',
      'This is not what was prepared',
      'Look at the plan, and confirm its digest and visits.',
    );
  }
  if (!service.plans.take(id)) {
    throw conflict(
      'plan-used',
      `The plan was confirmed before, by run ${row.job}`,
      'A plan runs only once. Prepare another one.',
    );
  }
  const { presets, given, isSink, again, verify, shards, name } = row.request;
  try {
    const job = await service.jobs.create({
      command: 'backfill',
      presets,
      given: new Map([...Object.entries(given), ...givenValues(tokens, true)]),
      isSink,
      again,
      verify,
      shards,
      name,
      remembersTokens: rememberTokens,
      source: nameOf(identity),
    });
    service.plans.finish(id, 'confirmed', job.row.id);
    service.audit.add(
      identity,
      'backfill.confirm',
      `run ${job.row.id}`,
      `plan ${id}, ${visits} visits, digest ${digest}`,
    );
    return job;
  } catch (error) {
    // Nothing was started: it may be confirmed again.
    service.plans.finish(id, 'prepared', null);
    throw error;
  }
}

function planOr404({ service }: Call, id: number): PlanRow {
  const row = service.plans.plan(id);
  if (!row) throw notFound('Plan');
  return row;
}

export const backfillRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v2/backfill-plans',
    tag: TAG,
    summary: 'Prepare a backfill: count its days, visits and hits; nothing is sent',
    description:
      'The window is given among the settings: BACKFILL_START_DATE and BACKFILL_END_DATE, or BACKFILL_DAYS_BACK. With replay "again" it is sent on top of what was sent before.',
    role: 'write',
    limit: 30,
    body: newPlan,
    answers: { 201: { description: 'The plan, to be confirmed within a day', schema: plan } },
    handle: async ({ body }, call) => {
      const { preset, settings, sink, replay, verify, shards, name } = body;
      const row = await preparePlan(
        call,
        { presets: preset, isSink: sink, again: replay === 'again', verify, shards, name },
        givenValues(settings, true),
      );
      const headers = { location: `/api/v2/backfill-plans/${row.id}` };
      return { status: 201, json: shown(row, call.service.clock.now()), headers };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/backfill-plans',
    tag: TAG,
    summary: 'List backfills that were prepared, newest first',
    role: 'read',
    limit: 120,
    answers: { 200: { description: 'Plans', schema: z.object({ plans: z.array(plan) }) } },
    handle: (_request, { service }) => ({
      json: { plans: service.plans.plans(100).map((row) => shown(row, service.clock.now())) },
    }),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/backfill-plans/{id}',
    tag: TAG,
    summary: 'Show a backfill that was prepared',
    role: 'read',
    limit: 120,
    params: runId,
    answers: { 200: { description: 'The plan', schema: plan } },
    handle: ({ params }, call) => ({ json: shown(planOr404(call, params.id), call.service.clock.now()) }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/backfill-plans/{id}/confirm',
    tag: TAG,
    summary: 'Start a backfill that was prepared, once, by its digest and number of visits',
    role: 'write',
    limit: 30,
    params: runId,
    body: confirmation,
    answers: { 201: { description: 'The run that carries it out', schema: run } },
    handle: async ({ params, body }, call) => {
      const job = await confirmPlan(call, params.id, body);
      const { id } = job.row;
      return { status: 201, json: call.service.jobs.view(id), headers: { location: `/api/v2/runs/${id}` } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v2/backfill-plans/{id}',
    tag: TAG,
    summary: 'Delete a plan; a run that uses it continues',
    role: 'write',
    limit: 60,
    params: runId,
    answers: { 204: { description: 'Deleted' } },
    handle: ({ params }, call) => {
      planOr404(call, params.id);
      call.service.plans.remove(params.id);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/runs/{id}/resume-backfill',
    tag: TAG,
    summary: 'Resume a backfill that was stopped or failed',
    role: 'write',
    limit: 30,
    params: runId,
    body: z
      .strictObject({
        tokens: z.record(z.string().max(100), z.string().max(500)).default({}),
        rememberTokens: z.boolean().default(false),
      })
      .default({ tokens: {}, rememberTokens: false }),
    answers: { 200: { description: 'The run', schema: run } },
    handle: ({ params, body }, { service, identity }) => {
      service.jobs.resume(params.id, givenValues(body.tokens, true), body.rememberTokens);
      service.audit.add(identity, 'backfill.resume', `run ${params.id}`);
      return { json: service.jobs.view(params.id) };
    },
  }),
];
