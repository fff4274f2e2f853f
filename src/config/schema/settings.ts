/** The one table of settings: everything that reads or documents a setting is derived from here. */
import * as z from 'zod';
import { backfillSettings } from './groups/backfill.ts';
import { deliverySettings } from './groups/delivery.ts';
import { ecommerceSettings } from './groups/ecommerce.ts';
import { matomoSettings } from './groups/matomo.ts';
import { visitsSettings } from './groups/visits.ts';
import { volumeSettings } from './groups/volume.ts';
import {
  type Group,
  SETTINGS_COMMANDS,
  type SettingMeta,
  type SettingsCommand,
  settingMeta,
} from './setting.ts';
import { allowedValues } from './values.ts';

export const settingsSchema = z.strictObject({
  ...matomoSettings,
  ...volumeSettings,
  ...visitsSettings,
  ...ecommerceSettings,
  ...backfillSettings,
  ...deliverySettings,
});

/** Values in force. Durations are in the unit that the key names; a key without default may be `undefined`. */
export type Settings = Readonly<z.output<typeof settingsSchema>>;
export type SettingKey = keyof Settings;

/** One row of the table. */
export interface Setting {
  readonly key: SettingKey;
  readonly env: string;
  readonly aliases: readonly string[];
  /** With its leading dashes; absent where the value must not stand on a command line. */
  readonly flag?: string;
  /** Its short form, with the dash. */
  readonly shortFlag?: string;
  readonly group: Group;
  /** Key within the group in a YAML file: `key` without the group's name in front. */
  readonly yamlKey: string;
  /** True: its flag takes several values, a list. */
  readonly isRepeatable: boolean;
  /** True: in YAML it stands outside of the groups. */
  readonly isYamlRoot: boolean;
  /** Reads a native value or its text; what is not set is `undefined` to it. */
  readonly schema: z.ZodType;
  /** In words that follow "must be". */
  readonly allowed: string;
  /** The only values, where they are words. */
  readonly choices?: readonly string[];
  readonly default: unknown;
  readonly unit?: string;
  readonly description: string;
  readonly secret: boolean;
  readonly commands: readonly SettingsCommand[];
}

function yamlKeyOf(key: string, group: Group): string {
  if (!key.startsWith(group)) return key;
  const rest = key.slice(group.length);
  return rest.charAt(0).toLowerCase() + rest.slice(1);
}

function flagOf(meta: SettingMeta): string | undefined {
  if (meta.flag === null) return undefined;
  return `--${meta.flag ?? meta.env.toLowerCase().replaceAll('_', '-')}`;
}

function rowOf(key: SettingKey): Setting {
  const schema = settingsSchema.shape[key];
  const meta = settingMeta.get(schema);
  const allowed = allowedValues.get(schema.unwrap());
  if (meta === undefined || allowed === undefined) throw new Error(`setting ${key} is not described`);
  const flag = flagOf(meta);
  return {
    key,
    env: meta.env,
    aliases: meta.aliases ?? [],
    ...(flag === undefined ? {} : { flag }),
    ...(meta.shortFlag === undefined ? {} : { shortFlag: `-${meta.shortFlag}` }),
    group: meta.group,
    yamlKey: yamlKeyOf(key, meta.group),
    isRepeatable: meta.isRepeatable ?? false,
    isYamlRoot: meta.isYamlRoot ?? false,
    schema,
    allowed: allowed.text,
    ...(allowed.words === undefined ? {} : { choices: allowed.words }),
    default: schema.parse(undefined),
    ...(meta.unit === undefined ? {} : { unit: meta.unit }),
    description: meta.description,
    secret: meta.secret ?? false,
    commands: meta.commands ?? SETTINGS_COMMANDS,
  };
}

/** All settings, in the order of the documents. */
export const SETTINGS: readonly Setting[] = settingsSchema.keyof().options.map(rowOf);

const byKey = new Map(SETTINGS.map((row) => [row.key, row]));
const byEnv = new Map(
  SETTINGS.flatMap((row) => [row.env, ...row.aliases].map((name) => [name, row] as const)),
);
const byYamlPath = new Map(SETTINGS.map((row) => [yamlPath(row), row]));

/** `group.key`, as a YAML file spells it. */
export function yamlPath(row: Setting): string {
  return row.isYamlRoot ? row.yamlKey : `${row.group}.${row.yamlKey}`;
}

export function settingOf(key: SettingKey): Setting {
  const row = byKey.get(key);
  if (row === undefined) throw new Error(`there is no setting ${key}`);
  return row;
}

/** By its name in the environment or one of its older names. */
export function settingByEnv(name: string): Setting | undefined {
  return byEnv.get(name);
}

export function settingByYamlPath(path: string): Setting | undefined {
  return byYamlPath.get(path);
}

/** Every name that the environment and .env files may use, older ones included. */
export const ENV_NAMES: readonly string[] = [...byEnv.keys()];
export const YAML_PATHS: readonly string[] = [...byYamlPath.keys()];
