/** Which settings say where visits go, and stay when a preset is chosen: it says what the visits are like. */
import { table } from './schema.ts';

/** A built-in preset sets them for its kind of site. */
const OF_THE_KIND = ['TIMEZONE', 'ECOMMERCE_CURRENCY'];

/** Addresses, sites, tokens, names and weights of all targets, and what each of them gets. */
export function saysWhereTo(env: string): boolean {
  const setting = table.value?.settings.find((one) => one.env === env);
  if (setting) return setting.group === 'matomo' && !OF_THE_KIND.includes(env);
  // One target among several, such as MATOMO_URL_2.
  return /_[1-9]\d?$/.test(env);
}

const isKept = (env: string) => saysWhereTo(env) || env.startsWith('BACKFILL_');

/** Names of what was set by hand and a preset takes the place of. */
export const replacedByPreset = (values: Readonly<Record<string, string>>) =>
  Object.keys(values).filter((env) => !isKept(env));

/** What is left of what was set by hand when the preset is chosen; all of it when none is. */
export function valuesWithPreset(
  values: Readonly<Record<string, string>>,
  preset: string | undefined,
): Readonly<Record<string, string>> {
  if (preset === undefined) return values;
  return Object.fromEntries(Object.entries(values).filter(([env]) => isKept(env)));
}
