/** The values of all settings with their origins: also of settings that lack something, and with what the site has said. */

import { SETTINGS, settingOf } from '../../../config/schema/settings.ts';
import { SITE_KEYS } from '../../../config/targets/targets.ts';
import { SettingsError } from '../../../errors.ts';
import type { Service } from '../../service.ts';
import { filtered, WINDOW_NAMES } from '../../settings/names.ts';
import type { Resolved, SettingsRequest } from '../../settings/resolve.ts';
import { MASKED } from '../../store/secrets.ts';

/** What nobody has set, and the site has said. */
const SITE = 'site';

type Wanted = Omit<SettingsRequest, 'base'>;

export interface ValuesInForce {
  readonly settings: { readonly env: string; readonly value: unknown; readonly origin: string }[];
  /** Names of those that a site would know better than the default or preset that holds. */
  readonly assumed: string[];
}

/** Only a run with a token asks the site, so that only then its values are those of the traffic. */
async function siteValues(
  { ledgerRuns }: Service,
  { session: { targets } }: Resolved,
  isSink: boolean,
): Promise<ReadonlyMap<string, string>> {
  const [first] = targets;
  const { matomoUrl, siteId, tokenAuth } = first?.settings ?? {};
  if (isSink || !first || first.open.length === 0) return new Map();
  if (matomoUrl === undefined || siteId === undefined || tokenAuth === undefined) return new Map();
  const kept = await ledgerRuns.site(matomoUrl, siteId);
  if (!kept) return new Map();
  const known = first.open.map((key) => ({ ...settingOf(key), said: kept[key] }));
  // Matomo has names for timezones that nobody else has.
  const usable = known.filter(({ schema, said }) => schema.safeParse(said).success);
  return new Map(usable.map(({ env, said }) => [env, said]));
}

export async function valuesInForce(
  service: Service,
  { command, isSink }: Wanted,
  resolved: Resolved,
): Promise<ValuesInForce> {
  const { session, origins } = resolved;
  const ofSite = await siteValues(service, resolved, isSink);
  const settings = SETTINGS.filter(({ commands }) => commands.includes(command)).map((row) => {
    const known = ofSite.get(row.env);
    if (known !== undefined) return { env: row.env, value: known, origin: SITE };
    const value = session.settings[row.key] ?? null;
    const shown = row.secret && value !== null ? MASKED : value;
    return { env: row.env, value: shown, origin: origins.get(row.env) ?? 'default' };
  });
  const open = session.targets[0]?.open ?? SITE_KEYS;
  const assumed = isSink ? [] : open.map((key) => settingOf(key).env).filter((env) => !ofSite.has(env));
  return { settings, assumed };
}

/** The values that hold all the same: as for the embedded endpoint, without what is wrong and without the days of a backfill. */
export async function valuesBeside(
  service: Service,
  wanted: Wanted,
  { problems }: SettingsError,
): Promise<ValuesInForce> {
  const wrong = new Set<string>([...problems.map(({ subject }) => subject), ...WINDOW_NAMES]);
  const rest = filtered(wanted.given, (env) => !wrong.has(env));
  const given = wanted.command === 'backfill' ? new Map([...rest, ['BACKFILL_DAYS_BACK', '1']]) : rest;
  try {
    const resolved = await service.jobs.resolve({ ...wanted, given, isSink: true });
    const { settings, assumed } = await valuesInForce(service, { ...wanted, given }, resolved);
    return { settings: settings.filter(({ env }) => !wrong.has(env)), assumed };
  } catch (error) {
    // What the service itself has is wrong: there is nothing to show.
    if (!(error instanceof SettingsError)) throw error;
    return { settings: [], assumed: [] };
  }
}
