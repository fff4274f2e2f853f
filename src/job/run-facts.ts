/** What the ledger keeps of a job when it starts. */
import type { RunFacts } from '../ledger/ledger.ts';
import type { Plan } from '../plan/plan.ts';
import type { Job } from './job.ts';
import type { JobDependencies } from './job-run.ts';
import { countVisits, digestOfSettings } from './schedule.ts';

export function factsOf(
  job: Job,
  plan: Plan,
  { clock, self, startedMs }: Pick<JobDependencies, 'clock' | 'self' | 'startedMs'>,
): RunFacts {
  const { traffic, target, shard, record } = job;
  const isBackfill = job.command === 'backfill';
  return {
    command: job.command,
    url: target.url,
    site: traffic.siteId,
    timezone: traffic.timezone,
    from: isBackfill ? job.from : null,
    to: isBackfill ? job.to : null,
    seed: traffic.seed,
    digest: digestOfSettings(job),
    shard: `${shard.index}/${shard.count}`,
    batchSize: isBackfill ? job.batchSize : 1,
    plannedVisits: isBackfill ? countVisits(job, plan) : null,
    settings: record?.settings ?? {},
    contents: record?.contents ?? {},
    commandLine: record?.commandLine ?? null,
    startedMs: startedMs ?? clock.now(),
    ...self,
  };
}
