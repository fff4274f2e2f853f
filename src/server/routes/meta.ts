/** What the service says about itself: that it is alive, what it is, and the description of its calls. */
import * as z from 'zod';
import { Refusal } from '../http/refusal.ts';
import { defineRoute } from '../http/route.ts';
import { pagePolicy } from '../http/security-headers.ts';
import { docsPage } from './docs-page.ts';

const root = z.object({
  name: z.string(),
  version: z.string(),
  status: z.literal('running'),
  docs: z.string(),
  health: z.string(),
});

const health = z.object({
  status: z.literal('healthy'),
  service: z.string(),
  version: z.string(),
  docker: z.enum(['connected', 'disconnected']),
  container_found: z.boolean(),
  auth_enabled: z.boolean(),
  authenticated: z.boolean(),
});

export const metaRoutes = [
  defineRoute({
    method: 'get',
    path: '/',
    tag: 'Service',
    summary: 'Say what this is',
    description: 'Browsers are redirected to the page.',
    role: 'open',
    limit: 0,
    answers: {
      200: { description: 'Name and places', schema: root },
      302: { description: 'A browser goes to /ui' },
    },
    handle: (_request, { service, header }) =>
      header('sec-fetch-mode') === 'navigate'
        ? { status: 302, headers: { location: '/ui' } }
        : {
            json: {
              name: 'Trafficinator Control UI API',
              version: service.host.version,
              status: 'running',
              docs: '/docs',
              health: '/health',
            },
          },
  }),
  defineRoute({
    method: 'get',
    path: '/health',
    tag: 'Service',
    summary: 'Say whether the service is alive',
    role: 'open',
    isProbe: true,
    limit: 30,
    answers: { 200: { description: 'It is alive', schema: health } },
    handle: (_request, { service }) => ({
      json: {
        status: 'healthy',
        service: 'trafficinator-control-ui',
        version: service.host.version,
        // Jobs are processes; the names stay as clients know them.
        docker: 'connected',
        container_found: service.jobs.rows(1).length > 0,
        auth_enabled: true,
        authenticated: false,
      },
    }),
  }),
  defineRoute({
    method: 'get',
    path: '/ready',
    tag: 'Service',
    summary: 'Say whether jobs can be started',
    role: 'open',
    isProbe: true,
    limit: 60,
    answers: {
      200: { description: 'They can', schema: z.object({ status: z.literal('ready') }) },
      503: { description: 'Not now', schema: z.object({ detail: z.string() }) },
    },
    handle: async (_request, { service }) => {
      service.jobs.refuseAtEnd();
      // Whatever the databases complain of is an answer of its own.
      service.jobs.rows(1);
      service.writes.retry();
      if (!service.writes.isWorking) {
        throw new Refusal(503, 'The database cannot be written', { code: 'not-writable' });
      }
      await service.cluster?.store.runs({ limit: 1 });
      return { json: { status: 'ready' } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/openapi.json',
    tag: 'Service',
    summary: 'Describe every call (OpenAPI 3.1)',
    role: 'open',
    limit: 60,
    answers: { 200: { description: 'The document', schema: z.looseObject({ openapi: z.string() }) } },
    handle: (_request, { document }) => ({ json: document() }),
  }),
  ...['/docs', '/redoc'].map((path) =>
    defineRoute({
      method: 'get',
      path,
      tag: 'Service',
      summary: 'Show the description of every call',
      role: 'open',
      limit: 60,
      answers: { 200: { description: 'A page', contentType: 'text/html' } },
      handle: (_request, { document, nonce }) => ({
        text: docsPage(document(), nonce),
        contentType: 'text/html; charset=utf-8',
        headers: { 'content-security-policy': pagePolicy(nonce) },
      }),
    }),
  ),
];
