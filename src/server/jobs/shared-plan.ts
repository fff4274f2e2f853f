/** What a run that workers share is to send: read from the job that the ledger keeps, once a run. */
import { readJob, sharedVersion } from '../../cluster/shared-job.ts';
import type { Job } from '../../job/job.ts';
import { countVisits } from '../../job/schedule.ts';
import type { SharedRun } from '../../ledger/postgres/shared-rows.ts';
import { createPlan } from '../../plan/plan.ts';

export interface SharedPlan {
  readonly timezone: string;
  /** Of a backfill. */
  readonly from: string | null;
  readonly to: string | null;
  /** Null where there is no end, or where it takes more than the job to know. */
  readonly visits: number | null;
}

const MOST_REMEMBERED = 200;

function planOf(job: Job, isEnded: boolean): SharedPlan {
  const { timezone, plugins = [] } = job.traffic;
  if (job.command === 'run') {
    return { timezone, from: null, to: null, visits: job.stopAfter === 0 ? null : job.stopAfter };
  }
  const { from, to } = job;
  // Counting takes a moment, and nobody waits for a run that is over.
  const isCounted = !isEnded && plugins.length === 0;
  return { timezone, from, to, visits: isCounted ? countVisits(job, createPlan(job.traffic)) : null };
}

/** @param version of this program: what another one has written is not read */
export function createSharedPlans(version: string): (run: SharedRun) => SharedPlan | undefined {
  const known = new Map<number, SharedPlan>();
  return (run) => {
    const remembered = known.get(run.id);
    if (remembered || run.version !== sharedVersion(version)) return remembered;
    const plan = planOf(readJob(run.job).job, run.endedMs !== null);
    const [oldest] = known.keys();
    if (known.size >= MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
    known.set(run.id, plan);
    return plan;
  };
}
