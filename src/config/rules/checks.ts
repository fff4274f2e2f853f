/** Rules that hold between settings, and between a setting and the command. */
import type { Problem } from '../../errors.ts';
import { headersOf } from '../schema/header-lines.ts';
import { shown } from '../schema/problem-text.ts';
import type { SettingsCommand } from '../schema/setting.ts';
import { type SettingKey, type Settings, settingOf } from '../schema/settings.ts';
import { ONLY_TARGET } from '../targets/targets.ts';
import { WINDOW_KEYS, windowProblems } from './window.ts';

export interface SettingsContext {
  /** Name of the target that the settings are of. */
  readonly target: string;
  readonly settings: Settings;
  readonly command: SettingsCommand;
  /** True: the traffic goes to the embedded endpoint. */
  readonly isSink: boolean;
  /** True: an end time was given outside of the settings. */
  readonly hasEndTime: boolean;
  /** True: the run is left to workers, so that no signal to this process ends it. */
  readonly isDetached: boolean;
  readonly nowMs: number;
  /** True: the site's own timezone may yet take the place of this one, so that no present day is known. */
  readonly isTimezoneOpen: boolean;
  readonly originOf: (key: SettingKey) => string;
  /** Settings whose own value is wrong: rules about them are left out. */
  readonly failed: ReadonlySet<SettingKey>;
}

type Pair = readonly [min: SettingKey, max: SettingKey];

const PAIRS: readonly Pair[] = [
  ['pauseSecondsMin', 'pauseSecondsMax'],
  ['pageviewsMin', 'pageviewsMax'],
  ['visitMinutesMin', 'visitMinutesMax'],
  ['ecommerceOrderValueMin', 'ecommerceOrderValueMax'],
  ['ecommerceItemsMin', 'ecommerceItemsMax'],
];

/** `PAGEVIEWS_MIN is 8 (environment PAGEVIEWS_MIN)`. */
export function described(context: SettingsContext, key: SettingKey): string {
  const { env, secret } = settingOf(key);
  return `${env} is ${shown(context.settings[key], secret)} (${context.originOf(key)})`;
}

function pairProblems(context: SettingsContext): Problem[] {
  const { settings, command, originOf } = context;
  return PAIRS.flatMap(([minKey, maxKey]) => {
    const [min, max] = [settings[minKey], settings[maxKey]];
    const row = settingOf(minKey);
    if (isSkipped(context, minKey, maxKey) || !row.commands.includes(command)) return [];
    if (typeof min !== 'number' || typeof max !== 'number' || min <= max) return [];
    return {
      code: 'min-above-max',
      subject: row.env,
      message: `${row.env} must not be above ${settingOf(maxKey).env}, but ${described(context, minKey)} and ${described(context, maxKey)}.`,
      origin: originOf(minKey),
    };
  });
}

function isSkipped({ failed }: SettingsContext, ...keys: readonly SettingKey[]): boolean {
  return keys.some((key) => failed.has(key));
}

function missingUrl(context: SettingsContext): Problem[] {
  if (context.isSink || context.settings.matomoUrl !== undefined || isSkipped(context, 'matomoUrl'))
    return [];
  if (context.target !== ONLY_TARGET) {
    const message = `The target ${context.target} must have a url, but has none.`;
    return [{ code: 'missing-url', subject: context.target, message }];
  }
  return [
    {
      code: 'missing-url',
      subject: 'MATOMO_URL',
      message: 'MATOMO_URL (--url) must be the address of your Matomo, but is not set.',
      hint: 'Set it to an address such as https://matomo.example/matomo.php. Without a Matomo, run and backfill take --sink.',
    },
  ];
}

function backfillTotalProblems(context: SettingsContext): Problem[] {
  const { settings, originOf } = context;
  const { visitsPerDay, backfillMaxVisitsPerDay: mostPerDay } = settings;
  // A limit that nobody set gives way to a smaller day.
  const isDay =
    mostPerDay === 0 || (visitsPerDay < mostPerDay && originOf('backfillMaxVisitsPerDay') === 'default');
  const perDayKey = isDay ? 'visitsPerDay' : 'backfillMaxVisitsPerDay';
  const total = settings.backfillMaxVisitsTotal;
  if (isSkipped(context, perDayKey, 'backfillMaxVisitsPerDay', 'backfillMaxVisitsTotal')) return [];
  if (total === 0 || total >= settings[perDayKey]) return [];
  const numbers = `${described(context, 'backfillMaxVisitsTotal')} and ${described(context, perDayKey)}`;
  return [
    {
      code: 'total-below-day',
      subject: 'BACKFILL_MAX_VISITS_TOTAL',
      message: `BACKFILL_MAX_VISITS_TOTAL must be 0 (no limit) or at least the visits of one day, but ${numbers}.`,
      origin: originOf('backfillMaxVisitsTotal'),
    },
  ];
}

/** One header holds one login: a password of the server's own and a bearer token exclude each other. */
function authorizationProblems(context: SettingsContext): Problem[] {
  const { settings, originOf } = context;
  if (isSkipped(context, 'headers', 'tokenIn')) return [];
  const logins = headersOf(settings.headers).filter(
    ({ name }) => name.toLowerCase() === 'authorization',
  ).length;
  const isBearer = settings.tokenIn === 'header' && settings.tokenAuth !== undefined;
  if (logins + (isBearer ? 1 : 0) <= 1) return [];
  const message = isBearer
    ? `MATOMO_TOKEN_IN=header uses the header Authorization for the token, but ${described(context, 'headers')} sets that header too.`
    : `The header Authorization must be set only once, but both ${described(context, 'headers')} and the address of the target set it.`;
  return [
    {
      code: 'two-logins',
      subject: isBearer ? 'MATOMO_TOKEN_IN' : 'MATOMO_HEADERS',
      message,
      origin: originOf('headers'),
      hint: isBearer ? 'Send the token in the body instead: MATOMO_TOKEN_IN=body.' : 'Remove one of them.',
    },
  ];
}

/** All rules that are broken. */
export function crossChecks(context: SettingsContext): Problem[] {
  const { settings, command, nowMs } = context;
  const problems = [...missingUrl(context), ...pairProblems(context), ...authorizationProblems(context)];
  if (command !== 'backfill') return problems;
  problems.push(...backfillTotalProblems(context));
  if (isSkipped(context, ...WINDOW_KEYS)) return problems;
  const found = windowProblems(settings, nowMs, (key) => described(context, key));
  const ofWindow = context.isTimezoneOpen ? found.filter(({ code }) => code !== 'window-in-future') : found;
  return [...problems, ...ofWindow];
}
