/** Settings as the ledger keeps them: by name, as an environment variable would hold them, with secrets masked. */
import type { Origin } from '../../errors.ts';
import type { SettingsCommand } from './setting.ts';
import { SETTINGS, type Setting, type SettingKey, type Settings, settingByEnv } from './settings.ts';
import { valueText } from './value-text.ts';

export type SettingsRecord = Readonly<Record<string, string>>;

const MASK = '***';

/** Every setting of the command that somebody has set, or a site has: whether a value is the default may matter. */
export function settingsRecord(
  settings: Settings,
  origins: ReadonlyMap<SettingKey, Origin>,
  command: SettingsCommand,
): SettingsRecord {
  const rows = SETTINGS.filter(
    ({ key, commands }) => commands.includes(command) && (origins.get(key) ?? 'default') !== 'default',
  );
  return Object.fromEntries(
    rows.flatMap((row) => {
      const text = valueText(settings[row.key]);
      return text === '' ? [] : [[row.env, row.secret ? MASK : text] as const];
    }),
  );
}

/** The settings of a record and their texts; a secret has none, and what this version does not know is left out. */
export function settingsOfRecord(
  record: SettingsRecord,
): { readonly setting: Setting; readonly text: string }[] {
  return Object.entries(record).flatMap(([name, text]) => {
    const setting = settingByEnv(name);
    return setting === undefined || setting.secret ? [] : [{ setting, text }];
  });
}

/** How fast visits are sent, and where to, changes nothing about them; their days are kept on their own. */
const WITHOUT_EFFECT_ON_TRAFFIC: readonly SettingKey[] = [
  'matomoUrl',
  'tokenAuth',
  'tokenAuthFile',
  'tokenIn',
  'apiUrl',
  'headers',
  'headersFile',
  'concurrency',
  'seed',
  'backfillSeed',
  'backfillRpsLimit',
  'backfillStartDate',
  'backfillEndDate',
  'backfillDaysBack',
  'backfillDurationDays',
];

/** Names of the settings that change what is sent. */
export function shapingNames(): string[] {
  return SETTINGS.filter(({ key, group, secret }) => {
    return group !== 'delivery' && !secret && !WITHOUT_EFFECT_ON_TRAFFIC.includes(key);
  }).map(({ env }) => env);
}
