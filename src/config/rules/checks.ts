/** Rules that hold between settings, and between a setting and the command. */
import type { Problem } from '../../errors.ts';
import { shown } from '../schema/problem-text.ts';
import type { SettingsCommand } from '../schema/setting.ts';
import { type SettingKey, type Settings, settingOf } from '../schema/settings.ts';
import { ONLY_TARGET } from '../targets/targets.ts';
import { WINDOW_KEYS, windowProblems } from './window.ts';

export interface Situation {
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
export function told(situation: Situation, key: SettingKey): string {
  const { env, secret } = settingOf(key);
  return `${env} is ${shown(situation.settings[key], secret)} (${situation.originOf(key)})`;
}

function pairProblems(situation: Situation): Problem[] {
  const { settings, command, originOf } = situation;
  return PAIRS.flatMap(([minKey, maxKey]) => {
    const [min, max] = [settings[minKey], settings[maxKey]];
    const row = settingOf(minKey);
    if (isSkipped(situation, minKey, maxKey) || !row.commands.includes(command)) return [];
    if (typeof min !== 'number' || typeof max !== 'number' || min <= max) return [];
    return {
      code: 'min-above-max',
      subject: row.env,
      message: `${row.env} must not be above ${settingOf(maxKey).env}, but ${told(situation, minKey)} and ${told(situation, maxKey)}.`,
      origin: originOf(minKey),
    };
  });
}

function isSkipped({ failed }: Situation, ...keys: readonly SettingKey[]): boolean {
  return keys.some((key) => failed.has(key));
}

function missingUrl(situation: Situation): Problem[] {
  if (situation.isSink || situation.settings.matomoUrl !== undefined || isSkipped(situation, 'matomoUrl'))
    return [];
  if (situation.target !== ONLY_TARGET) {
    const message = `The target ${situation.target} must have a url, but has none.`;
    return [{ code: 'missing-url', subject: situation.target, message }];
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

function backfillTotalProblems(situation: Situation): Problem[] {
  const { settings, originOf } = situation;
  const perDayKey = settings.backfillMaxVisitsPerDay === 0 ? 'visitsPerDay' : 'backfillMaxVisitsPerDay';
  const total = settings.backfillMaxVisitsTotal;
  if (isSkipped(situation, perDayKey, 'backfillMaxVisitsPerDay', 'backfillMaxVisitsTotal')) return [];
  if (total === 0 || total >= settings[perDayKey]) return [];
  const numbers = `${told(situation, 'backfillMaxVisitsTotal')} and ${told(situation, perDayKey)}`;
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
export function crossChecks(situation: Situation): Problem[] {
  const { settings, command, nowMs } = situation;
  const problems = [...missingUrl(situation), ...pairProblems(situation)];
  if (command !== 'backfill') return problems;
  problems.push(...backfillTotalProblems(situation));
  if (isSkipped(situation, ...WINDOW_KEYS)) return problems;
  return [...problems, ...windowProblems(settings, nowMs, (key) => told(situation, key))];
}
