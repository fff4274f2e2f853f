/** The window of local days that a backfill fills, and what is wrong with it. */
import { type Problem, SettingsError } from '../../errors.ts';
import { dateNumbered, dayNumberAt, dayNumberOf, startOfDay } from '../../timezone.ts';
import type { LocalDate } from '../../types/local-date.ts';
import { type SettingKey, type Settings, settingOf } from '../schema/settings.ts';

/** Both days belong to it. */
export interface BackfillWindow {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

export const MAX_WINDOW_DAYS = 180;

const DAY_MS = 86_400_000;
/** Matomo records what is older as of now; the hour is for the time until a backfill's first day is sent. */
const OLDEST_MS = 20 * 365 * DAY_MS - 3_600_000;

const DATE_KEYS = ['backfillStartDate', 'backfillEndDate'] as const;
const DAYS_KEYS = ['backfillDaysBack', 'backfillDurationDays'] as const;
export const WINDOW_KEYS: readonly SettingKey[] = [...DATE_KEYS, ...DAYS_KEYS, 'timezone'];

/** The window that the settings name, unless they name none or only a part of one. */
function namedWindow(settings: Settings, nowMs: number): BackfillWindow | undefined {
  const { backfillStartDate, backfillEndDate, backfillDaysBack, backfillDurationDays, timezone } = settings;
  if (backfillStartDate !== undefined && backfillEndDate !== undefined) {
    return { from: backfillStartDate, to: backfillEndDate };
  }
  if (backfillDaysBack === undefined) return undefined;
  const first = dayNumberAt(timezone, nowMs) - backfillDaysBack;
  return {
    from: dateNumbered(first),
    to: dateNumbered(first + (backfillDurationDays ?? backfillDaysBack) - 1),
  };
}

export function daysInWindow({ from, to }: BackfillWindow): number {
  return dayNumberOf(to) - dayNumberOf(from) + 1;
}

/** Days of the window that the timezone skipped, as Samoa did 2011-12-30 when it changed sides of the date line. */
export function skippedDays({ from, to }: BackfillWindow, timezone: string): LocalDate[] {
  const first = dayNumberOf(from);
  return Array.from({ length: Math.max(0, dayNumberOf(to) - first + 1) }, (_, i) => first + i)
    .filter((number) => startOfDay(timezone, number) === startOfDay(timezone, number + 1))
    .map(dateNumbered);
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
    const message = `Set either two dates or the days back, not both, but ${described(date)} and ${described(days)}.`;
    return [problem('conflicting-window', date, message, 'Remove one of them.')];
  }
  if (date === undefined && days === undefined) {
    const message = 'A backfill needs to know which days to fill, but none are set.';
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

/** The days that a window may have at a moment: today is the last one. */
export function possibleDays(timezone: string, nowMs: number): BackfillWindow {
  return {
    from: dateNumbered(dayNumberAt(timezone, nowMs - OLDEST_MS) + 1),
    to: dateNumbered(dayNumberAt(timezone, nowMs)),
  };
}

/** What is wrong with days that are well named. */
function dayProblems(
  window: BackfillWindow,
  settings: Settings,
  nowMs: number,
  described: (key: SettingKey) => string,
): Problem[] {
  const { from, to } = window;
  const { timezone, backfillDaysBack, backfillDurationDays } = settings;
  const lastDays = backfillDurationDays ? 'backfillDurationDays' : 'backfillDaysBack';
  const [first, last] =
    backfillDaysBack === undefined ? DATE_KEYS : (['backfillDaysBack', lastDays] as const);
  const { from: oldest, to: today } = possibleDays(timezone, nowMs);
  const days = daysInWindow(window);
  const problems: Problem[] = [];
  if (from > to) {
    const message = `The backfill must start on or before its end, but ${described(first)} and ${described(last)}.`;
    problems.push(problem('window-order', first, message));
  }
  if (to > today) {
    const message = `The backfill must end today (${today} in ${timezone}) at the latest, but ends on ${to}: ${described(last)}.`;
    problems.push(problem('window-in-future', last, message));
  }
  if (from < oldest) {
    const message = `The backfill must start on ${oldest} or later, but starts on ${from}: ${described(first)}.`;
    const hint = 'Matomo accepts hits of the last 20 years and records older ones as visits of today.';
    problems.push(problem('window-too-old', first, message, hint));
  }
  if (days > MAX_WINDOW_DAYS) {
    const message = `The backfill must be at most ${MAX_WINDOW_DAYS} days long, but ${from} to ${to} are ${days} days: ${described(first)}.`;
    problems.push(problem('window-too-long', first, message, 'Split it into several backfills.'));
  } else if (days > 0 && skippedDays(window, timezone).length === days) {
    const message = `The backfill must have a day that existed in ${timezone}, but ${from} was skipped there: ${described(first)}.`;
    problems.push(problem('window-without-days', first, message));
  }
  return problems;
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
  return dayProblems(window, settings, nowMs, described);
}

/** The window in force; throws where the settings name none. */
export function backfillWindow(settings: Settings, nowMs: number): BackfillWindow {
  const window = namedWindow(settings, nowMs);
  if (window !== undefined) return window;
  throw new SettingsError(formProblems(settings, (key) => `${settingOf(key).env} is ${settings[key]}`));
}
