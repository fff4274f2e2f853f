/** Sends the traffic of `run` and `backfill`: the jobs, what is shown meanwhile, and what is printed at the end. */
import { UserError } from '../../errors.ts';
import type { Job } from '../../job/job.ts';
import type { JobDependencies } from '../../job/run-job.ts';
import { exitCodeOfEnd, type TargetEnd, worstExitCode } from '../../job/run-jobs.ts';
import { formatNumber } from '../../report/format.ts';
import { createPause, type Pause } from '../../run/pause.ts';
import { createStop, type Stop } from '../../run/stop.ts';
import type { Threshold } from '../../types/threshold.ts';
import type { CliContext } from '../context.ts';
import { jobEndOf } from '../files/job-end.ts';
import { recordTo } from '../files/request-log.ts';
import type { Results } from '../files/results.ts';
import type { TrafficOptions } from '../options/traffic-options.ts';
import { logClockSteps } from '../output/clock-log.ts';
import { logCutOff } from '../output/cut-off-log.ts';
import { reportFailure } from '../output/failure.ts';
import { createOutageLog } from '../output/outage-log.ts';
import { type Progress, showProgress } from '../output/progress.ts';
import { admittedTodayOf } from '../output/status.ts';
import { createConfirmation } from './confirmation.ts';
import type { Destinations } from './destinations.ts';
import { type Metrics, openMetrics } from './metrics.ts';
import { notifyOfEnd } from './notification.ts';
import type { Runtime } from './runtime.ts';
import { createSentDays, type SentDays } from './sent-days.ts';
import { pauseOnSignal, stopOnSignals } from './signals.ts';
import { type SentJob, verifyJobs } from './verified-jobs.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';

/** What is sent, where to, and who prints it. */
export interface RunPlan {
  readonly jobs: readonly Job[];
  /** Processes that share the work. */
  readonly shards: number;
  readonly thresholds: readonly Threshold[];
  readonly destinations: Destinations;
  readonly results: Results;
  /** Webhook that is told how it ended. */
  readonly notifyUrl: string | undefined;
  /** By the targets' names: why nothing can be sent to one. */
  readonly refusals: ReadonlyMap<string, UserError>;
}

/** What steers and shows the run while it goes on. */
interface Controls {
  readonly stop: Stop;
  readonly pause: Pause;
  readonly progress: Progress;
  readonly metrics: Metrics;
  readonly admissions: WorkerPool['admissions'];
  close(): Promise<void>;
}

async function openControls(
  context: CliContext,
  jobs: readonly Job[],
  { stop, pause }: Pick<Controls, 'stop' | 'pause'>,
  ledger: WorkerPool['admissions'],
  options: TrafficOptions,
): Promise<Controls> {
  const progress = showProgress(context, ledger, options);
  const releaseStop = stopOnSignals(context, stop, progress);
  const isLive = jobs.some(({ command }) => command === 'run');
  const releasePause = isLive ? pauseOnSignal(context, pause) : () => {};
  if (isLive) context.observer?.steer(pause);
  const stopClockLog = logClockSteps(context);
  const metrics = await openMetrics(context, options.metrics, { ledger, pause });
  return {
    stop,
    pause,
    progress,
    metrics,
    admissions: ledger,
    async close() {
      context.observer?.end();
      progress.end();
      stopClockLog();
      releaseStop();
      releasePause();
      await metrics.close();
    },
  };
}

/** The text with the name of the target that it is about, where there are several. */
const withTarget = (jobs: readonly Job[], job: Job, text: string) =>
  jobs.length > 1 ? `${job.name}: ${text}` : text;

/** What the job calls back with: days for the results, counts for those who watch, and a target that is down. */
function callbacksOf(
  context: CliContext,
  { jobs, results }: RunPlan,
  job: Job,
  { progress, metrics, admissions }: Controls,
  sentDays: SentDays,
): Pick<JobDependencies, 'onStart' | 'onDay' | 'onBreaker' | 'onAnswer' | 'onSmallerRequests'> {
  const { clock, log, observer } = context;
  const about = (text: string) => withTarget(jobs, job, text);
  return {
    onStart(totals, activity) {
      progress.start(job, totals, activity);
      metrics.start(job, totals, activity);
      observer?.start(job, totals, activity, admittedTodayOf(job, admissions, clock));
    },
    onDay(date, totals) {
      sentDays.add(job, date, totals);
      progress.printAbove(() => results.onDay(job, date, totals));
    },
    onBreaker: createOutageLog(context, job, jobs.length > 1),
    onSmallerRequests(bytes, refusedBytes, status) {
      const [passed, refused] = [bytes, refusedBytes].map((count) => formatNumber(count));
      log.warning(
        about(
          `the server refused a request of ${refused} bytes (HTTP ${status}); from now on, requests have at most ${passed} bytes`,
        ),
        {
          code: 'smaller-requests',
          hint: `To start with this size, set BACKFILL_BATCH_BYTES=${bytes} (--batch-bytes).`,
        },
      );
    },
    ...(metrics.onAnswer ? { onAnswer: (latencyMs: number) => metrics.onAnswer?.(job, latencyMs) } : {}),
  };
}

