/** One-off backfills, as clients of the earlier control service ask for them. */
import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import { Refusal } from '../../http/refusal.ts';
import { type Call, defineRoute } from '../../http/route.ts';
import type { Service } from '../../service.ts';
import { valuesOf } from '../../settings/names.ts';
import { isEnded, type JobRow } from '../../store/job-store.ts';
import { confirmPlan, preparePlan } from '../v2/plans/backfill-plan.ts';
import { isoWithOffset } from './names.ts';

const TAG = 'One-off backfill';
const PREFIX = 'matomo-loadgen-backfill';
const MOST_RUNS = 200;
/** How long an answer waits for what keeps a backfill from starting. */
const BEGIN_WAIT_MS = 5000;

const value = z.union([z.string().max(200), z.number()]).nullish();
const request = z.object({
  BACKFILL_START_DATE: value,
  BACKFILL_END_DATE: value,
  BACKFILL_DAYS_BACK: value,
  BACKFILL_DURATION_DAYS: value,
  BACKFILL_MAX_VISITS_PER_DAY: value,
  BACKFILL_MAX_VISITS_TOTAL: value,
  BACKFILL_SEED: value,
  BACKFILL_RPS_LIMIT: value,
  BACKFILL_RUN_ONCE: z.union([z.boolean(), z.string()]).nullish(),
  name: z.string().max(100).nullish(),
});

const started = z.object({
  success: z.boolean(),
  message: z.string(),
  container_name: z.string().nullable(),
  container_id: z.string().nullable(),
  error: z.string().nullable(),
});

const runStatus = z.object({
  container_name: z.string(),
  container_id: z.string(),
  state: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  exit_code: z.int().nullable(),
  error: z.string().nullable(),
});

const nameOf = (id: number) => `${PREFIX}-${id}`;
const containerId = (id: number) => String(id).padStart(12, '0');

function backfills({ jobs }: Service): JobRow[] {
  return jobs.rows(MOST_RUNS).filter(({ command }) => command === 'backfill');
}

function statusOf({ id, state, startedMs, endedMs, exitCode, error }: JobRow) {
  return {
    container_name: nameOf(id),
    container_id: containerId(id),
    state: isEnded(state) ? 'exited' : 'running',
    started_at: startedMs === null ? null : isoWithOffset(startedMs),
    finished_at: endedMs === null ? null : isoWithOffset(endedMs),
    exit_code: exitCode,
    error,
  };
}

function failed(message: string, error: string) {
  return { success: false, message, container_name: null, container_id: null, error };
}

/** Prepares and confirms at once: the client has shown the window, and the ledger refuses one that was sent before. */
async function start(call: Call, asked: z.output<typeof request>) {
  const { name, BACKFILL_RUN_ONCE: _, ...window } = asked;
  const { clock, jobs } = call.service;
  const plan = await preparePlan(
    call,
    { presets: [], isSink: false, again: false, verify: false, shards: 1, name: name || 'backfill' },
    valuesOf(window),
  );
  const { digest, visits } = plan.numbers;
  const job = await confirmPlan(call, plan.id, { digest, visits, tokens: {}, rememberTokens: false });
  const over = new AbortController();
  void job.begun.then(() => over.abort());
  await clock.sleepUntil(clock.now() + BEGIN_WAIT_MS, over.signal);
  const { id, state, error } = jobs.row(job.row.id);
  if (state === 'failed') return failed('Backfill could not be started', error ?? 'It ended at once');
  const message = `Backfill started: ${visits} visits`;
  return { success: true, message, container_name: nameOf(id), container_id: containerId(id), error: null };
}

function namedRun(service: Service, container: string): JobRow | undefined {
  return backfills(service).find(({ id, name }) => nameOf(id) === container || name === container);
}

/** With the types that a client has sent; all else is text. */
function payloadOf(given: Readonly<Record<string, string>>) {
  const isNumber = (name: string) => name === 'BACKFILL_SEED' || name === 'BACKFILL_RPS_LIMIT';
  return Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, isNumber(name) ? Number(text) : text]),
  );
}

export const oneOffBackfillRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/backfill/run',
    tag: TAG,
    summary: 'Start a backfill of a window; look at success',
    role: 'write',
    limit: 10,
    body: request,
    answers: { 200: { description: 'The result', schema: started } },
    handle: async ({ body }, call) => {
      try {
        return { json: await start(call, body) };
      } catch (error) {
        if (error instanceof UserError || error instanceof Refusal) {
          return { json: failed('Backfill could not be started', error.message) };
        }
        throw error;
      }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/backfill/status',
    tag: TAG,
    summary: 'List backfills, newest first',
    role: 'read',
    limit: 30,
    answers: {
      200: {
        description: 'Backfills',
        schema: z.object({ success: z.literal(true), message: z.string(), runs: z.array(runStatus) }),
      },
    },
    handle: (_request, { service }) => ({
      json: { success: true, message: 'ok', runs: backfills(service).map(statusOf) },
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/backfill/cancel',
    tag: TAG,
    summary: 'Stop a backfill; look at success',
    role: 'write',
    limit: 10,
    body: z.object({ container_name: z.string().max(200) }),
    answers: {
      200: {
        description: 'The result',
        schema: z.object({ success: z.boolean(), message: z.string(), error: z.string().nullable() }),
      },
    },
    handle: async ({ body }, { service, identity }) => {
      const row = namedRun(service, body.container_name);
      if (!row)
        return {
          json: { success: false, message: 'Backfill not found', error: 'There is no such backfill' },
        };
      const job = service.jobs.job(row.id);
      if (!job) return { json: { success: true, message: 'Backfill has already ended', error: null } };
      await job.stop({ signal: 'SIGTERM' });
      service.audit.add(identity, 'backfill.cancel', `run ${row.id}`);
      return { json: { success: true, message: 'Backfill cancelled', error: null } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/backfill/cleanup',
    tag: TAG,
    summary: 'Delete finished backfills; the ledger keeps what was sent',
    role: 'write',
    limit: 10,
    answers: {
      200: {
        description: 'The deleted backfills',
        schema: z.object({
          success: z.boolean(),
          message: z.string(),
          removed: z.array(z.string()),
          errors: z.array(z.string()),
        }),
      },
    },
    handle: (_request, { service, identity }) => {
      const ended = backfills(service).filter(({ state, id }) => isEnded(state) && !service.jobs.job(id));
      for (const { id } of ended) service.jobs.remove(id);
      const removed = ended.map(({ id }) => nameOf(id));
      service.audit.add(identity, 'backfill.cleanup', 'backfills', removed.join(', '));
      return { json: { success: true, message: `${removed.length} removed`, removed, errors: [] } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/backfill/last',
    tag: TAG,
    summary: 'Show the last backfill',
    role: 'read',
    limit: 30,
    answers: {
      200: {
        description: 'The last one, where there is one',
        schema: z.object({
          success: z.boolean(),
          message: z.string(),
          payload: z.record(z.string(), z.union([z.string(), z.number()])).nullable(),
          result: runStatus.nullable(),
          timestamp: z.string().nullable(),
        }),
      },
    },
    handle: (_request, { service }) => {
      const [last] = backfills(service);
      const none = {
        success: false,
        message: 'No backfill yet',
        payload: null,
        result: null,
        timestamp: null,
      };
      if (!last) return { json: none };
      const plan = service.plans.plans(MOST_RUNS).find(({ job }) => job === last.id);
      return {
        json: {
          success: true,
          message: 'ok',
          payload: payloadOf(plan?.request.given ?? {}),
          result: statusOf(last),
          timestamp: isoWithOffset(last.createdMs),
        },
      };
    },
  }),
];
