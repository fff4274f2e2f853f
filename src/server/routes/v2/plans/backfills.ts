/** Backfills: prepared, looked at, confirmed by their numbers, carried out once, and locked again. */
import { z } from '@hono/zod-openapi';
import { CAUSES } from '../../../../plan/days/volume-causes.ts';
import { defineRoute } from '../../../http/route.ts';
import type { Service } from '../../../service.ts';
import { JOB_STATES } from '../../../store/job-store.ts';
import type { PlanRow } from '../../../store/plan-store.ts';
import { givenTokens, givenValues, tokensOf } from '../given.ts';
import { presetNames, run, runId, settingValues } from '../shapes.ts';
import { confirmation, confirmPlan, planOr404, preparePlan, stateOf, VALID_MS } from './backfill-plan.ts';

const TAG = 'Backfills';

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

/** Why a day has another number of visits than is set. */
const volume = z.object({
  mode: z.enum(['exact', 'average']),
  setPerDay: z.number(),
  /** With the limit of a backfill's day. */
  perDay: z.number(),
  /** True: each of several targets gets so many. */
  isForEach: z.boolean(),
  /** Each on top of those before it; their product is the visits of the window divided by those that are set. */
  causes: z.array(z.object({ cause: z.enum(CAUSES), factor: z.number() })),
  daysAtCap: z.int(),
  isCutOff: z.boolean(),
  hasToday: z.boolean(),
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
  /** This and what follows is null in plans of an earlier version. */
  orders: z.int().nullable(),
  revenue: z.number().nullable(),
  /** Of the site where the token may read it; null where targets have different ones. */
  currency: z.string().nullable(),
  volume: volume.nullable(),
  /** An estimate from the rate limit; null without one: then the server decides. */
  sending: z.object({ requestsPerSecond: z.number(), requests: z.int(), durationMs: z.number() }).nullable(),
});

const plan = z
  .object({
    id: z.int(),
    state: z.enum(['prepared', 'confirmed', 'expired']),
    name: z.string(),
    presets: z.array(z.string()),
    replay: z.boolean(),
    run: z.int().nullable(),
    /** How that run stands; null before it, and when it was deleted. */
    result: z.object({ state: z.enum(JOB_STATES), completeVisits: z.int() }).nullable(),
    createdAt: z.string(),
    confirmUntil: z.string(),
    ...numbers.shape,
  })
  .openapi('BackfillPlan');

function shown(row: PlanRow, { clock, jobs }: Service) {
  const { id, request, numbers: own, job, createdMs } = row;
  const view = job === null ? undefined : jobs.viewOfKnown(job);
  return {
    id,
    state: stateOf(row, clock.now()),
    name: request.name,
    presets: [...request.presets],
    replay: request.again,
    run: job,
    result: view ? { state: view.state, completeVisits: view.totals?.visits.complete ?? 0 } : null,
    createdAt: new Date(createdMs).toISOString(),
    confirmUntil: new Date(createdMs + VALID_MS).toISOString(),
    ...own,
    targets: own.targets ?? [],
    orders: own.orders ?? null,
    revenue: own.revenue ?? null,
    currency: own.currency ?? null,
    volume: own.volume ?? null,
    sending: own.sending ?? null,
  };
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
      return { status: 201, json: shown(row, call.service), headers };
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
      json: { plans: service.plans.plans(100).map((row) => shown(row, service)) },
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
    handle: ({ params }, call) => ({ json: shown(planOr404(call, params.id), call.service) }),
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
    body: givenTokens,
    answers: { 200: { description: 'The run', schema: run } },
    handle: ({ params, body }, { service, identity }) => {
      service.jobs.resume(params.id, tokensOf(body));
      service.audit.add(identity, 'backfill.resume', `run ${params.id}`);
      return { json: service.jobs.view(params.id) };
    },
  }),
];
