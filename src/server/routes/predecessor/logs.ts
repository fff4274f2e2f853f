/** Log lines, as clients of the earlier control service ask for them. */
import * as z from 'zod';
import { defineRoute } from '../../http/route.ts';
import { wholeNumber } from '../../http/whole-number.ts';
import { logText } from '../../stream/log-book.ts';
import { mainRun } from './main-run.ts';
import { CONTAINER, containerState } from './names.ts';

const logs = z.object({
  logs: z.string(),
  lines_returned: z.int(),
  total_lines: z.int(),
  filtered_lines: z.int(),
  container_name: z.string(),
  container_state: z.string(),
  container_status: z.string(),
});

export const logRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/logs',
    tag: 'Control',
    summary: 'Show the newest log lines',
    description:
      'The filter is applied after the newest lines were taken; upper and lower case are the same to it.',
    role: 'read',
    limit: 30,
    query: z.object({
      lines: wholeNumber(10, 10_000).default(100),
      filter: z.string().max(1000).optional(),
    }),
    answers: { 200: { description: 'Lines, oldest first', schema: logs } },
    handle: ({ query }, { service }) => {
      const all = service.logBook.tail(query.lines).map(logText);
      const wanted = query.filter?.toLowerCase() ?? '';
      const lines = all.filter((line) => line.toLowerCase().includes(wanted));
      const state = containerState(mainRun(service)?.state);
      return {
        json: {
          logs: lines.join('\n'),
          lines_returned: lines.length,
          total_lines: all.length,
          filtered_lines: lines.length,
          container_name: CONTAINER,
          container_state: state,
          container_status: state,
        },
      };
    },
  }),
];
