/** Live runs as resources: started, looked at, paused, stopped and forgotten. */
import * as z from 'zod';
import { conflict, notFound } from '../../http/refusal.ts';
import { type Call, defineRoute, type Reply } from '../../http/route.ts';
import { REPORT_POLICY } from '../../http/security-headers.ts';
import { RESOLUTION_NAMES } from '../../jobs/curve.ts';
import type { Job } from '../../jobs/job.ts';
import { jobView } from '../../jobs/view.ts';
import type { Service } from '../../service.ts';
import { nameOf } from '../../store/audit.ts';
import { isEnded } from '../../store/job-store.ts';
import { givenValues } from './given.ts';
import { presetNames, run, runId, settingValues } from './shapes.ts';

const TAG = 'Runs';
const oneRun = { 200: { description: 'The run', schema: run } };

const newRun = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  preset: presetNames.default([]),
  settings: settingValues.default({}),
  /** Sends to an embedded endpoint: for a first look. */
  sink: z.boolean().default(false),
  forSeconds: z
    .number()
    .positive()
    .max(366 * 86_400)
    .optional(),
  shards: z.int().min(1).max(64).default(1),
  verify: z.boolean().default(false),
  rememberTokens: z.boolean().default(false),
});

function shown(service: Service, id: number): Reply {
  return { json: service.jobs.view(id) };
}

/** The job at work; an ended one cannot be steered. @throws Refusal */
function jobAtWork({ jobs }: Service, id: number): Job {
  const { state } = jobs.row(id);
  const job = jobs.job(id);
  if (!job || isEnded(state)) throw conflict('run-ended', 'The run has ended');
  return job;
}

async function settled(call: Call, job: Job, waitMs: number): Promise<void> {
  const { clock } = call.service;
  const over = new AbortController();
  void job.begun.then(() => over.abort());
  await clock.sleepUntil(clock.now() + waitMs, over.signal);
}

/** What a run's files hold; 404 before they are there. */
function fileReply(call: Call, id: number, file: 'report' | 'summary' | 'days', contentType: string): Reply {
  const { host, jobs } = call.service;
  jobs.row(id);
  const path = jobs.files(id)[file];
  if (!host.exists(path)) throw notFound(`The ${file} of run ${id}, which is written when it ends,`);
  return { text: Buffer.from(host.readFile(path)).toString(), contentType };
}

