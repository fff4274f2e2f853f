/** What a schedule would start, when, and how much that sends: in numbers, before it is saved or switched on. */
import { backfillWindow, daysInWindow } from '../../config/rules/window.ts';
import type { Settings } from '../../config/schema/settings.ts';
import { type Problem, SettingsError } from '../../errors.ts';
import { withWindow } from '../jobs/new-job.ts';
import type { Service } from '../service.ts';
import type { LoadedSession } from '../settings/session.ts';
import { nextAfter, type ScheduleRecord } from './schedule-record.ts';
import { scheduledJob } from './scheduled-job.ts';

const SHOWN_TIMES = 3;

export interface ScheduleCheck {
  /** The next times, epoch ms; none where it never comes. */
  readonly nextMs: readonly number[];
  readonly problems: readonly Problem[];
  /** Days of each start of a backfill; at most as many where it catches up. Null for a live run. */
  readonly days: number | null;
  /** About so many, of all targets together; null where a rate or stages are set instead. */
  readonly visitsPerDay: number | null;
  /** Of one start of a backfill, about so many at most; null for a live run. */
  readonly visits: number | null;
  readonly targets: readonly { readonly name: string; readonly url: string | null; readonly site: number }[];
}

function nextTimes(record: ScheduleRecord, nowMs: number): number[] {
  const times: number[] = [];
  for (let ms: number | undefined = nowMs; times.length < SHOWN_TIMES; times.push(ms)) {
    ms = nextAfter(record, ms);
    if (ms === undefined) break;
  }
  return times;
}

const capped = (visits: number, cap: number) => (cap === 0 ? visits : Math.min(visits, cap));

/** Of each target that has visits of its own, or of all of them together. */
function shares({ settings, targets }: LoadedSession): Settings[] {
  const isForEach = settings.strategy === 'mirror' || settings.strategy === 'independent';
  return isForEach ? targets.map((target) => target.settings) : [settings];
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function volumeOfRun(session: LoadedSession): Pick<ScheduleCheck, 'visitsPerDay' | 'visits' | 'days'> {
  const { visitRate, visitStages } = session.settings;
  const isByRate = visitRate !== undefined || visitStages.length > 0;
  const perDay = sum(shares(session).map((own) => capped(own.visitsPerDay, own.dailyCap)));
  return { visitsPerDay: isByRate ? null : perDay, visits: null, days: null };
}

function volumeOfBackfill(
  session: LoadedSession,
  days: number,
): Pick<ScheduleCheck, 'visitsPerDay' | 'visits' | 'days'> {
  const perDayOf = (own: Settings) => capped(own.visitsPerDay, own.backfillMaxVisitsPerDay);
  const all = shares(session);
  return {
    days,
    visitsPerDay: sum(all.map(perDayOf)),
    visits: sum(all.map((own) => capped(perDayOf(own) * days, own.backfillMaxVisitsTotal))),
  };
}

/** @throws Refusal for a time that is none */
export async function checkSchedule(
  { jobs, clock }: Pick<Service, 'jobs' | 'clock'>,
  record: ScheduleRecord,
): Promise<ScheduleCheck> {
  const nextMs = nextTimes(record, clock.now());
  const job = scheduledJob(record, new Map());
  try {
    const { session } = await jobs.resolve({ ...job, given: withWindow(job) });
    const volume =
      record.command === 'run'
        ? volumeOfRun(session)
        : volumeOfBackfill(session, daysInWindow(backfillWindow(session.settings, clock.now())));
    return {
      nextMs,
      problems: [],
      ...volume,
      targets: session.targets.map(({ name, settings }) => ({
        name,
        url: job.isSink ? null : (settings.matomoUrl ?? null),
        site: settings.siteId,
      })),
    };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { nextMs, problems: error.problems, days: null, visits: null, visitsPerDay: null, targets: [] };
  }
}
