/** Schedules: jobs that start by themselves. */
import { z } from '@hono/zod-openapi';
import { checkMatch, etagOf } from '../../http/etag.ts';
import { defineRoute, type Reply } from '../../http/route.ts';
import { checkSchedule } from '../../schedule/schedule-check.ts';
import { scheduleRecord } from '../../schedule/schedule-record.ts';
import type { Schedule } from '../../schedule/schedule-store.ts';
import type { Schedules } from '../../schedule/schedules.ts';
import { givenValues } from './given.ts';
import { runId } from './shapes.ts';

const TAG = 'Schedules';
const time = z.string().nullable();
const schedule = z
  .object({ id: z.int(), ...scheduleRecord.shape, lastAt: time, lastRun: z.int().nullable(), nextAt: time })
  .openapi('Schedule');

const iso = (ms: number | null | undefined) =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString();

function shown(schedules: Schedules, one: Schedule) {
  const { id, record, lastMs, lastJob } = one;
  return { id, ...record, lastAt: iso(lastMs), lastRun: lastJob, nextAt: iso(schedules.nextMs(one)) };
}

function reply(schedules: Schedules, one: Schedule, status = 200): Reply {
  return { status, json: shown(schedules, one), headers: { etag: etagOf(one.record) } };
}

const check = z
  .object({
    /** The next three times; none where it never comes. */
    nextAt: z.array(z.iso.datetime()),
    errors: z.array(z.object({ setting: z.string(), message: z.string(), hint: z.string().nullable() })),
    /** Days of each start of a backfill, at most; null for a live run. */
    days: z.int().nullable(),
    /** About so many, of all targets together; null where a rate or stages are set instead. */
    visitsPerDay: z.number().nullable(),
    /** Of one start of a backfill, about so many at most; null for a live run. */
    visits: z.number().nullable(),
    targets: z.array(z.object({ name: z.string(), url: z.string().nullable(), site: z.int() })),
  })
  .openapi('ScheduleCheck');

export const scheduleRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/schedules',
    tag: TAG,
    summary: 'List schedules, with what ran last and what comes next',
    role: 'read',
    limit: 120,
    answers: { 200: { description: 'Schedules', schema: z.object({ schedules: z.array(schedule) }) } },
    handle: (_request, { service: { schedules } }) => ({
      json: { schedules: schedules.list().map((one) => shown(schedules, one)) },
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/schedules',
    tag: TAG,
    summary: 'Make a schedule: a live run for a while, or a backfill of days counted back',
    role: 'write',
    limit: 30,
    body: scheduleRecord,
    answers: { 201: { description: 'The schedule', schema: schedule } },
    handle: ({ body }, { service, identity }) => {
      givenValues(body.settings, body.command === 'backfill');
      const one = service.schedules.create(body);
      service.audit.add(identity, 'schedule.save', `schedule ${body.name}`);
      return reply(service.schedules, one, 201);
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/schedules/check',
    tag: TAG,
    summary: 'Say when a schedule would start, and what that would send; nothing is saved',
    role: 'read',
    limit: 120,
    body: scheduleRecord,
    answers: { 200: { description: 'Times, problems and numbers', schema: check } },
    handle: async ({ body }, { service }) => {
      givenValues(body.settings, body.command === 'backfill');
      const { nextMs, problems, ...others } = await checkSchedule(service, body);
      const errors = problems.map(({ subject, message, hint = null }) => ({
        setting: subject,
        message,
        hint,
      }));
      return { json: { ...others, errors, nextAt: nextMs.map(iso) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/schedules/{id}',
    tag: TAG,
    summary: 'Show a schedule',
    role: 'read',
    limit: 120,
    params: runId,
    answers: { 200: { description: 'The schedule', schema: schedule } },
    handle: ({ params }, { service: { schedules } }) => reply(schedules, schedules.get(params.id)),
  }),
  defineRoute({
    method: 'put',
    path: '/api/v2/schedules/{id}',
    tag: TAG,
    summary: 'Change a schedule',
    role: 'write',
    limit: 30,
    params: runId,
    body: scheduleRecord,
    answers: { 200: { description: 'The schedule', schema: schedule } },
    handle: ({ params, body }, call) => {
      const { schedules, audit } = call.service;
      checkMatch(call, schedules.get(params.id).record);
      givenValues(body.settings, body.command === 'backfill');
      const one = schedules.replace(params.id, body);
      audit.add(call.identity, 'schedule.change', `schedule ${body.name}`);
      return reply(schedules, one);
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v2/schedules/{id}',
    tag: TAG,
    summary: 'Delete a schedule; runs that it started continue',
    role: 'write',
    limit: 30,
    params: runId,
    answers: { 204: { description: 'It is gone' } },
    handle: ({ params }, call) => {
      const { service, identity } = call;
      checkMatch(call, service.schedules.get(params.id).record);
      service.schedules.remove(params.id);
      service.audit.add(identity, 'schedule.delete', `schedule ${params.id}`);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/schedules/{id}/start',
    tag: TAG,
    summary: 'Start now what a schedule would start',
    role: 'write',
    limit: 30,
    params: runId,
    answers: { 201: { description: 'The number of the run', schema: z.object({ run: z.int() }) } },
    handle: async ({ params }, { service, identity }) => {
      const id = await service.schedules.startNow(params.id);
      service.audit.add(identity, 'schedule.start', `run ${id}`);
      return { status: 201, json: { run: id } };
    },
  }),
];
