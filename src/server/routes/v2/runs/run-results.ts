/** What has come of a run so far: its timeline, days and settings, and the files that it leaves. */
import * as z from 'zod';
import { Refusal } from '../../../http/refusal.ts';
import { type Call, defineRoute, type Reply } from '../../../http/route.ts';
import { REPORT_POLICY } from '../../../http/security-headers.ts';
import { wholeNumber } from '../../../http/whole-number.ts';
import { RESOLUTION_NAMES } from '../../../jobs/curve.ts';
import { runId } from '../shapes.ts';

const TAG = 'Runs';

/** What a run's files hold; 404 before they are there. */
function fileReply(call: Call, id: number, file: 'report' | 'summary' | 'days', contentType: string): Reply {
  const { host, jobs } = call.service;
  jobs.row(id);
  const path = jobs.files(id)[file];
  if (!host.exists(path)) {
    const message = `Run ${id} has no ${file}: it is written when the run ends`;
    throw new Refusal(404, message, { code: 'not-found' });
  }
  return { text: Buffer.from(host.readFile(path)).toString(), contentType };
}

export const runResultRoutes = [
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
      resolution: z.enum(RESOLUTION_NAMES).default('second'),
      sinceMs: z.coerce.number().min(0).default(0),
      target: wholeNumber(0, 100).optional(),
    }),
    answers: {
      200: {
        description: 'Columns, oldest first',
        schema: z.object({ columns: z.record(z.string(), z.array(z.number())) }),
      },
    },
    handle: ({ params, query }, { service }) => {
      const { target, resolution, sinceMs } = query;
      return { json: { columns: service.jobs.points(params.id, target, resolution, sinceMs) } };
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
