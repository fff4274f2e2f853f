/** The names under which clients may give settings: as in the environment, in snake case, or as in code. */
import { SETTINGS, type Setting, settingByEnv } from '../../config/schema/settings.ts';
import { valueText } from '../../config/schema/value-text.ts';
import { numberedField } from '../../config/targets/target-fields.ts';

/** Texts by environment name. */
export type Values = ReadonlyMap<string, string>;

/** Together they say which days a backfill fills. */
export const WINDOW_NAMES: readonly string[] = [
  'BACKFILL_START_DATE',
  'BACKFILL_END_DATE',
  'BACKFILL_DAYS_BACK',
  'BACKFILL_DURATION_DAYS',
];

const byKey = new Map<string, Setting>(SETTINGS.map((row) => [row.key, row]));

/** The environment name of the setting, or of one target's field; a name that is neither stays as it is. */
export function environmentName(name: string): string {
  const upper = name.toUpperCase();
  return settingByEnv(upper)?.env ?? (numberedField(upper) ? upper : (byKey.get(name)?.env ?? upper));
}

export function isSettingName(name: string): boolean {
  const env = environmentName(name);
  return settingByEnv(env) !== undefined || numberedField(env) !== undefined;
}

/** Of a setting whose value is shown nowhere, or of such a field of one target. */
export function isSecretName(env: string): boolean {
  return (settingByEnv(env)?.secret ?? numberedField(env)?.field.secret) === true;
}

/** Says where traffic goes, or belongs to the one Matomo that it goes to. */
export function isTargetName(env: string): boolean {
  return settingByEnv(env)?.group === 'matomo' || numberedField(env) !== undefined;
}

/** Belongs to a backfill: never among what is saved or applied. */
export function isBackfillName(env: string): boolean {
  return env.startsWith('BACKFILL_');
}

/** What a client gives, by environment name; what is null or empty is not given. */
export function valuesOf(given: Readonly<Record<string, unknown>>): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const text = valueText(value);
    if (text !== '') values.set(environmentName(name), text);
  }
  return values;
}

/** The settings among environment variables. */
export function settingsIn(env: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const known = Object.entries(env).filter(([name]) => isSettingName(name));
  return valuesOf(Object.fromEntries(known));
}

export function filtered(values: Values, isWanted: (env: string) => boolean): Map<string, string> {
  return new Map([...values].filter(([env]) => isWanted(env)));
}
