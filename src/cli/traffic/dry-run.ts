/** `--dry-run`: what would be sent, counted and printed, with nothing sent. */
import { EXIT } from '../../errors.ts';
import { type DryRun, dryRunJob, type PlannedPart, sampleMsOf } from '../../job/dry-run.ts';
import type { Job } from '../../job/job.ts';
import { formatDuration } from '../../report/format.ts';
import { timeBars } from '../../report/text/text-reporter.ts';
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

export async function dryRunTraffic(
  context: CliContext,
  jobs: readonly Job[],
  results: Results,
  isJson: boolean,
): Promise<void> {
  const { host, clock, log } = context;
  const plans: DryRun[] = [];
  const samples = jobs.flatMap((job) => sampleMsOf(job) ?? []);
  const sampleMs = samples.length > 0 ? Math.min(...samples) : undefined;
  const ends = jobs.map((job) => {
    const startMs = clock.now();
    const planned = dryRunJob(job, startMs, (date, day) => results.onDay(job, date, day), sampleMs);
    plans.push(planned);
    const { totals, digest, parts } = planned;
    const durationMs = clock.now() - startMs;
    const facts = { digest, seed: job.traffic.seed, durationMs, visitsByTime: parts };
    return { job, totals, points: [], facts, hasBegun: true, error: undefined, exitCode: EXIT.done };
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
