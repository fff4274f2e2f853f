/** Saved presets, as clients of the earlier control service ask for them. */
import * as z from 'zod';
import { checkMatch, etagOf } from '../../http/etag.ts';
import { type Call, defineRoute, type Reply } from '../../http/route.ts';
import type { StoredPreset } from '../../store/preset-store.ts';
import { isoWithOffset } from './names.ts';
import { deletedAnswers, deletedReply, id } from './numbered.ts';

const outline = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  /** As `--preset` takes it. */
  slug: z.string(),
});
const config = z.record(z.string(), z.unknown());
const detail = outline.extend({ config });

const name = z.string().min(1).max(100);
const description = z.string().max(500).nullish();

const newPreset = z.strictObject({ name, description, config });
const change = z.strictObject({ name: name.nullish(), description, config: config.nullish() });

function outlineOf({ id, slug, name, description, createdMs, updatedMs }: StoredPreset) {
  const times = { created_at: isoWithOffset(createdMs), updated_at: isoWithOffset(updatedMs) };
  return { id, name, description, ...times, slug };
}

function detailOf({ service }: Call, preset: StoredPreset) {
  return { ...outlineOf(preset), config: service.presets.config(preset) };
}

function reply(call: Call, preset: StoredPreset, status = 200): Reply {
  const json = detailOf(call, preset);
  return { status, json, headers: { etag: etagOf(json) } };
}

const TAG = 'Presets';
const answers = { 200: { description: 'The preset', schema: detail } };

export const presetRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/presets',
    tag: TAG,
    summary: 'List your presets, newest change first',
    role: 'read',
    limit: 30,
    answers: {
      200: { description: 'Presets without their settings', schema: z.object({ presets: z.array(outline) }) },
    },
    handle: (_request, { service }) => ({ json: { presets: service.presets.list().map(outlineOf) } }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/presets',
    tag: TAG,
    summary: 'Save a preset',
    description: 'Every command finds it by its slug. A token is kept encrypted, and is never shown again.',
    role: 'write',
    limit: 10,
    body: newPreset,
    answers: { 201: { description: 'The preset', schema: detail } },
    handle: ({ body }, call) => {
      const preset = call.service.presets.create({ ...body, description: body.description ?? null });
      call.service.audit.add(call.identity, 'preset.save', `preset ${preset.slug}`);
      return reply(call, preset, 201);
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/presets/{id}',
    tag: TAG,
    summary: 'Show a preset',
    role: 'read',
    limit: 30,
    params: id,
    answers,
    handle: ({ params }, call) => reply(call, call.service.presets.get(params.id)),
  }),
  defineRoute({
    method: 'put',
    path: '/api/presets/{id}',
    tag: TAG,
    summary: 'Change a preset: what is null stays',
    role: 'write',
    limit: 10,
    params: id,
    body: change,
    answers,
    handle: ({ params, body }, call) => {
      const { presets, audit } = call.service;
      checkMatch(call, detailOf(call, presets.get(params.id)));
      const given = Object.entries(body).filter(([, value]) => value !== null && value !== undefined);
      const preset = presets.change(params.id, Object.fromEntries(given));
      audit.add(call.identity, 'preset.change', `preset ${preset.slug}`);
      return reply(call, preset);
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/presets/{id}',
    tag: TAG,
    summary: 'Delete a preset',
    role: 'write',
    limit: 10,
    params: id,
    answers: deletedAnswers,
    handle: ({ params }, call) => {
      const { presets, audit } = call.service;
      const preset = presets.get(params.id);
      checkMatch(call, detailOf(call, preset));
      presets.remove(params.id);
      audit.add(call.identity, 'preset.delete', `preset ${preset.slug}`);
      return deletedReply('Preset', params.id);
    },
  }),
];
