/** Settings that are allowed but rarely meant: each is answered with a warning. */
import type { Problem } from '../../errors.ts';
import { dayNumberOf, startOfDay } from '../../timezone.ts';
import { type SettingKey, settingOf } from '../schema/settings.ts';
import { described, type SettingsContext } from './checks.ts';
import { backfillVisitsPerDay } from './effective.ts';
import { backfillWindow, daysInWindow, skippedDays } from './window.ts';

const BUSY_BACKFILL_VISITS = 8000;
const BUSY_REQUESTS_PER_SECOND = 100;
const BUSY_CONCURRENCY = 200;
const BUSY_VISITS = 500_000;
const LONG_WINDOW_DAYS = 90;
const DAY_MS = 86_400_000;
const WHOLE_DAY = '00:00-24:00';
/** With a volume on average, days of so many times the mean are common. */
const USUAL_PEAK = 1.5;

const words = (count: number) => count.toLocaleString('en-US');

function warning(code: string, key: SettingKey, message: string, hint?: string): Problem {
  return { code, subject: settingOf(key).env, message, ...(hint === undefined ? {} : { hint }) };
}

function tokenWarnings({ settings, isSink }: SettingsContext): Problem[] {
  if (isSink || settings.tokenAuth !== undefined || !settings.randomizeVisitorCountries) return [];
  return [
    warning(
      'countries-without-token',
      'randomizeVisitorCountries',
      'Visitor countries need a token: without one, Matomo ignores where a visitor comes from.',
      'Set MATOMO_TOKEN_AUTH or MATOMO_TOKEN_AUTH_FILE (--token-file), or turn countries off with RANDOMIZE_VISITOR_COUNTRIES=false.',
    ),
  ];
}

/** What a rate of arrivals puts out of force. */
function rateWarnings({ settings, originOf }: SettingsContext): Problem[] {
  const { visitRate, visitStages, activeHours } = settings;
  if (visitRate === undefined && visitStages.length === 0) return [];
  const key = visitRate === undefined ? 'visitStages' : 'visitRate';
  const flag = visitRate === undefined ? '--stages' : '--rate';
  const warnings: Problem[] = [];
  if (activeHours !== WHOLE_DAY) {
    const message = `ACTIVE_HOURS ${activeHours} is not used: with ${flag}, visits arrive at any hour.`;
    warnings.push(warning('active-hours-unused', key, message, `Remove ${flag}, or ACTIVE_HOURS.`));
  }
  if (originOf('visitsPerDay').startsWith('--')) {
    const message = `${originOf('visitsPerDay')} is not used: ${flag} says how many visits arrive.`;
    warnings.push(warning('visits-per-day-unused', key, message));
  }
  return warnings;
}

function runWarnings(context: SettingsContext): Problem[] {
  const { settings, hasEndTime, isDetached } = context;
  const warnings: Problem[] = rateWarnings(context);
  if (settings.visitsPerDay > BUSY_VISITS) {
    const message = `More than ${words(BUSY_VISITS)} visits a day are a heavy load: ${described(context, 'visitsPerDay')}.`;
    warnings.push(warning('many-visits', 'visitsPerDay', message));
  }
  const { dailyCap, stopAfterVisits, autoStopAfterHours, visitStages } = settings;
  const ends = dailyCap + stopAfterVisits + autoStopAfterHours + visitStages.length;
  if (ends === 0 && !hasEndTime) {
    const message = 'This run has no end and no daily limit.';
    const how = isDetached ? 'trafficinator stop and its number' : 'Ctrl-C';
    const hint = `Stop it with ${how}, or set --for, --stop-after, --auto-stop-after-hours or --daily-cap.`;
    warnings.push(warning('no-stop-condition', 'stopAfterVisits', message, hint));
  }
  return warnings;
}

