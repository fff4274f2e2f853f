/** The window of local days that a backfill fills, and what is wrong with it. */
import { DateTime } from 'luxon';
import { type Problem, SettingsError } from '../../errors.ts';
import type { LocalDate } from '../../types/local-date.ts';
import { type SettingKey, type Settings, settingOf } from '../schema/settings.ts';

/** Both days belong to it. */
export interface BackfillWindow {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

const MAX_WINDOW_DAYS = 180;

const DATE_KEYS = ['backfillStartDate', 'backfillEndDate'] as const;
const DAYS_KEYS = ['backfillDaysBack', 'backfillDurationDays'] as const;
export const WINDOW_KEYS: readonly SettingKey[] = [...DATE_KEYS, ...DAYS_KEYS, 'timezone'];

const isoDay = (time: DateTime): LocalDate => time.toFormat('yyyy-MM-dd');

/** The window that the settings name, unless they name none or only a part of one. */
function namedWindow(settings: Settings, nowMs: number): BackfillWindow | undefined {
  const { backfillStartDate, backfillEndDate, backfillDaysBack, backfillDurationDays, timezone } = settings;
  if (backfillStartDate !== undefined && backfillEndDate !== undefined) {
    return { from: backfillStartDate, to: backfillEndDate };
  }
  if (backfillDaysBack === undefined) return undefined;
  const first = DateTime.fromMillis(nowMs, { zone: timezone })
    .startOf('day')
    .minus({ days: backfillDaysBack });
  return {
    from: isoDay(first),
    to: isoDay(first.plus({ days: (backfillDurationDays ?? backfillDaysBack) - 1 })),
  };
}

export function daysInWindow({ from, to }: BackfillWindow): number {
  const [first, last] = [from, to].map(
    (day) => DateTime.fromISO(day, { zone: 'utc' }).toMillis() / 86_400_000,
  );
  return (last ?? 0) - (first ?? 0) + 1;
}

function problem(code: string, key: SettingKey, message: string, hint?: string): Problem {
  return { code, subject: settingOf(key).env, message, ...(hint === undefined ? {} : { hint }) };
}

function nameOf(key: SettingKey): string {
  const { env, flag } = settingOf(key);
  return flag === undefined ? env : `${env} (${flag})`;
}

/** Missing and contradicting parts. `told` words a setting's name, value and origin. */
function formProblems(settings: Settings, described: (key: SettingKey) => string): Problem[] {
  const isSet = (key: SettingKey) => settings[key] !== undefined;
  const date = DATE_KEYS.find(isSet);
  const days = DAYS_KEYS.find(isSet);
  if (date !== undefined && days !== undefined) {
    const message = `A backfill takes either two dates or days back, never both, but ${described(date)} and ${described(days)}.`;
    return [problem('conflicting-window', date, message, 'Take one of the two pairs away.')];
  }
  if (date === undefined && days === undefined) {
    const message = 'A backfill needs a window of days, but none is set.';
    const hint = `Set ${nameOf('backfillDaysBack')}, or ${DATE_KEYS.map(nameOf).join(' and ')}.`;
    return [problem('missing-window', 'backfillDaysBack', message, hint)];
  }
  const missing = days === undefined ? DATE_KEYS.find((key) => !isSet(key)) : 'backfillDaysBack';
  const present = date ?? days;
  if (missing === undefined || present === undefined || isSet(missing)) return [];
  return [
    problem(
      'missing-window',
      missing,
      `${nameOf(missing)} must be set as well, since ${described(present)}.`,
    ),
  ];
}

/** All that is wrong with the window. */
export function windowProblems(
  settings: Settings,
  nowMs: number,
  described: (key: SettingKey) => string,
): Problem[] {
  const problems = formProblems(settings, described);
  const window = namedWindow(settings, nowMs);
  if (problems.length > 0 || window === undefined) return problems;
  const { from, to } = window;
  const today = isoDay(DateTime.fromMillis(nowMs, { zone: settings.timezone }));
  const [first, last] =
    settings.backfillDaysBack === undefined
      ? DATE_KEYS
      : ([
          'backfillDaysBack',
          settings.backfillDurationDays ? 'backfillDurationDays' : 'backfillDaysBack',
        ] as const);
  if (from > to) {
    const message = `The backfill must start on or before its end, but ${described(first)} and ${described(last)}.`;
    problems.push(problem('window-order', first, message));
  }
  if (to > today) {
    const message = `The backfill must end today (${today} in ${settings.timezone}) at the latest, but ends on ${to}: ${described(last)}.`;
    problems.push(problem('window-in-future', last, message));
  }
  const days = daysInWindow(window);
  if (days > MAX_WINDOW_DAYS) {
    const message = `The backfill must be at most ${MAX_WINDOW_DAYS} days long, but ${from} to ${to} are ${days} days: ${described(first)}.`;
    problems.push(problem('window-too-long', first, message, 'Split it into several backfills.'));
  }
  return problems;
}

/** The window in force; throws where the settings name none. */
export function backfillWindow(settings: Settings, nowMs: number): BackfillWindow {
  const window = namedWindow(settings, nowMs);
  if (window !== undefined) return window;
  throw new SettingsError(formProblems(settings, (key) => `${settingOf(key).env} is ${settings[key]}`));
}
