/** What a local day of a live job looks like: how many visits and when, exactly; what they do, from a sample of them. */
import { createPlanTally } from '../ledger/plan-tally.ts';
import type { Totals } from '../ledger/totals.ts';
import { visitRecordOf } from '../matomo/requests/visit-record.ts';
import { createCalendar, type LocalDay } from '../plan/days/calendar.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import type { Visit } from '../types/visit.ts';
import { createHours, dryRunJob, isPlannedFromNow, type PlannedPart, sampleMsOf } from './dry-run.ts';
import type { LiveJob } from './job.ts';

export interface DayPreview {
  readonly date: string;
  readonly visits: number;
  readonly parts: readonly PlannedPart[];
  /** `day`: parts are hours of the local day. `run`: they are parts of the run. */
  readonly partsOf: 'day' | 'run';
  /** Of a long run, only so much of its beginning is planned; undefined for all of it. */
  readonly plannedMs: number | undefined;
  /** Of the visits that were planned. */
  readonly totals: Totals;
  /** Visits that were planned, of all of the day. */
  readonly planned: number;
  /** Planned visits by country; empty where visits have no place. */
  readonly countries: Readonly<Record<string, number>>;
  /** Planned visits by the behaviour of a plugin that writes them. */
  readonly behaviours: Readonly<Record<string, number>>;
}

/** @param date a local day; undefined for the present one */
export function dayOfPlan({ calendar }: Plan, date: string | undefined, nowMs: number): LocalDay {
  return date === undefined ? calendar.dayAt(nowMs) : calendar.dayOf(date);
}

/** Visits at equal distances over the day. */
function* sampleOf(plan: Plan, day: LocalDay, visits: number, size: number): Generator<Visit> {
  for (let i = 0; i < size; i++) yield plan.visit(day, Math.floor((i * visits) / size));
}

/** Visits of a run that are planned at most. */
const MOST_OF_RUN = 20_000;
const DAY_MS = 86_400_000;
/** The busiest hour of a day has not so many times the mean. */
const PEAK = 3;

/** How much of a long run is planned; undefined for all of it. */
function partOfRun(job: LiveJob): number | undefined {
  const { durationMs, stopAfter, profile, traffic } = job;
  const sampleMs = sampleMsOf(job);
  if (sampleMs !== undefined || (stopAfter > 0 && stopAfter <= MOST_OF_RUN)) return sampleMs;
  const peak = Math.max(...(profile?.stages.flatMap(({ from, to }) => [from, to]) ?? []));
  const perMs = profile ? peak / 1000 : (PEAK * traffic.visitsPerDay) / DAY_MS;
  const mostMs = Math.floor(MOST_OF_RUN / Math.max(perMs, 1e-9));
  return mostMs < (durationMs ?? Number.POSITIVE_INFINITY) ? mostMs : undefined;
}

function previewRun(job: LiveJob, nowMs: number): DayPreview {
  const plannedMs = partOfRun(job);
  const { totals, parts, partsOf } = dryRunJob(job, nowMs, () => {}, plannedMs);
  const { planned } = totals.visits;
  const { date } = createCalendar(job.traffic.timezone).dayAt(nowMs);
  return { date, visits: planned, parts, partsOf, plannedMs, totals, planned, countries: {}, behaviours: {} };
}

/** Of the day's visits, which begin at the instants, so many are planned. */
function previewOf(
  plan: Plan,
  day: LocalDay,
  visits: number,
  most: number,
): Pick<DayPreview, 'totals' | 'planned' | 'countries' | 'behaviours'> {
  const tally = createPlanTally(() => {});
  const countries = new Map<string, number>();
  const behaviours = new Map<string, number>();
  for (const visit of sampleOf(plan, day, visits, Math.min(visits, most))) {
    tally.add(visitRecordOf(visit, ''));
    const { behaviour } = visit;
    if (behaviour !== undefined) behaviours.set(behaviour, (behaviours.get(behaviour) ?? 0) + 1);
    const { place } = visit.visitor;
    if (place) countries.set(place.country, (countries.get(place.country) ?? 0) + 1);
  }
  const { total } = tally;
  return {
    totals: total,
    planned: total.visits.planned,
    countries: Object.fromEntries(countries),
    behaviours: Object.fromEntries(behaviours),
  };
}

/**
 * A run that ends by itself, or that follows a load profile, is planned as a dry run plans it, whatever the day.
 * @param most visits that are planned; of a day with more, a sample
 */
export function previewDay(job: LiveJob, date: string | undefined, nowMs: number, most: number): DayPreview {
  if (isPlannedFromNow(job)) return previewRun(job, nowMs);
  const { traffic, dailyCap } = job;
  const plan = createPlan(traffic, job.extensions);
  const day = dayOfPlan(plan, date, nowMs);
  const starts = plan.startsOf(day);
  // The cap admits the first visits of the day.
  const visits = dailyCap > 0 ? Math.min(dailyCap, starts.length) : starts.length;
  const hours = createHours(traffic.timezone);
  for (const startMs of starts.subarray(0, visits)) hours.add(startMs);
  return {
    ...previewOf(plan, day, visits, most),
    date: day.date,
    visits,
    parts: hours.parts(),
    partsOf: 'day',
    plannedMs: undefined,
  };
}