export const runRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/runs',
    tag: TAG,
    summary: 'List runs and backfills, newest first',
    role: 'read',
    limit: 120,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(50),
      command: z.enum(['run', 'backfill']).optional(),
      state: z.enum(['at-work', 'ended']).optional(),
    }),
    answers: { 200: { description: 'Runs', schema: z.object({ runs: z.array(run) }) } },
    handle: ({ query }, { service }) => {
      const rows = service.jobs
        .rows(500)
        .filter(({ command }) => query.command === undefined || command === query.command)
        .filter(({ state }) => query.state === undefined || isEnded(state) === (query.state === 'ended'));
      return {
        json: { runs: rows.slice(0, query.limit).map((row) => jobView(row, service.jobs.job(row.id))) },
      };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/runs',
    tag: TAG,
    summary: 'Start a live run',
    description:
      'Settings of the service, then of the presets, then those of the request. A token in the request is kept until the run ends, on disk only with rememberTokens. Without that, the run cannot continue after a restart of the service.',
    role: 'write',
    limit: 30,
    body: newRun,
    answers: { 201: { description: 'The run, which may still be starting', schema: run } },
    handle: async ({ body }, call) => {
      const { service, identity } = call;
      const job = await service.jobs.create({
        command: 'run',
        presets: body.preset,
        given: givenValues(body.settings, false),
        isSink: body.sink,
        forMs: body.forSeconds === undefined ? undefined : body.forSeconds * 1000,
        name: body.name,
        shards: body.shards,
        again: false,
        verify: body.verify,
        remembersTokens: body.rememberTokens,
        source: nameOf(identity),
      });
      service.audit.add(identity, 'run.start', `run ${job.row.id}`, job.row.name);
      await settled(call, job, 2000);
      const { id } = job.row;
      return { status: 201, json: service.jobs.view(id), headers: { location: `/api/v2/runs/${id}` } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/runs/{id}',
    tag: TAG,
    summary: 'Show a run',
    role: 'read',
    limit: 240,
    params: runId,
    answers: oneRun,
    handle: ({ params }, { service }) => shown(service, params.id),
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v2/runs/{id}',
    tag: TAG,
    summary: 'Delete a finished run and its files',
    description: 'The ledger keeps what was sent.',
    role: 'write',
    limit: 60,
    params: runId,
    answers: { 204: { description: 'Deleted' } },
    handle: ({ params }, { service, identity }) => {
      service.jobs.remove(params.id);
      service.audit.add(identity, 'run.forget', `run ${params.id}`);
      return { status: 204 };
    },
  }),
  ...(['pause', 'resume'] as const).map((action) =>
    defineRoute({
      method: 'post',
      path: `/api/v2/runs/{id}/${action}`,
      tag: TAG,
      summary:
        action === 'pause' ? 'Pause a live run: hits due in the meantime are skipped' : 'Resume a paused run',
      role: 'write',
      limit: 60,
      params: runId,
      answers: { 202: { description: 'The run, which follows within a second', schema: run } },
      handle: ({ params }, { service, identity }) => {
        const job = jobAtWork(service, params.id);
        if (job.row.command === 'backfill') {
          throw conflict('not-a-live-run', 'A backfill cannot be paused', 'Stop it, and resume it later.');
        }
        job.pause(action === 'pause');
        service.audit.add(identity, `run.${action}`, `run ${params.id}`);
        return { status: 202, json: service.jobs.view(params.id) };
      },
    }),
  ),
  defineRoute({
    method: 'post',
    path: '/api/v2/runs/{id}/stop',
    tag: TAG,
    summary: 'Stop a run: hits in flight finish, and the summary is written',
    role: 'write',
    limit: 60,
    params: runId,
    body: z
      .strictObject({
        /** Then hits in flight are given up. Default: the response timeout and some seconds. */
        timeoutSeconds: z.number().min(0).max(600).optional(),
      })
      .optional(),
    answers: oneRun,
    handle: async ({ params, body }, { service, identity }) => {
      const job = jobAtWork(service, params.id);
      service.audit.add(identity, 'run.stop', `run ${params.id}`);
      const timeoutMs = body?.timeoutSeconds === undefined ? {} : { timeoutMs: body.timeoutSeconds * 1000 };
      await job.stop({ signal: 'SIGTERM', ...timeoutMs });
      return shown(service, params.id);
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/runs/{id}/restart',
    tag: TAG,
    summary: 'Stop a live run if it is running, and start another one with the same settings',
    role: 'write',
    limit: 30,
    params: runId,
    answers: { 201: { description: 'The new run', schema: run } },
    handle: async ({ params }, call) => {
      const { service, identity } = call;
      const row = service.jobs.row(params.id);
      if (row.command === 'backfill') {
        throw conflict('not-a-live-run', 'A backfill runs once', 'Resume it, or prepare another one.');
      }
      await service.jobs.job(params.id)?.stop({ signal: 'SIGTERM' });
      const job = await service.jobs.repeat(params.id, nameOf(identity));
      service.audit.add(identity, 'run.restart', `run ${job.row.id}`, `after run ${params.id}`);
      await settled(call, job, 2000);
      const { id } = job.row;
      return { status: 201, json: service.jobs.view(id), headers: { location: `/api/v2/runs/${id}` } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/runs/{id}/points',
    tag: TAG,
    summary: 'Show the timeline of a run',
    description:
      'By the second for the last hour, by the minute for a week, by the hour after that. Columns of numbers.',
    role: 'read',
    limit: 240,
    params: runId,
    query: z.object({
      resolution: z.enum(RESOLUTION_NAMES as readonly ['second', 'minute', 'hour']).default('second'),
      sinceMs: z.coerce.number().min(0).default(0),
      target: z.coerce.number().int().min(0).max(100).optional(),
    }),
    answers: {
      200: {
        description: 'Columns, oldest first',
        schema: z.object({ columns: z.record(z.string(), z.array(z.number())) }),
      },
    },
    handle: ({ params, query }, { service }) => {
      service.jobs.row(params.id);
      const curve = service.jobs.job(params.id)?.progress.curve(query.target);
      return { json: { columns: curve?.points(query.resolution, query.sinceMs) ?? {} } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/runs/{id}/days',
    tag: TAG,
    summary: 'Show the summaries of the days that are over',
    role: 'read',
    limit: 120,
    params: runId,
    answers: { 200: { description: 'Summaries', schema: z.object({ days: z.array(z.looseObject({})) }) } },
    handle: ({ params }, { service }) => {
      const { outcome } = service.jobs.row(params.id);
      const kept = z.object({ days: z.array(z.looseObject({})) }).safeParse(outcome);
      const days = service.jobs.job(params.id)?.progress.days ?? (kept.success ? kept.data.days : []);
      return { json: { days } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/runs/{id}/settings',
    tag: TAG,
    summary: 'Show the settings of a run, with where each came from',
    role: 'read',
    limit: 120,
    params: runId,
    answers: {
      200: {
        description: 'As .env text without secrets, and origins by name',
        schema: z.object({ text: z.string(), origins: z.record(z.string(), z.string()) }),
      },
    },
    handle: ({ params }, { service }) => {
      const { settings, request } = service.jobs.row(params.id);
      return { json: { text: settings, origins: request.origins } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/runs/{id}/summary',
    tag: TAG,
    summary: 'Show the summary of a run that has ended',
    role: 'read',
    limit: 120,
    params: runId,
    answers: { 200: { description: 'The summary', schema: z.looseObject({}) } },
    handle: ({ params }, call) => fileReply(call, params.id, 'summary', 'application/json'),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/runs/{id}/days.csv',
    tag: TAG,
    summary: 'Download the days of a run as CSV',
    role: 'read',
    limit: 120,
    params: runId,
    answers: { 200: { description: 'A row for each day and target', contentType: 'text/csv' } },
    handle: ({ params }, call) => fileReply(call, params.id, 'days', 'text/csv; charset=utf-8'),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/runs/{id}/report',
    tag: TAG,
    summary: 'Show the report of a run that has ended',
    role: 'read',
    limit: 120,
    params: runId,
    answers: { 200: { description: 'A page that needs no other file', contentType: 'text/html' } },
    handle: ({ params }, call) => ({
      ...fileReply(call, params.id, 'report', 'text/html; charset=utf-8'),
      headers: { 'content-security-policy': REPORT_POLICY, 'x-frame-options': 'SAMEORIGIN' },
    }),
  }),
];