function clippingWarnings(context: SettingsContext, days: number): Problem[] {
  const { settings, originOf } = context;
  const perDay = backfillVisitsPerDay(settings);
  const total = settings.backfillMaxVisitsTotal;
  const warnings: Problem[] = [];
  const isAverage = settings.volumeMode === 'average';
  const cap = originOf('backfillMaxVisitsPerDay') === 'default' ? 0 : settings.backfillMaxVisitsPerDay;
  if (isAverage && cap > 0 && perDay * USUAL_PEAK > cap) {
    const message = `Days are cut off at ${words(cap)} visits, close to the average of ${words(perDay)}: ${described(context, 'backfillMaxVisitsPerDay')}.`;
    const hint = 'To let days vary freely, raise --max-visits-per-day, or set it to 0.';
    warnings.push(warning('days-cut-off', 'backfillMaxVisitsPerDay', message, hint));
  }
  if (perDay < settings.visitsPerDay && originOf('visitsPerDay') !== 'default') {
    const gets = isAverage ? 'Days get, on average, only' : 'Each day gets only';
    const message = `${gets} ${words(perDay)} of ${words(settings.visitsPerDay)} visits: ${described(context, 'backfillMaxVisitsPerDay')}.`;
    const hint = 'To send more, raise --max-visits-per-day, or set it to 0 for no limit.';
    warnings.push(warning('volume-clipped', 'backfillMaxVisitsPerDay', message, hint));
  }
  if (total > 0 && perDay * days > total) {
    const message = `The backfill stops after ${words(total)} of ${words(perDay * days)} visits, so the last days get fewer or none: ${described(context, 'backfillMaxVisitsTotal')}.`;
    const hint = 'To send all of them, raise --max-visits, or set it to 0 for no limit.';
    warnings.push(warning('total-clipped', 'backfillMaxVisitsTotal', message, hint));
  }
  return warnings;
}

function backfillWarnings(context: SettingsContext): Problem[] {
  const { settings, nowMs, isSink } = context;
  const window = backfillWindow(settings, nowMs);
  const days = daysInWindow(window);
  const perDay = backfillVisitsPerDay(settings);
  const skipped = skippedDays(window, settings.timezone);
  const warnings = clippingWarnings(context, days - skipped.length);
  for (const day of skipped) {
    const message = `${day} gets no visits, because ${settings.timezone} skipped that day.`;
    warnings.push(warning('skipped-day', 'timezone', message));
  }
  if (perDay > BUSY_BACKFILL_VISITS) {
    const message = `More than ${words(BUSY_BACKFILL_VISITS)} backfilled visits a day are a heavy load: each day gets ${words(perDay)}.`;
    warnings.push(warning('many-visits', 'backfillMaxVisitsPerDay', message));
  }
  if ((settings.backfillRpsLimit ?? 0) > BUSY_REQUESTS_PER_SECOND) {
    const message = `More than ${BUSY_REQUESTS_PER_SECOND} requests per second are a heavy load: ${described(context, 'backfillRpsLimit')}.`;
    warnings.push(warning('many-requests', 'backfillRpsLimit', message));
  }
  if (days > LONG_WINDOW_DAYS) {
    const message = `This is a long backfill: ${window.from} to ${window.to} are ${days} days (more than ${LONG_WINDOW_DAYS}).`;
    warnings.push(warning('long-window', 'backfillStartDate', message));
  }
  const startMs = startOfDay(settings.timezone, dayNumberOf(window.from));
  if (!isSink && settings.tokenAuth === undefined && nowMs - startMs > DAY_MS) {
    const message = 'Visits older than 24 hours need a token: without one, Matomo refuses them.';
    const hint = 'Set MATOMO_TOKEN_AUTH or MATOMO_TOKEN_AUTH_FILE (--token-file).';
    warnings.push(warning('backfill-without-token', 'tokenAuth', message, hint));
  }
  return warnings;
}

/** Warnings about settings that are otherwise right. */
export function guardrails(context: SettingsContext): Problem[] {
  const { settings, command } = context;
  const warnings = [...tokenWarnings(context)];
  if (settings.concurrency > BUSY_CONCURRENCY) {
    const message = `More than ${BUSY_CONCURRENCY} requests at the same time are a heavy load: ${described(context, 'concurrency')}.`;
    warnings.push(warning('high-concurrency', 'concurrency', message));
  }
  return [...warnings, ...(command === 'run' ? runWarnings(context) : backfillWarnings(context))];
}
