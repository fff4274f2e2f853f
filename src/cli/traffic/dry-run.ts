/** `--dry-run`: what would be sent, counted and printed, with nothing sent. */
import { EXIT } from '../../errors.ts';
import { dryRunJob } from '../../job/dry-run.ts';
import type { Job } from '../../job/job.ts';
import { hourBars } from '../../report/text.ts';
import type { CliContext } from '../context.ts';
import type { Results } from '../files/results.ts';

export async function dryRunTraffic(
  context: CliContext,
  jobs: readonly Job[],
  results: Results,
  isJson: boolean,
): Promise<void> {
  const { host, clock, log } = context;
  const visitsByHour = new Array<number>(24).fill(0);
  const ends = jobs.map((job) => {
    const startMs = clock.now();
    const {
      totals,
      digest,
      visitsByHour: hours,
    } = dryRunJob(job, startMs, (date, day) => results.onDay(job, date, day));
    hours.forEach((count, hour) => {
      visitsByHour[hour] = (visitsByHour[hour] ?? 0) + count;
    });
    const facts = { digest, seed: job.traffic.seed, durationMs: clock.now() - startMs };
    return { job, totals, points: [], facts, hasBegun: true, error: undefined, exitCode: EXIT.done };
  });
  results.print(ends);
  context.finish(await results.write(ends, []));
  if (isJson) return;
  const timezones = [...new Set(jobs.map(({ traffic }) => traffic.timezone))].join(', ');
  host.stdout.write(`\nvisits by hour of the day (${timezones})\n`);
  host.stdout.write(hourBars(visitsByHour, host.stdout.columns));
  log.info('dry run: nothing was sent');
}
