/** What the ledger is to keep of how a job came about. */
import { createHash } from 'node:crypto';
import type { SettingsCommand } from '../../config/schema/setting.ts';
import { settingsRecord, shapingNames } from '../../config/schema/settings-record.ts';
import type { JobRecord } from '../../job/job.ts';
import { PLAN_VERSION } from '../../plan/plan.ts';
import type { PluginIdentity } from '../../types/plugins.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { Session } from '../options/session.ts';

/** Contents of files do not change once they are read; several jobs have them. */
const digests = new WeakMap<object, string>();

/** What a record keeps of a value that is too long for it. */
function digestOf(value: object): string {
  const known = digests.get(value);
  if (known !== undefined) return known;
  const digest = `sha256:${createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)}`;
  digests.set(value, digest);
  return digest;
}

/** Version, files and options of each plugin. */
function pluginContents(plugins: readonly PluginIdentity[]): Record<string, string> {
  return Object.fromEntries(
    plugins.map((plugin) => [`plugin ${plugin.name}`, `${plugin.version} ${digestOf(plugin)}`]),
  );
}

/** Settings that each target has from its own site are left out: they are asked for again. */
export function recordOf(
  command: SettingsCommand,
  { settings, origins, targets, files }: Session,
  { hasPlaces }: Pick<TrafficSettings, 'hasPlaces'>,
  commandLine: string,
): JobRecord {
  const all = settingsRecord(settings, origins, command);
  const { TIMEZONE: _, ECOMMERCE_CURRENCY: __, ...others } = all;
  return {
    settings: targets.length === 1 ? all : others,
    contents: {
      'plan version': String(PLAN_VERSION),
      'contents of URLS_FILE': digestOf(files.pages),
      'contents of EVENTS_FILE': digestOf(files.events),
      'contents of FUNNEL_CONFIG_PATH': digestOf(files.journeys),
      'contents of CATALOGUE_FILE': digestOf(files.catalogue),
      'visitor countries': hasPlaces ? 'sent' : 'not sent',
      ...pluginContents(files.plugins ?? []),
    },
    commandLine,
    shapingNames: shapingNames(),
  };
}
