/** `--dry-run`: what would be sent, counted and printed, with nothing sent. */
import { EXIT } from '../../errors.ts';
import { type DryRun, dryRunJob, type PlannedPart, sampleMsOf } from '../../job/dry-run.ts';
import type { BackfillJob, Job } from '../../job/job.ts';
import { formatDuration } from '../../report/format.ts';
import { timeBars } from '../../report/text/text-reporter.ts';
import { dryRunInShards } from '../../shards/dry-run-in-shards.ts';
import { SHARD_WORKER, type ShardCommand, type ShardEvent } from '../../shards/protocol.ts';
import type { CliContext } from '../context.ts';
import type { Results } from '../files/results.ts';
import { logCutOff } from '../output/messages/cut-off-log.ts';

/** Jobs of one command line are planned over the same parts of time. */
function sumOfParts(plans: readonly DryRun[]): PlannedPart[] {
  const labels = plans[0]?.parts.map(({ label }) => label) ?? [];
  return labels.map((label, i) => ({
    label,
    visits: plans.reduce((sum, { parts }) => sum + (parts[i]?.visits ?? 0), 0),
  }));
}

interface DryRunOptions {
  readonly results: Results;
  readonly isJson: boolean;
  /** Processes to plan backfills in. */
  readonly shards: number;
}

const isBackfill = (job: Job): job is BackfillJob => job.command === 'backfill';

/** The plan of each job, and how long it took to make. */
async function planJobs(
  { host, clock }: CliContext,
  jobs: readonly Job[],
  sampleMs: number | undefined,
  { results, shards }: DryRunOptions,
): Promise<{ readonly plan: DryRun; readonly durationMs: number }[]> {
  const startMs = clock.now();
  if (shards > 1 && jobs.every(isBackfill)) {
    const plans = await dryRunInShards(jobs, {
      count: shards,
      nowMs: startMs,
      startWorker: () => host.startChild<ShardCommand, ShardEvent>([SHARD_WORKER]),
      onDay: results.onDay,
    });
    const durationMs = clock.now() - startMs;
    return plans.map((plan) => ({ plan, durationMs }));
  }
  return jobs.map((job) => {
    const fromMs = clock.now();
    const plan = dryRunJob(job, fromMs, (date, day) => results.onDay(job, date, day), sampleMs);
    return { plan, durationMs: clock.now() - fromMs };
  });
}

export async function dryRunTraffic(
  context: CliContext,
  jobs: readonly Job[],
  options: DryRunOptions,
): Promise<void> {
  const { host, log } = context;
  host.tuneForLongRun();
  const { results, isJson } = options;
  const samples = jobs.flatMap((job) => sampleMsOf(job) ?? []);
  const sampleMs = samples.length > 0 ? Math.min(...samples) : undefined;
  const planned = await planJobs(context, jobs, sampleMs, options);
  const plans = planned.map(({ plan }) => plan);
  const ends = jobs.flatMap((job, i) => {
    const one = planned[i];
    if (!one) return [];
    const { totals, digest, parts } = one.plan;
    const facts = { digest, seed: job.traffic.seed, durationMs: one.durationMs, visitsByTime: parts };
    return [{ job, totals, points: [], facts, hasBegun: true, error: undefined, exitCode: EXIT.done }];
  });
  results.print(ends);
  context.finish(await results.write(ends, []));
  logCutOff(log, ends);
  const [first] = plans;
  if (sampleMs !== undefined)
    log.info(`the run has no end; this is what its first ${formatDuration(sampleMs)} would send`);
  log.info('dry run: nothing was sent');
  if (isJson) return;
  const timezones = [...new Set(jobs.map(({ traffic }) => traffic.timezone))].join(', ');
  const parts = first?.partsOf === 'run' ? 'by time since the start' : `by hour of the day (${timezones})`;
  host.stdout.write(`\nvisits ${parts}\n${timeBars(sumOfParts(plans), host.stdout.columns)}`);
}
