/** When the next visit of a live run comes, and why none comes sooner. */
import { createEncoder } from '../../../job/encoder.ts';
import type { Job, LiveJob } from '../../../job/job.ts';
import { prepareLiveRun, scheduleLiveRun } from '../../../job/schedule.ts';
import { createOffsetTable } from '../../../plan/days/calendar.ts';
import { createPlan, type Plan } from '../../../plan/plan.ts';
import { formatDuration, formatNumber } from '../../../report/format.ts';
import { activeHoursOf, capOf, isCapReached, openVisits, type Running } from '../status.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A wait of so many mean distances between visits is the hour's doing, not chance. */
const LONG_WAIT = 3;
/** The first forecast takes a third of a second, in which nothing is sent: it waits until there is time for it. */
const IDLE_MS = 5000;

export interface NextVisit {
  readonly dueMs: number;
  /** `2026-11-23 06:00 CET`, with seconds when it is soon. */
  readonly when: string;
  readonly why: string;
}

/** The plan of a live job, made only when somebody asks for it: of its days, whenever it is to end. */
function createForecast(job: LiveJob) {
  const offsets = createOffsetTable();
  const encoder = createEncoder(job);
  let made: Plan | undefined;
  const plan = () => {
    made ??= createPlan(job.traffic, job.extensions);
    return made;
  };
  return {
    endOfDayMs: (nowMs: number) => plan().calendar.dayAt(nowMs).endMs,
    /** When the first hit of a visit leaves after the instant. */
    dueMs: (fromMs: number): number => {
      const endless = { ...job, durationMs: undefined };
      const preparation = prepareLiveRun(endless, plan(), encoder, fromMs);
      const { timeline } = scheduleLiveRun(endless, plan(), encoder, preparation, fromMs, async () => 0);
      const first = timeline.next();
      return first.done ? Number.POSITIVE_INFINITY : first.value.leaveMs;
    },
    localMs: (instantMs: number) => instantMs + offsets.offsetMs(job.traffic.timezone, instantMs),
  };
}
type Forecast = ReturnType<typeof createForecast>;

function isActive(minute: number, { from, to }: LiveJob['traffic']['activeMinutes']): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

const offsets = createOffsetTable();

/** `08:30 CET`: the time of day where the job's visitors are. */
export function localTimeOf({ traffic }: Job, nowMs: number): string {
  const local = new Date(nowMs + offsets.offsetMs(traffic.timezone, nowMs));
  return `${local.toISOString().slice(11, 16)} ${traffic.timezone}`;
}

/** Whether visits of the job may start at the instant. */
export function isWithinActiveHours({ traffic }: Job, nowMs: number): boolean {
  const localMs = nowMs + offsets.offsetMs(traffic.timezone, nowMs);
  return isActive(Math.floor((localMs % DAY_MS) / 60_000), traffic.activeMinutes);
}

function waitReason(job: LiveJob, localNowMs: number, waitMs: number): string {
  const { activeMinutes, visitsPerDay, shape, declaredEvents } = job.traffic;
  const minute = Math.floor((localNowMs % DAY_MS) / 60_000);
  if (!isActive(minute, activeMinutes)) return `outside the active hours ${activeHoursOf(job)}`;
  const distanceMs = (DAY_MS / visitsPerDay) * job.shard.count;
  if (waitMs > LONG_WAIT * distanceMs && declaredEvents.length > 0) return 'because of the declared events';
  if (waitMs > LONG_WAIT * distanceMs && shape === 'daily')
    return 'few visits arrive at this hour of the day';
  return `${formatNumber(visitsPerDay)} visits a day are one every ${formatDuration(distanceMs)} on average`;
}

function nextOf(job: LiveJob, isCapped: boolean, forecast: Forecast, nowMs: number): NextVisit {
  const dueMs = forecast.dueMs(isCapped ? forecast.endOfDayMs(nowMs) : nowMs);
  const local = new Date(forecast.localMs(dueMs)).toISOString().replace('T', ' ');
  const when = `${local.slice(0, dueMs - nowMs < HOUR_MS ? 19 : 16)} ${job.traffic.timezone}`;
  const why = isCapped
    ? `the daily cap of ${formatNumber(capOf(job))} visits is reached until local midnight`
    : waitReason(job, forecast.localMs(nowMs), dueMs - nowMs);
  return { dueMs, when, why };
}

/**
 * A load profile says itself when visits come: it has no next one.
 * @returns the next visit of all jobs; undefined while any of them is busy, or was within the last seconds
 */
export function createNextVisit(running: readonly Running[]): (nowMs: number) => NextVisit | undefined {
  const forecasts = new Map<Job, Forecast>();
  let next: NextVisit | undefined;
  let idleSinceMs: number | undefined;

  function forecastOf(job: LiveJob): Forecast {
    const forecast = forecasts.get(job) ?? createForecast(job);
    forecasts.set(job, forecast);
    return forecast;
  }

  return (nowMs) => {
    const isBusy = running.some((entry) => openVisits(entry.totals) > 0 && !isCapReached(entry));
    if (isBusy) {
      next = undefined;
      idleSinceMs = undefined;
      return undefined;
    }
    idleSinceMs ??= nowMs;
    if (nowMs - idleSinceMs < IDLE_MS) return undefined;
    if (next === undefined || next.dueMs <= nowMs) {
      const all = running.flatMap((entry) =>
        entry.job.command === 'run' && entry.job.profile === undefined
          ? nextOf(entry.job, isCapReached(entry), forecastOf(entry.job), nowMs)
          : [],
      );
      next = all.sort((a, b) => a.dueMs - b.dueMs)[0];
    }
    return next;
  };
}
