/** Who started, stopped and changed what. */
import * as z from 'zod';
import { defineRoute } from '../../http/route.ts';
import { wholeNumber } from '../../http/whole-number.ts';

const entry = z.object({
  id: z.int(),
  at: z.string(),
  who: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
});

export const auditRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/audit',
    tag: 'Service',
    summary: 'Show who did what, newest first',
    role: 'read',
    limit: 60,
    query: z.object({
      limit: wholeNumber(1, 1000).default(100),
      before: wholeNumber(1).optional(),
    }),
    answers: { 200: { description: 'Entries', schema: z.object({ entries: z.array(entry) }) } },
    handle: ({ query }, { service }) => {
      const entries = service.audit.entries(query.limit, query.before);
      return {
        json: {
          entries: entries.map(({ atMs, ...rest }) => ({ ...rest, at: new Date(atMs).toISOString() })),
        },
      };
    },
  }),
];
