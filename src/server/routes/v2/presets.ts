/** Presets of every kind, built-in ones too, as `--preset` and a run's `preset` take them. */
import { z } from '@hono/zod-openapi';
import { readPresetLayer } from '../../../config/presets/preset-layer.ts';
import { listPresets, purposeOf, readPreset } from '../../../config/presets/presets.ts';
import { parsedValue } from '../../../config/schema/value-text.ts';
import { SettingsError } from '../../../errors.ts';
import { notFound } from '../../http/refusal.ts';
import { defineRoute } from '../../http/route.ts';
import type { Service } from '../../service.ts';

const preset = z
  .object({
    name: z.string(),
    purpose: z.string(),
    isBuiltIn: z.boolean(),
    /** Of `/api/presets/{id}`, for those of the user. */
    id: z.int().nullable(),
  })
  .openapi('Preset');

function listed({ host, presets }: Service) {
  const own = new Map(presets.list().map(({ slug, id }) => [slug, id]));
  return listPresets(host).map(({ name, isBuiltIn }) => ({
    name,
    purpose: purposeOf(readPreset(host, name)),
    isBuiltIn,
    id: own.get(name) ?? null,
  }));
}

export const allPresetRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/presets',
    tag: 'Presets',
    summary: 'List all presets, built-in ones too',
    role: 'read',
    limit: 120,
    answers: { 200: { description: 'Presets', schema: z.object({ presets: z.array(preset) }) } },
    handle: (_request, { service }) => ({ json: { presets: listed(service) } }),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/presets/{name}',
    tag: 'Presets',
    summary: 'Show what a preset sets',
    role: 'read',
    limit: 120,
    params: z.object({ name: z.string().regex(/^[\w-]{1,100}$/) }),
    answers: {
      200: {
        description: 'Values by name',
        schema: preset.extend({ settings: z.record(z.string(), z.unknown()) }),
      },
    },
    handle: ({ params }, { service }) => {
      const found = listed(service).find(({ name }) => name === params.name);
      if (!found) throw notFound('Preset');
      const { entries, problems } = readPresetLayer(service.host, params.name);
      if (problems.length > 0) throw new SettingsError(problems);
      const settings = Object.fromEntries(entries.map((entry) => [entry.setting.env, parsedValue(entry)]));
      return { json: { ...found, settings } };
    },
  }),
];
