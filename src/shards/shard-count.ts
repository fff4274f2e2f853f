/** How many processes share the work where nobody says: as many as there are cores, and as there is enough to do for. */
import type { BackfillJob, Job, LiveJob } from '../job/job.ts';
import { dayNumberOf } from '../timezone.ts';

/** Work that a process must have before it is worth its start of 0.4 s, in seconds: two were as fast as one with 1 s each. */
const WORTH_SECONDS = 1.25;
/** A live run has its rate: above this part of a core, hits would begin to be late. */
const FULL_CORE = 0.6;
const HITS_A_VISIT = 5.2;
/** What a hit takes one process that does nothing else, in seconds: `npm run bench -- single bulk plan`. */
const SINGLE_SECONDS = 45e-6;
const BULK_SECONDS = 7e-6;
const PLAN_SECONDS = 4e-6;
const DAY_SECONDS = 86_400;
/** How much busier the busiest hour of a day is than the average. */
const PEAK = 2.5;

function visitsOf({ from, to, maxVisits, traffic }: BackfillJob): number {
  const all = (dayNumberOf(to) - dayNumberOf(from) + 1) * traffic.visitsPerDay;
  return maxVisits === 0 ? all : Math.min(all, maxVisits);
}

function backfillSeconds(job: BackfillJob, isDryRun: boolean): number {
  const hits = visitsOf(job) * HITS_A_VISIT;
  if (isDryRun) return hits * PLAN_SECONDS;
  // A limit of the rate leaves each process with little to do at a time.
  if (job.requestsPerSecond !== undefined) return 0;
  return hits * (job.batchSize > 1 ? BULK_SECONDS : SINGLE_SECONDS);
}

/** Part of a core that the run keeps busy at its peak. Shards would let other visits in under a cap: those runs stay whole. */
function liveLoad({ dailyCap, stopAfter, profile, traffic }: LiveJob): number {
  if (dailyCap > 0 || stopAfter > 0) return 0;
  const visitsASecond = profile
    ? Math.max(...profile.stages.flatMap(({ from, to }) => [from, to]))
    : (PEAK * traffic.visitsPerDay) / DAY_SECONDS;
  return visitsASecond * HITS_A_VISIT * SINGLE_SECONDS;
}

/** Processes for the jobs, at least 1. @param cores that there are */
export function shardCountFor(jobs: readonly Job[], cores: number, isDryRun: boolean): number {
  let seconds = 0;
  let load = 0;
  for (const job of jobs) {
    if (job.command === 'backfill') seconds += backfillSeconds(job, isDryRun);
    else if (!isDryRun) load += liveLoad(job);
  }
  const wanted = Math.max(Math.floor(seconds / WORTH_SECONDS), Math.ceil(load / FULL_CORE));
  const mostEach = Math.min(...jobs.map(({ target }) => target.concurrency));
  return Math.max(1, Math.min(cores, wanted, mostEach));
}
