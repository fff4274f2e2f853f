/** What a job would send, counted and digested, with nothing sent. */
import { createPlanTally, type Totals } from '../ledger/tally.ts';
import { createHitWriter } from '../matomo/hits.ts';
import { createOffsetTable } from '../plan/days/calendar.ts';
import { TrafficDigest } from '../plan/digest.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import { visitsOfDays } from '../plan/timeline.ts';
import { createGate } from '../run/gate.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { Job, LiveJob } from './job.ts';
import { visitsOfBackfill } from './schedule.ts';

const DAY_MS = 86_400_000;

/** Visits that a live run of the present local day has, whatever the time. */
function* visitsOfToday(job: LiveJob, plan: Plan, nowMs: number) {
  const gate = createGate({ dailyCap: job.dailyCap, stopAfter: job.stopAfter, shard: job.shard });
  const day = plan.calendar.dayAt(nowMs);
  const all = visitsOfDays(plan, {
    days: [day],
    shard: job.shard,
    maxVisits: Number.POSITIVE_INFINITY,
    untilMs: Number.POSITIVE_INFINITY,
  });
  const endMs = job.durationMs === undefined ? Number.POSITIVE_INFINITY : nowMs + job.durationMs;
  for (const visit of all) {
    const isWithinRun = job.durationMs === undefined || (visit.startMs >= nowMs && visit.startMs < endMs);
    if (!isWithinRun) continue;
    if (gate.admit(visit) !== 'admit') return;
    yield visit;
  }
}

/** What a run or backfill would send, counted and digested, with nothing sent. */
export interface DryRun {
  readonly totals: Totals;
  readonly digest: string;
  /** Visits that start in each local hour of the days together. */
  readonly visitsByHour: readonly number[];
}

/** Plans the job's traffic: a backfill's window, or the present local day of a run. */
export function dryRunJob(job: Job, nowMs: number, onDay: (date: LocalDate, totals: Totals) => void): DryRun {
  const plan = createPlan(job.traffic);
  const write = createHitWriter(job.traffic, createOffsetTable());
  const clock = createOffsetTable();
  const digest = new TrafficDigest();
  const tally = createPlanTally(onDay);
  const visitsByHour = new Array<number>(24).fill(0);
  const visits =
    job.command === 'backfill'
      ? visitsOfDays(plan, visitsOfBackfill(job, plan, nowMs))
      : visitsOfToday(job, plan, nowMs);
  for (const visit of visits) {
    const written = write(visit).visit;
    digest.add(written.digest);
    tally.add(written);
    const localMs = visit.startMs + clock.offsetMs(job.traffic.timezone, visit.startMs);
    const hour = Math.floor((localMs % DAY_MS) / 3_600_000);
    visitsByHour[hour] = (visitsByHour[hour] ?? 0) + 1;
  }
  tally.close();
  return { totals: tally.total, digest: digest.value, visitsByHour };
}
