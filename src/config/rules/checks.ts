/** Rules that hold between settings, and between a setting and the command. */
import type { Problem } from '../../errors.ts';
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
  readonly nowMs: number;
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
      message: 'MATOMO_URL (--url) must name the Matomo that receives the traffic, but is not set.',
      hint: 'Set it to an address such as https://matomo.example/matomo.php, or try the command without a Matomo by adding --sink.',
    },
  ];
}

function backfillTotalProblems(context: SettingsContext): Problem[] {
  const { settings, originOf } = context;
  const perDayKey = settings.backfillMaxVisitsPerDay === 0 ? 'visitsPerDay' : 'backfillMaxVisitsPerDay';
  const total = settings.backfillMaxVisitsTotal;
  if (isSkipped(context, perDayKey, 'backfillMaxVisitsPerDay', 'backfillMaxVisitsTotal')) return [];
  if (total === 0 || total >= settings[perDayKey]) return [];
  const numbers = `${described(context, 'backfillMaxVisitsTotal')} and ${described(context, perDayKey)}`;
  return [
    {
      code: 'total-below-day',
      subject: 'BACKFILL_MAX_VISITS_TOTAL',
      message: `BACKFILL_MAX_VISITS_TOTAL must be 0 (off) or not below the visits of one day, but ${numbers}.`,
      origin: originOf('backfillMaxVisitsTotal'),
    },
  ];
}

/** All rules that are broken. */
export function crossChecks(context: SettingsContext): Problem[] {
  const { settings, command, nowMs } = context;
  const problems = [...missingUrl(context), ...pairProblems(context)];
  if (command !== 'backfill') return problems;
  problems.push(...backfillTotalProblems(context));
  if (isSkipped(context, ...WINDOW_KEYS)) return problems;
  return [...problems, ...windowProblems(settings, nowMs, (key) => described(context, key))];
}
