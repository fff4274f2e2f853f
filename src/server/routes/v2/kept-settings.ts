/** Settings that the service keeps for every run that it starts. */
import { z } from '@hono/zod-openapi';
import { Refusal } from '../../http/refusal.ts';
import { type Call, defineRoute } from '../../http/route.ts';
import { dropSettings, keepSettings, keptSettings } from '../../settings/kept-settings.ts';
import { environmentName, isBackfillName } from '../../settings/names.ts';
import { MASKED } from '../../store/secrets.ts';
import { givenValues } from './given.ts';
import { settingValues } from './shapes.ts';

const TAG = 'Settings';
const kept = z.object({ settings: z.record(z.string(), z.string()) });
const answers = { 200: { description: 'Values by name, secrets masked', schema: kept } };

/** @throws Refusal or SettingsError before anything is changed */
async function keep({ service, identity }: Call, settings: Readonly<Record<string, unknown>>) {
  const names = Object.keys(settings).map(environmentName);
  const ofBackfills = names.filter(isBackfillName);
  if (ofBackfills.length > 0) {
    throw new Refusal(422, `${ofBackfills.join(', ')}: settings of a backfill are given with each of them`, {
      code: 'backfill-setting',
      hint: 'Prepare a backfill, or make a schedule.',
    });
  }
  const given = givenValues(settings, false);
  for (const [name, value] of given) if (value === MASKED) given.delete(name);
  const dropped = Object.entries(settings)
    .filter(([, value]) => value === null || value === '')
    .map(([name]) => environmentName(name));
  await service.jobs.resolve({ command: 'run', presets: [], given, isSink: true });
  keepSettings(service, given);
  dropSettings(service, dropped);
  service.audit.add(identity, 'settings.keep', 'settings', [...given.keys(), ...dropped].join(', '));
  return { settings: keptSettings(service) };
}

export const keptSettingRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/settings/kept',
    tag: TAG,
    summary: 'Show the settings that hold for every run of this service',
    role: 'read',
    limit: 120,
    answers,
    handle: (_request, { service }) => ({ json: { settings: keptSettings(service) } }),
  }),
  defineRoute({
    method: 'patch',
    path: '/api/v2/settings/kept',
    tag: TAG,
    summary: 'Keep settings for every run that starts from now on; null takes one back',
    description:
      'They go before the environment of the service. Presets, a settings file in the folder of the service and what a run is given go before them. A token is kept encrypted and never shown again.',
    role: 'write',
    limit: 30,
    body: z.strictObject({ settings: settingValues }),
    answers,
    handle: async ({ body }, call) => ({ json: await keep(call, body.settings) }),
  }),
];
