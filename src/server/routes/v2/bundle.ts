/** Everything that was set up as one file: written, compared with what is there, and taken over. */
import { z } from '@hono/zod-openapi';
import { bundle, bundleOf } from '../../bundle/bundle.ts';
import { CHANGE_KINDS, importBundle, planImport } from '../../bundle/import.ts';
import { defineRoute } from '../../http/route.ts';

const TAG = 'Bundle';
const BODY_BYTES = 10 * 1024 * 1024;

const importPlan = z
  .object({
    changes: z.array(
      z.object({ kind: z.enum(CHANGE_KINDS), name: z.string(), action: z.enum(['add', 'change', 'same']) }),
    ),
    /** Confirms these changes. */
    digest: z.string(),
  })
  .openapi('BundleImport');

export const bundleRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/bundle',
    tag: TAG,
    summary: 'Export settings, presets, funnels, pages, events and schedules as one file, without secrets',
    role: 'read',
    limit: 30,
    answers: { 200: { description: 'The file', schema: bundle } },
    handle: (_request, { service }) => ({
      json: bundleOf(service),
      headers: { 'content-disposition': 'attachment; filename="trafficinator-bundle.json"' },
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/bundle/compare',
    tag: TAG,
    summary: 'Show what importing a bundle would change; nothing is changed',
    role: 'write',
    limit: 30,
    bodyBytes: BODY_BYTES,
    body: z.strictObject({ bundle }),
    answers: { 200: { description: 'Changes, and the digest that confirms them', schema: importPlan } },
    handle: async ({ body }, { service }) => ({ json: await planImport(service, body.bundle) }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/bundle/import',
    tag: TAG,
    summary: 'Import a bundle, as it was compared',
    description: 'What the bundle does not name stays as it is, and so do tokens.',
    role: 'write',
    limit: 10,
    bodyBytes: BODY_BYTES,
    body: z.strictObject({ bundle, digest: z.string().max(100) }),
    answers: { 200: { description: 'What was changed', schema: importPlan } },
    handle: async ({ body }, { service, identity }) => {
      const plan = await importBundle(service, body.bundle, body.digest);
      const changed = plan.changes.filter(({ action }) => action !== 'same');
      service.audit.add(identity, 'bundle.import', 'bundle', `${changed.length} changes`);
      return { json: plan };
    },
  }),
];
