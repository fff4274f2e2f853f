/** What the settings expect of a target's site in Matomo, for validate and for the question before the first hit. */
import { trafficSettings } from '../../config/rules/traffic-settings.ts';
import { backfillWindow } from '../../config/rules/window.ts';
import type { SettingsCommand } from '../../config/schema/setting.ts';
import { settingByEnv } from '../../config/schema/settings.ts';
import { isUsersFile } from '../../config/sources/text-files.ts';
import type { Target } from '../../config/targets/targets.ts';
import type { Host } from '../../host.ts';
import { pageUrlsOf } from '../../plan/page-urls.ts';
import type { Expectation } from '../../validate/site.ts';
import type { Session } from '../options/session.ts';

export function expectationOf(
  host: Host,
  { files, origins, plugins }: Session,
  { settings, open }: Target,
  command: SettingsCommand,
  nowMs: number,
): Expectation {
  const traffic = trafficSettings(settings, command, files, settings.tokenAuth !== undefined);
  return {
    traffic,
    pageUrls: () => pageUrlsOf(traffic, nowMs, plugins?.extensions),
    pluginDimensions: (plugins?.all ?? []).flatMap(({ plugin, hooks }) =>
      Object.entries(hooks.dimensions ?? {}).map(([name, { id, scope }]) => ({
        ...{ id, scope },
        place: `${plugin.name}, dimensions.${name}`,
      })),
    ),
    nowMs,
    firstDay: command === 'backfill' ? backfillWindow(settings, nowMs).from : undefined,
    open,
    hasOwnFunnels: isUsersFile(host, settings.funnelConfigPath),
    originOf: (env) => {
      const row = settingByEnv(env);
      return (row && origins.get(row.key)) ?? 'default';
    },
  };
}
