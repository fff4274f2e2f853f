/** What is known about each setting besides its values: names, group, unit and help. */
import * as z from 'zod';

/** The commands that a setting can belong to. */
export const SETTINGS_COMMANDS = ['run', 'backfill'] as const;
export type SettingsCommand = (typeof SETTINGS_COMMANDS)[number];

/** Groups in the order in which documents show them, with their headings. */
export const GROUPS = {
  matomo: 'Target',
  volume: 'Volume and pace',
  visits: 'Visits',
  ecommerce: 'Shop',
  backfill: 'Backfill',
  delivery: 'Delivery',
} as const;
export type Group = keyof typeof GROUPS;

export interface SettingMeta {
  /** Name in the environment and in .env files. */
  readonly env: string;
  readonly group: Group;
  readonly description: string;
  readonly unit?: string;
  /** Older names that keep working. */
  readonly aliases?: readonly string[];
  /** Without the leading dashes; `null` where the value must not stand on a command line. Default: from `env`. */
  readonly flag?: string | null;
  /** One letter, without its dash. */
  readonly shortFlag?: string;
  /** True: its flag takes several values, a list. */
  readonly isRepeatable?: boolean;
  /** True: in YAML it stands outside of the groups. */
  readonly isYamlRoot?: boolean;
  /** A secret's value is shown nowhere. */
  readonly secret?: boolean;
  /** Default: all. */
  readonly commands?: readonly SettingsCommand[];
}

export const settingMeta = z.registry<SettingMeta>();

/** Ties a schema to what is known about it. */
export function setting<Schema extends z.ZodType>(schema: Schema, meta: SettingMeta): Schema {
  settingMeta.add(schema, meta);
  return schema;
}
