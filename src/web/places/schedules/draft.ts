/** A schedule as a form has it, in texts, and as the service takes it. */
import type { Calls, Schedule } from '../../api/schema.ts';

export type ScheduleRecord = Calls['/api/v2/schedules']['post']['body'];

export interface Draft {
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
  readonly command: 'run' | 'backfill';
  /** Names with commas in between. */
  readonly preset: string;
  readonly visits: string;
  /** Last days that a backfill fills; empty where the other settings name its days. */
  readonly days: string;
  /** Days that were sent are left out. */
  readonly isRest: boolean;
  readonly hours: string;
  /** `NAME=value`, a line each. */
  readonly others: string;
  readonly sink: boolean;
  readonly catchUp: boolean;
  readonly verify: boolean;
  readonly isEnabled: boolean;
}

const VISITS = 'TARGET_VISITS_PER_DAY';
const WINDOW = ['BACKFILL_DAYS_BACK', 'BACKFILL_DURATION_DAYS'] as const;
const HOUR_SECONDS = 3600;

export const NEW: Draft = {
  name: '',
  cron: '0 2 * * *',
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  command: 'backfill',
  preset: '',
  visits: '',
  days: '1',
  isRest: true,
  hours: '10',
  others: '',
  sink: false,
  catchUp: true,
  verify: false,
  isEnabled: true,
};

/** What is saved of a schedule, without what the service knows of its runs. */
export function recordOf({
  id: _,
  lastAt: __,
  lastRun: ___,
  nextAt: ____,
  ...record
}: Schedule): ScheduleRecord {
  return record;
}

export function draftOf(schedule: Schedule): Draft {
  const { settings = {}, preset = [], forSeconds, catchUpDays, ...rest } = schedule;
  const [back, duration] = WINDOW.map((name) => settings[name]);
  const isPlain = back !== undefined && back === duration;
  const days = catchUpDays ?? (isPlain ? back : undefined);
  const own: readonly string[] = [VISITS, ...(isPlain || catchUpDays ? WINDOW : [])];
  const others = Object.entries(settings).filter(([name, value]) => !own.includes(name) && value !== null);
  const { timezone = 'UTC', sink = false, catchUp = true, verify = false, isEnabled = true } = rest;
  return {
    ...{ name: rest.name, cron: rest.cron, command: rest.command },
    ...{ timezone, sink, catchUp, verify, isEnabled },
    preset: preset.join(', '),
    visits: String(settings[VISITS] ?? ''),
    days: String(days ?? ''),
    isRest: Boolean(catchUpDays),
    hours: forSeconds ? String(forSeconds / HOUR_SECONDS) : '',
    others: others.map(([name, value]) => `${name}=${value}`).join('\n'),
  };
}

/** What is wrong with the lines, as far as can be told here. */
export function lineProblems(text: string): string[] {
  return text.split('\n').flatMap((line, i) => {
    const isRight = line.trim() === '' || /^\s*[A-Z][A-Z0-9_]*=/.test(line);
    return isRight ? [] : [`Line ${i + 1}: expected NAME=value, such as TIMEZONE=Europe/Berlin`];
  });
}

function othersOf(text: string): [name: string, value: string][] {
  return text.split('\n').flatMap((line): [string, string][] => {
    const at = line.indexOf('=');
    return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()]] : [];
  });
}

export function recordOfDraft(draft: Draft): ScheduleRecord {
  const { name, cron, timezone, command, sink, catchUp, verify, isEnabled } = draft;
  const isBackfill = command === 'backfill';
  const days = isBackfill ? draft.days.trim() : '';
  const window = draft.isRest || days === '' ? [] : WINDOW.map((env) => [env, days] as const);
  const visits = draft.visits.trim();
  const hours = Number(draft.hours);
  return {
    ...{ name: name.trim(), cron: cron.trim(), timezone: timezone.trim(), command },
    ...{ sink, catchUp, verify, isEnabled },
    preset: draft.preset.split(',').flatMap((one) => one.trim() || []),
    settings: Object.fromEntries([
      ...othersOf(draft.others),
      ...window,
      ...(visits === '' ? [] : [[VISITS, visits] as const]),
    ]),
    forSeconds: !isBackfill && hours > 0 ? Math.round(hours * HOUR_SECONDS) : null,
    catchUpDays: draft.isRest && days !== '' ? Number(days) : null,
  };
}
