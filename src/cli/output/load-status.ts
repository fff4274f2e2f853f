/** How hard a live run presses its targets, and how they take it: rates and latency of the last seconds. */
import type { Histogram } from 'hdr-histogram-js';
import type { LiveJob } from '../../job/job.ts';
import { createTotals, type Totals } from '../../ledger/totals.ts';
import { rateAt } from '../../plan/days/load-profile.ts';
import { formatNumber } from '../../report/format.ts';
import { percentileOf } from '../../report/percentile.ts';

const WINDOW_MS = 10_000;
const MARK_EVERY_MS = 1000;

/** With a digit more where the rate is low. */
export function rateText(perSecond: number): string {
  return formatNumber(perSecond, perSecond < 10 && perSecond > 0 ? 1 : 0);
}

/** `20/s` of a load profile, `10,000/day` else: what the settings ask for at the instant, of all targets. */
export function targetText(jobs: readonly LiveJob[], elapsedMs: number): string {
  const part = ({ shard }: LiveJob) => 1 / shard.count;
  if (jobs.some(({ profile }) => profile === undefined)) {
    const perDay = jobs.reduce((sum, job) => sum + job.traffic.visitsPerDay * part(job), 0);
    return `${formatNumber(Math.round(perDay))}/day`;
  }
  const rates = jobs.map((job) => (job.profile ? (rateAt(job.profile, elapsedMs) ?? 0) * part(job) : 0));
  return `${rateText(rates.reduce((sum, rate) => sum + rate, 0))}/s`;
}

function sumOf(all: readonly Totals[]): Histogram {
  const sum = createTotals().latencyMs;
  for (const { latencyMs } of all) sum.add(latencyMs);
  return sum;
}

/** @returns the 95th percentile of the latencies of the last ten seconds, in ms; undefined where nothing was answered */
export function createRecentLatency(): (all: readonly Totals[], nowMs: number) => number | undefined {
  const marks: { readonly sum: Histogram; readonly atMs: number }[] = [];
  let latest: number | undefined;
  return (all, nowMs) => {
    const last = marks.at(-1);
    if (last && nowMs - last.atMs < MARK_EVERY_MS) return latest;
    const sum = sumOf(all);
    while (marks[1] && marks[1].atMs <= nowMs - WINDOW_MS) marks.shift();
    const recent = createTotals().latencyMs;
    recent.add(sum);
    if (marks[0]) recent.subtract(marks[0].sum);
    marks.push({ sum, atMs: nowMs });
    latest = recent.totalCount > 0 ? percentileOf(recent, 95) : undefined;
    return latest;
  };
}
