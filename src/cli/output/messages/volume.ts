/** How many visits the days of a job have, told before any is sent, where days vary around a mean. */
import type { BackfillJob, Job } from '../../../job/job.ts';
import { createDayPlan } from '../../../plan/day-plan.ts';
import { formatNumber } from '../../../report/format.ts';
import { dayNumberOf } from '../../../timezone.ts';
import type { Log } from '../log.ts';

function countsOfWindow({ traffic, from, to }: BackfillJob): number[] {
  const { loads } = createDayPlan(traffic);
  const first = dayNumberOf(from);
  return Array.from({ length: dayNumberOf(to) - first + 1 }, (_, i) => loads.countOf(first + i));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const windows = new WeakMap<BackfillJob, number>();

/** Visits that the days of the backfill have, of all shards and before any cap on all of them. */
export function visitsOfWindow(job: BackfillJob): number {
  const before = windows.get(job);
  if (before !== undefined) return before;
  const all = sum(countsOfWindow(job));
  windows.set(job, all);
  return all;
}

function textOfBackfill(job: BackfillJob): string {
  const counts = countsOfWindow(job);
  const [all, least, most] = [sum(counts), Math.min(...counts), Math.max(...counts)].map((n) =>
    formatNumber(n),
  );
  const text = `the ${formatNumber(counts.length)} days have ${all} visits, between ${least} and ${most} a day`;
  const cap = job.traffic.mostPerDay;
  const cut = cap > 0 ? counts.filter((count) => count === cap).length : 0;
  return cut > 0 ? `${text}; ${formatNumber(cut)} of them are cut off at ${formatNumber(cap)}` : text;
}

function textOfRun({ traffic }: Job, nowMs: number): string {
  const { loads, calendar } = createDayPlan(traffic);
  const { number } = calendar.dayAt(nowMs);
  const [today, tomorrow] = [loads.countOf(number), loads.countOf(number + 1)].map((n) => formatNumber(n));
  return `today has ${today} visits, tomorrow ${tomorrow} (${formatNumber(traffic.visitsPerDay)} on average)`;
}

/** Says nothing of days that all have the same number of visits. */
export function logVolume(log: Log, jobs: readonly Job[], nowMs: number): void {
  for (const job of jobs) {
    if (job.traffic.volume !== 'average') continue;
    const text = job.command === 'backfill' ? textOfBackfill(job) : textOfRun(job, nowMs);
    log.info(jobs.length > 1 ? `${job.name}: ${text}` : text, { code: 'volume' });
  }
}
