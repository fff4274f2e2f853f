/** Notifications: whoever is told how runs end. */
import { z } from '@hono/zod-openapi';
import { checkMatch, etagOf } from '../../http/etag.ts';
import { defineRoute, type Reply } from '../../http/route.ts';
import { type Channel, channelRecord } from '../../notify/channels.ts';
import { REASONS, SHAPES } from '../../notify/messages.ts';
import { runId } from './shapes.ts';

const TAG = 'Notifications';
const channel = z
  .object({
    id: z.int(),
    kind: z.enum(['webhook', 'email']),
    name: z.string(),
    on: z.array(z.enum(REASONS)),
    isEnabled: z.boolean(),
    /** Of a webhook; masked. */
    url: z.string().optional(),
    shape: z.enum(SHAPES).optional(),
    /** Of e-mail; masked. */
    server: z.string().optional(),
    from: z.string().optional(),
    to: z.array(z.string()).optional(),
  })
  .openapi('Notification');
const answers = { 200: { description: 'The notification, its address masked', schema: channel } };

const shown = ({ id, record }: Channel) => ({ id, ...record });

const reply = (one: Channel, status = 200): Reply => {
  return { status, json: shown(one), headers: { etag: etagOf(one.record) } };
};

export const notificationRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/notifications',
    tag: TAG,
    summary: 'List notification channels',
    role: 'read',
    limit: 120,
    answers: { 200: { description: 'Notifications', schema: z.object({ notifications: z.array(channel) }) } },
    handle: (_request, { service }) => ({ json: { notifications: service.channels.list().map(shown) } }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/notifications',
    tag: TAG,
    summary: 'Add a notification channel: a webhook or e-mail addresses',
    role: 'write',
    limit: 30,
    body: channelRecord,
    answers: { 201: { description: 'The notification, its address masked', schema: channel } },
    handle: ({ body }, { service, identity }) => {
      const made = service.channels.create(body);
      service.audit.add(identity, 'notification.save', `notification ${body.name}`);
      return reply(made, 201);
    },
  }),
  defineRoute({
    method: 'put',
    path: '/api/v2/notifications/{id}',
    tag: TAG,
    summary: 'Change a notification: a masked address stays',
    role: 'write',
    limit: 30,
    params: runId,
    body: channelRecord,
    answers,
    handle: ({ params, body }, call) => {
      const { service, identity } = call;
      checkMatch(call, service.channels.get(params.id).record);
      const changed = service.channels.replace(params.id, body);
      service.audit.add(identity, 'notification.change', `notification ${body.name}`);
      return reply(changed);
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v2/notifications/{id}',
    tag: TAG,
    summary: 'Delete a notification',
    role: 'write',
    limit: 30,
    params: runId,
    answers: { 204: { description: 'It is gone' } },
    handle: ({ params }, call) => {
      const { service, identity } = call;
      checkMatch(call, service.channels.get(params.id).record);
      service.channels.remove(params.id);
      service.audit.add(identity, 'notification.delete', `notification ${params.id}`);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/notifications/{id}/test',
    tag: TAG,
    summary: 'Send a test',
    role: 'write',
    limit: 10,
    params: runId,
    answers: { 204: { description: 'It has arrived' } },
    handle: async ({ params }, { service }) => {
      await service.channels.test(params.id);
      return { status: 204 };
    },
  }),
];
