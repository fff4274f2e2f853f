/** Runs at work: paused, resumed, stopped, and started once more. */
import * as z from 'zod';
import { conflict } from '../../../http/refusal.ts';
import { defineRoute } from '../../../http/route.ts';
import type { Job } from '../../../jobs/job.ts';
import type { Service } from '../../../service.ts';
import { nameOf } from '../../../store/audit.ts';
import { isEnded } from '../../../store/job-store.ts';
import { givenTokens, tokensOf } from '../given.ts';
import { run, runId } from '../shapes.ts';
import { startedRun } from './run-reply.ts';

const TAG = 'Runs';

/** The job at work; an ended one cannot be steered. @throws Refusal */
function jobAtWork({ jobs }: Service, id: number): Job {
  const { state } = jobs.row(id);
  const job = jobs.job(id);
  if (!job || isEnded(state)) throw conflict('run-ended', 'The run has ended');
  return job;
}

export const runControlRoutes = [
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
    answers: { 200: { description: 'The run', schema: run } },
    handle: async ({ params, body }, { service, identity }) => {
      const job = jobAtWork(service, params.id);
      service.audit.add(identity, 'run.stop', `run ${params.id}`);
      const timeoutMs = body?.timeoutSeconds === undefined ? {} : { timeoutMs: body.timeoutSeconds * 1000 };
      await job.stop({ signal: 'SIGTERM', ...timeoutMs });
      return { json: service.jobs.view(params.id) };
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
    body: givenTokens,
    answers: { 201: { description: 'The new run', schema: run } },
    handle: async ({ params, body }, call) => {
      const { service, identity } = call;
      const row = service.jobs.row(params.id);
      if (row.command === 'backfill') {
        throw conflict('not-a-live-run', 'A backfill runs once', 'Resume it, or prepare another one.');
      }
      await service.jobs.job(params.id)?.stop({ signal: 'SIGTERM' });
      const job = await service.jobs.repeat(params.id, tokensOf(body), nameOf(identity));
      service.audit.add(identity, 'run.restart', `run ${job.row.id}`, `after run ${params.id}`);
      return startedRun(call, job);
    },
  }),
];
