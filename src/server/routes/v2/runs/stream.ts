/** Everything that happens, as one stream of events; and the newest log lines. */
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../../http/route.ts';
import { wholeNumber } from '../../../http/whole-number.ts';
import type { Service } from '../../../service.ts';
import type { Topic } from '../../../stream/feed.ts';
import { LOG_LEVELS } from '../../../stream/log-book.ts';
import { createEventStream } from '../../../stream/server-sent.ts';

const TOPICS = ['jobs', 'logs', 'store'] as const satisfies readonly Topic[];
/** Lines and runs with which somebody begins who has seen nothing yet. */
const FIRST_LINES = 200;
const FIRST_RUNS = 50;

function topicsOf(text: string): Topic[] {
  const names = text.split(',').map((name) => name.trim());
  return TOPICS.filter((topic) => names.includes(topic));
}

function snapshotOf({ jobs, logBook, clock, cluster }: Service, topics: readonly Topic[]): unknown {
  return {
    atMs: clock.now(),
    hasSharedLedger: cluster !== undefined,
    ...(topics.includes('jobs') ? { runs: jobs.rows(FIRST_RUNS).map((row) => jobs.shown(row)) } : {}),
    ...(topics.includes('logs') ? { logs: logBook.tail(FIRST_LINES) } : {}),
  };
}

const logLine = z
  .object({
    id: z.int(),
    atMs: z.number(),
    level: z.enum(LOG_LEVELS),
    job: z.int().nullable(),
    message: z.string(),
    code: z.string().optional(),
    hint: z.string().optional(),
  })
  .openapi('LogLine');

export const streamRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/stream',
    tag: 'Stream',
    summary: 'Follow what happens (server-sent events)',
    description:
      'First a snapshot event, then job, progress, forgotten, log and store events, each with an id. A client that comes back with Last-Event-ID gets what it has missed, or a snapshot where that is too much. A comment comes every 15 s.',
    role: 'read',
    limit: 60,
    query: z.object({
      topics: z.string().max(100).default('jobs'),
      lastEventId: z.string().max(100).optional(),
    }),
    answers: { 200: { description: 'Events', contentType: 'text/event-stream' } },
    handle: ({ query }, { service, signal, header, hangUp }) => {
      const topics = topicsOf(query.topics);
      return {
        stream: createEventStream({
          feed: service.feed,
          topics,
          lastId: header('last-event-id') ?? query.lastEventId,
          snapshot: () => snapshotOf(service, topics),
          signal,
          hangUp,
        }),
        contentType: 'text/event-stream',
        headers: { 'x-accel-buffering': 'no' },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/logs',
    tag: 'Stream',
    summary: 'Show the newest log lines',
    role: 'read',
    limit: 120,
    query: z.object({
      limit: wholeNumber(1, 10_000).default(200),
      level: z.enum(LOG_LEVELS).optional(),
      run: wholeNumber(1).optional(),
      text: z.string().max(200).optional(),
    }),
    answers: { 200: { description: 'Lines, oldest first', schema: z.object({ lines: z.array(logLine) }) } },
    handle: ({ query }, { service }) => {
      const most = LOG_LEVELS.indexOf(query.level ?? 'debug');
      const text = query.text?.toLowerCase() ?? '';
      const lines = service.logBook.tail(
        query.limit,
        ({ level, job, message }) =>
          LOG_LEVELS.indexOf(level) <= most &&
          (query.run === undefined || job === query.run) &&
          message.toLowerCase().includes(text),
      );
      return { json: { lines } };
    },
  }),
];