/** The jobs that have begun, with the days that they sent. */
function sentJobs(ends: readonly TargetEnd[], days: SentDays): SentJob[] {
  return ends.flatMap(({ job, result }) =>
    result ? { job, runId: result.runId, dates: days.datesOf(job) } : [],
  );
}

/** The error with the name of the target that it is about, where there are several. */
function namedError(jobs: readonly Job[], job: Job, error: UserError): UserError {
  if (jobs.length === 1) return error;
  const { code, exitCode, hint, cause } = error;
  const details = { code, exitCode, cause, ...(hint === undefined ? {} : { hint }) };
  return new UserError(withTarget(jobs, job, error.message), details);
}

/** Prints the summaries, compares with Matomo's reports where that is wanted, and writes the result files. */
async function reportEnds(
  context: CliContext,
  { jobs, destinations, results, notifyUrl }: RunPlan,
  ends: readonly TargetEnd[],
  verifyRequest: { readonly sent: readonly SentJob[] } & Parameters<typeof verifyJobs>[2],
): Promise<void> {
  for (const { job, result } of ends) {
    if (!result?.wasDone) continue;
    context.log.info(withTarget(jobs, job, `nothing to do: run ${result.runId} sent these days already`));
  }
  const jobEnds = ends.map((end, i) => jobEndOf(end, destinations.recorded(i)));
  results.print(jobEnds);
  logCutOff(context.log, jobEnds);
  for (const { job, error } of ends) if (error) reportFailure(context.log, namedError(jobs, job, error));
  const verified = await verifyJobs(context, verifyRequest.sent, verifyRequest);
  const filesExitCode = await results.write(jobEnds, verified.ends);
  const exitCode = worstExitCode([...ends.map(exitCodeOfEnd), ...verified.exitCodes, filesExitCode]);
  context.finish(exitCode);
  if (notifyUrl !== undefined) await notifyOfEnd(context, notifyUrl, jobEnds, exitCode);
}

/** The ends of all jobs in their order, those that were refused among them. */
function withRefused({ jobs, refusals }: RunPlan, ends: readonly TargetEnd[]): TargetEnd[] {
  return jobs.flatMap((job) => {
    const error = refusals.get(job.name);
    return error ? { job, result: undefined, error } : ends.filter((end) => end.job === job);
  });
}

export async function sendTraffic(
  context: CliContext,
  plan: RunPlan,
  runtime: Runtime,
  options: TrafficOptions,
): Promise<void> {
  const { shards, thresholds, refusals } = plan;
  const isInMemory = options.sink === true;
  const { ledger } = runtime;
  const jobs = plan.jobs.filter(({ name }) => !refusals.has(name));
  const onRequest = recordTo(context, options.record);
  const [stop, pause] = [createStop(), createPause(context.clock)];
  const runOptions = {
    resume: options.resume === true,
    again: options.again === true,
    inDoubt: options.inDoubt ?? 'ask',
  };
  const isRecorded = onRequest !== undefined;
  const poolOptions = { count: shards, ledger, stop, pause, options: runOptions, isInMemory, isRecorded };
  const pool = createWorkerPool(context, jobs, poolOptions);
  const controls = await openControls(context, jobs, { stop, pause }, pool.admissions, options);
  const confirmationFor = createConfirmation(context, options);
  const sentDays = createSentDays(jobs);
  try {
    const sent = await pool.runAll((job, ownStop) => ({
      ...runtime,
      options: runOptions,
      stop: ownStop,
      pause,
      thresholds,
      ...confirmationFor(job),
      ...callbacksOf(context, plan, job, controls, sentDays),
      ...(onRequest ? { onRequest } : {}),
    }));
    const ends = withRefused(plan, sent);
    controls.progress.end();
    await reportEnds(context, plan, ends, {
      sent: options.verify === true ? sentJobs(ends, sentDays) : [],
      ledger: isInMemory && shards > 1 ? sentDays.ledger : ledger,
      isJson: options.json === true,
      waitMs: options.wait ?? 0,
      signal: stop.draining,
    });
  } finally {
    await controls.close();
  }
}
