/** Live runs as resources: started, looked at and deleted. */
import * as z from 'zod';
import { defineRoute } from '../../../http/route.ts';
import { wholeNumber } from '../../../http/whole-number.ts';
import { nameOf } from '../../../store/audit.ts';
import { isEnded } from '../../../store/job-store.ts';
import { givenValues } from '../given.ts';
import { presetNames, run, runId, settingValues } from '../shapes.ts';
import { startedRun } from './run-reply.ts';

const TAG = 'Runs';

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

export const runRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/runs',
    tag: TAG,
    summary: 'List runs and backfills, newest first',
    role: 'read',
    limit: 120,
    query: z.object({
      limit: wholeNumber(1, 500).default(50),
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
        json: { runs: rows.slice(0, query.limit).map((row) => service.jobs.shown(row)) },
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
      return startedRun(call, job);
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
    answers: { 200: { description: 'The run', schema: run } },
    handle: ({ params }, { service }) => ({ json: service.jobs.view(params.id) }),
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
      service.feed.publish('jobs', 'forgotten', { id: params.id });
      service.audit.add(identity, 'run.forget', `run ${params.id}`);
      return { status: 204 };
    },
  }),
];
