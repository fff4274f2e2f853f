/** Funnels, as clients of the earlier control service ask for them. */
import * as z from 'zod';
import { checkMatch, etagOf } from '../../http/etag.ts';
import { defineRoute, type Reply } from '../../http/route.ts';
import type { StoredFunnel } from '../../store/funnel-store.ts';
import {
  changedRecord,
  detailOf,
  funnelChange,
  funnelDetail,
  funnelOutline,
  newFunnel,
  outlineOf,
  recordOf,
} from './funnel-shapes.ts';
import { deletedAnswers, deletedReply, id } from './numbered.ts';

const TAG = 'Funnels';
const answers = { 200: { description: 'The funnel with its steps', schema: funnelDetail } };

function reply(funnel: StoredFunnel, status = 200): Reply {
  const json = detailOf(funnel);
  return { status, json, headers: { etag: etagOf(json) } };
}

/** By priority, then the newest change first. */
function inOrder(funnels: readonly StoredFunnel[]) {
  const outlines = funnels.map((funnel) => ({ outline: outlineOf(funnel), funnel }));
  outlines.sort(
    (a, b) =>
      a.outline.priority - b.outline.priority ||
      b.funnel.updatedMs - a.funnel.updatedMs ||
      b.funnel.id - a.funnel.id,
  );
  return outlines.map(({ outline }) => outline);
}

export const funnelRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/funnels',
    tag: TAG,
    summary: 'List your funnels by priority, without their steps',
    role: 'read',
    limit: 30,
    answers: { 200: { description: 'Funnels', schema: z.object({ funnels: z.array(funnelOutline) }) } },
    handle: (_request, { service }) => ({ json: { funnels: inOrder(service.funnels.list()) } }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/funnels',
    tag: TAG,
    summary: 'Save a funnel',
    role: 'write',
    limit: 10,
    body: newFunnel,
    answers: { 201: { description: 'The funnel', schema: funnelDetail } },
    handle: ({ body }, { service, identity }) => {
      const funnel = service.funnels.create(recordOf(body));
      service.audit.add(identity, 'funnel.save', `funnel ${funnel.record.name}`);
      return reply(funnel, 201);
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/funnels/{id}',
    tag: TAG,
    summary: 'Show a funnel',
    role: 'read',
    limit: 30,
    params: id,
    answers,
    handle: ({ params }, { service }) => reply(service.funnels.get(params.id)),
  }),
  defineRoute({
    method: 'put',
    path: '/api/funnels/{id}',
    tag: TAG,
    summary: 'Change a funnel; omitted fields stay as they are',
    role: 'write',
    limit: 10,
    params: id,
    body: funnelChange,
    answers,
    handle: ({ params, body }, call) => {
      const { funnels, audit } = call.service;
      const before = funnels.get(params.id);
      checkMatch(call, detailOf(before));
      const funnel = funnels.replace(params.id, changedRecord(before.record, body));
      audit.add(call.identity, 'funnel.change', `funnel ${funnel.record.name}`);
      return reply(funnel);
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/funnels/{id}',
    tag: TAG,
    summary: 'Delete a funnel',
    role: 'write',
    limit: 10,
    params: id,
    answers: deletedAnswers,
    handle: ({ params }, call) => {
      const { funnels, audit } = call.service;
      const funnel = funnels.get(params.id);
      checkMatch(call, detailOf(funnel));
      funnels.remove(params.id);
      audit.add(call.identity, 'funnel.delete', `funnel ${funnel.record.name}`);
      return deletedReply('Funnel', params.id);
    },
  }),
];
