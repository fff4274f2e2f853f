/** What backfills would send, planned in several processes at the same time: the same as one would plan. */
import type { Child } from '../child.ts';
import type { DryRun } from '../job/dry-run.ts';
import type { BackfillJob } from '../job/job.ts';
import { sumOf } from '../ledger/sum.ts';
import type { Totals } from '../ledger/totals.ts';
import { sumOfDigests } from '../plan/digest.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { Shard } from '../types/shard.ts';
import { createDays } from './days.ts';
import { lostWorker } from './lost-worker.ts';
import type { ShardCommand, ShardEvent } from './protocol.ts';
import { partOf } from './run-in-shards.ts';
import { decodeError, decodeTotals } from './serialization.ts';

export interface ShardedDryRunOptions {
  readonly count: number;
  readonly nowMs: number;
  readonly startWorker: () => Child<ShardCommand, ShardEvent>;
  /** Gets each local day of a job once, in order. */
  readonly onDay: (job: BackfillJob, date: LocalDate, totals: Totals) => void;
}

function sumOfPlans(plans: readonly DryRun[]): DryRun {
  const [first, ...others] = plans;
  if (!first) throw new Error('expected a plan of every shard, found none');
  return {
    ...first,
    totals: sumOf(plans.map(({ totals }) => totals)),
    digest: sumOfDigests(plans.map(({ digest }) => digest)),
    parts: first.parts.map(({ label, visits }, i) => ({
      label,
      visits: others.reduce((sum, { parts }) => sum + (parts[i]?.visits ?? 0), visits),
    })),
  };
}

/** In the order of the jobs. Rejects when a worker fails, or ends before it has planned everything. */
export function dryRunInShards(
  jobs: readonly BackfillJob[],
  { count, nowMs, startWorker, onDay }: ShardedDryRunOptions,
): Promise<DryRun[]> {
  const shards = Array.from({ length: count }, (_, i): Shard => ({ index: i + 1, count }));
  const targets = jobs.map((job) => ({
    days: createDays(count, (date, totals) => onDay(job, date, totals)),
    plans: [] as DryRun[],
  }));

  function hear(shard: number, news: ShardEvent): void {
    if (news.kind === 'defect') throw Object.assign(new Error('a worker failed'), { stack: news.stack });
    if (news.kind === 'end' && news.end.error) throw decodeError(news.end.error);
    const target = targets[news.job];
    if (!target) return;
    if (news.kind === 'day') target.days.add(shard, news.date, decodeTotals(news.totals));
    if (news.kind !== 'planned') return;
    target.days.end(shard);
    target.plans.push({ ...news.planned, totals: decodeTotals(news.planned.totals) });
  }

  return new Promise((resolve, reject) => {
    const workers = shards.map(startWorker);
    const fail = (error: unknown) => {
      for (const { kill } of workers) kill();
      reject(error);
    };
    workers.forEach((worker, i) => {
      const shard = shards[i] as Shard;
      let left = jobs.length;
      worker.onMessage((news) => {
        try {
          hear(i, news);
        } catch (error) {
          fail(error);
          return;
        }
        if (news.kind === 'planned') left--;
        if (targets.every(({ plans }) => plans.length === count)) {
          resolve(targets.map(({ plans }) => sumOfPlans(plans)));
        }
      });
      worker.onGone((how) => {
        if (left > 0) fail(lostWorker(shard, worker.pid, how, 'backfill'));
      });
      void worker.send({ kind: 'plan', plan: { jobs: jobs.map((job) => partOf(job, shard)), nowMs } });
    });
  });
}
