/** `--shards`: the jobs of a run in this process, or in several that share the work. */
import { SettingsError } from '../../errors.ts';
import type { Job } from '../../job/job.ts';
import type { JobEffects } from '../../job/run-job.ts';
import { runJobs, type TargetEnd } from '../../job/run-jobs.ts';
import { createStartLine } from '../../job/start-barrier.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Stop } from '../../run/stop.ts';
import { type News, type Order, SHARD_WORKER } from '../../shards/protocol.ts';
import { runInShards, type ShardRules } from '../../shards/run-in-shards.ts';
import type { TargetInShards } from '../../shards/sharded-job.ts';
import type { CliContext } from '../context.ts';

export interface Crew {
  /** Resolves when every job has ended, in their order; rejects with a defect of the program itself. */
  carryOut(effectsFor: (job: Job, stop: Stop) => JobEffects): Promise<TargetEnd[]>;
  /** Visits of the present local day that count towards the cap, those of all shards. */
  readonly admissions: Pick<Ledger, 'admitted'>;
}

/** @param count of `--shards`. @throws SettingsError where a shard would have no request to send */
export function checkedShards(count: number, jobs: readonly Job[]): number {
  const fewest = Math.min(...jobs.map(({ target }) => target.concurrency));
  if (count <= fewest) return count;
  const message = `--shards must be at most CONCURRENCY, which the shards divide among them, but is ${count}, and CONCURRENCY is ${fewest}.`;
  throw new SettingsError([{ code: 'out-of-range', subject: '--shards', message }]);
}

export type CrewRules = Omit<ShardRules, 'clock' | 'startWorker' | 'onTargets'> & { readonly ledger: Ledger };

export function crewFor(
  { host, clock }: CliContext,
  jobs: readonly Job[],
  { ledger, ...rules }: CrewRules,
): Crew {
  if (rules.count === 1) {
    const starters = createStartLine(jobs.length, clock);
    const { stop } = rules;
    return { admissions: ledger, carryOut: (effectsFor) => runJobs(jobs, { stop, starters }, effectsFor) };
  }
  let targets: readonly TargetInShards[] = [];
  const startWorker = () => host.startChild<Order, News>([SHARD_WORKER]);
  const onTargets = (all: readonly TargetInShards[]) => {
    targets = all;
  };
  return {
    admissions: {
      admitted({ url, site }) {
        const rank = jobs.findIndex((job) => job.target.url === url && job.traffic.siteId === site);
        return targets[rank]?.admittedToday ?? 0;
      },
    },
    carryOut: (effectsFor) => runInShards(jobs, { ...rules, clock, startWorker, onTargets }, effectsFor),
  };
}
