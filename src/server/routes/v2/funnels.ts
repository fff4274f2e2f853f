/** The funnels that come with the package, which of all are used, and the way back to the built-in ones. */
import { resolve } from 'node:path';
import { z } from '@hono/zod-openapi';
import { funnelToRecord } from '../../../config/files/funnels.ts';
import { loadJourneys } from '../../../config/files/journeys.ts';
import { loadPages } from '../../../config/files/urls.ts';
import { readPresetLayer } from '../../../config/presets/preset-layer.ts';
import { listPresets } from '../../../config/presets/presets.ts';
import type { Host } from '../../../host.ts';
import { movedFunnel } from '../../../plan/visits/moved-funnel.ts';
import { addressOf } from '../../../plan/visits/page-address.ts';
import { mostFrequentOrigin } from '../../../plan/visits/site-tree.ts';
import { defineRoute } from '../../http/route.ts';
import type { Service } from '../../service.ts';
import { funnelStep } from '../predecessor/funnel-shapes.ts';

const TAG = 'Funnels';

const funnel = z
  .object({
    name: z.string(),
    description: z.string(),
    probability: z.number(),
    priority: z.number(),
    enabled: z.boolean(),
    exit_after_completion: z.boolean(),
    steps: z.array(funnelStep),
  })
  .openapi('BuiltInFunnel');

const answer = z.object({
  /** By runs without a preset that has funnels of its own. `elsewhere`: those of the file that the settings name. */
  used: z.enum(['own', 'built-in', 'elsewhere']),
  /** The file or folder of those that are used; null for built-in ones. */
  path: z.string().nullable(),
  /** Those of a preset are used by each run with the preset; null for those of all others. */
  sets: z.array(z.object({ preset: z.string().nullable(), funnels: z.array(funnel) })),
});

/** The file in force, and whether it has funnels: it may have personas only. */
function usedFile({ host, lists, base }: Service) {
  const { env, path: saved } = lists.funnelConfigPath;
  const chosen = base().get(env);
  const path = chosen ? resolve(host.cwd, chosen) : saved;
  if (!host.exists(path) || !loadJourneys(host, path).hasOwnFunnels) return undefined;
  return { path, isSaved: path === saved };
}

/** Presets that bring funnels along, with the file of each. */
function presetFiles(host: Host) {
  return listPresets(host)
    .filter(({ isBuiltIn }) => isBuiltIn)
    .flatMap(({ name }) => {
      const entry = readPresetLayer(host, name).entries.find(
        ({ setting }) => setting.key === 'funnelConfigPath',
      );
      return typeof entry?.raw === 'string' ? [{ preset: name, path: entry.raw }] : [];
    });
}

/** Where the user's pages are: undefined without any. */
function ownSite({ host, lists }: Service): string | undefined {
  const { path } = lists.urlsFile;
  if (!host.exists(path)) return undefined;
  return mostFrequentOrigin(loadPages(host, path).map(({ url }) => addressOf(url)));
}

/** On the site of the user's pages, as a copy is wanted. */
function builtInSets(service: Service): z.output<typeof answer>['sets'] {
  const site = ownSite(service);
  return [{ preset: null, path: undefined }, ...presetFiles(service.host)].map(({ preset, path }) => ({
    preset,
    funnels: z
      .array(funnel)
      .parse(
        loadJourneys(service.host, path).funnels.map((one) =>
          funnelToRecord(site === undefined ? one : movedFunnel(one, site)),
        ),
      ),
  }));
}

export const builtInFunnelRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/funnels',
    tag: TAG,
    summary: 'Show the built-in funnels, and whether they or your own are used',
    description: 'Their pages are on the site of your pages, where you have saved any.',
    role: 'read',
    limit: 120,
    answers: { 200: { description: 'Funnels by preset', schema: answer } },
    handle: (_request, { service }) => {
      const own = usedFile(service);
      const used = own === undefined ? 'built-in' : own.isSaved ? 'own' : 'elsewhere';
      return { json: { used, path: own?.path ?? null, sets: builtInSets(service) } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v2/funnels',
    tag: TAG,
    summary: 'Delete all of your funnels: the built-in ones are used again',
    role: 'write',
    limit: 10,
    answers: {
      200: { description: 'How many were deleted', schema: z.object({ deleted: z.int() }) },
    },
    handle: (_request, { service, identity }) => {
      const deleted = service.funnels.reset();
      service.audit.add(identity, 'funnel.reset', 'funnels', `${deleted} deleted`);
      return { json: { deleted } };
    },
  }),
];
