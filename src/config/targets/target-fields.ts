/** The table of what can be said of one target among several: what a YAML list and numbered variables are read by. */
import type * as z from 'zod';
import type { Origin } from '../../errors.ts';
import { type SettingKey, settingOf } from '../schema/settings.ts';
import { allowedValues, boolean, positiveNumber, text } from '../schema/values.ts';

/** One row: a setting that the target has of its own, or something that only targets have. */
export interface TargetField {
  /** Key in a YAML list. */
  readonly key: string;
  /** Variable without its number: `MATOMO_URL` of `MATOMO_URL_2`. */
  readonly env: string;
  readonly schema: z.ZodType;
  /** In words that follow "must be". */
  readonly allowed: string;
  readonly secret: boolean;
  readonly description: string;
  /** The setting that it takes the place of. */
  readonly setting?: SettingKey;
}

/** What a source says about one field of the target with the number, from 1. */
export interface TargetEntry {
  readonly number: number;
  readonly field: TargetField;
  readonly raw: unknown;
  readonly origin: Origin;
  /** As the source spells it. */
  readonly name: string;
}

function ofSetting(key: string, setting: SettingKey): TargetField {
  const { env, schema, allowed, secret, description } = settingOf(setting);
  return { key, env, schema, allowed, secret, description, setting };
}

function own(key: string, env: string, schema: z.ZodType, description: string): TargetField {
  return { key, env, schema, allowed: allowedValues.get(schema)?.text ?? '', secret: false, description };
}

export const TARGET_FIELDS: readonly TargetField[] = [
  own('name', 'MATOMO_NAME', text('a name'), 'Name of the target in summaries.'),
  ofSetting('url', 'matomoUrl'),
  ofSetting('siteId', 'siteId'),
  ofSetting('tokenAuth', 'tokenAuth'),
  ofSetting('tokenAuthFile', 'tokenAuthFile'),
  ofSetting('tokenIn', 'tokenIn'),
  ofSetting('apiUrl', 'apiUrl'),
  ofSetting('headers', 'headers'),
  ofSetting('headersFile', 'headersFile'),
  ofSetting('timezone', 'timezone'),
  ofSetting('currency', 'currency'),
  own(
    'weight',
    'MATOMO_WEIGHT',
    positiveNumber(),
    'Share of the visits, relative to the weights of the other targets.',
  ),
  ofSetting('visitsPerDay', 'visitsPerDay'),
  ofSetting('dailyCap', 'dailyCap'),
  own('enabled', 'MATOMO_ENABLED', boolean(), '`false` disables the target.'),
];

const byEnv = new Map(
  TARGET_FIELDS.flatMap((field) => {
    const aliases = field.setting === undefined ? [] : settingOf(field.setting).aliases;
    return [field.env, ...aliases].map((env) => [env, field] as const);
  }),
);
const byKey = new Map(TARGET_FIELDS.map((field) => [field.key, field]));

export function targetFieldByKey(key: string): TargetField | undefined {
  return byKey.get(key);
}

/** `MATOMO_URL_2` is the field `url` of the second target; undefined for every other name. */
export function numberedField(name: string): { field: TargetField; number: number } | undefined {
  const [, env = '', digits = ''] = /^(\w+)_([1-9]\d?)$/.exec(name) ?? [];
  const field = byEnv.get(env);
  return field && { field, number: Number(digits) };
}
