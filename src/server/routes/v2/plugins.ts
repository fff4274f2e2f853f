/** The plugins of the service, with what they add and the options that they take. */
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../http/route.ts';

const record = z.record(z.string(), z.unknown());

const plugin = z
  .object({
    name: z.string(),
    version: z.string(),
    description: z.string().nullable(),
    use: z.string(),
    options: record,
    schema: record,
    hooks: z.record(z.string(), z.array(z.string())),
  })
  .openapi('Plugin');

export const pluginRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/plugins',
    tag: 'Plan',
    summary: 'List the plugins of the service',
    description:
      'Those that PLUGINS or the settings file of the service name, with the options in force, their JSON Schema and what they add. A run may set other options: `settings: {"PLUGINS": ["./acme.mjs {\\"share\\": 0.5}"]}`. Other plugins are refused. Visits by behaviour are in the preview of a day.',
    role: 'read',
    limit: 60,
    answers: {
      200: { description: 'Plugins in their order', schema: z.object({ plugins: z.array(plugin) }) },
    },
    handle: async (_request, { service, signal }) => {
      const basis = { presets: [], given: new Map(), base: service.base(), date: undefined };
      const { folder } = service.options;
      const { plugins } = await service.planner.plugins({ kind: 'plugins', ...basis, folder }, signal);
      return { json: { plugins: [...plugins] } };
    },
  }),
];
