/** Sends the traffic of `run` and `backfill`: the jobs, what is shown meanwhile, and what is printed at the end. */
import { EXIT, UserError } from '../../errors.ts';
import type { Job } from '../../job/job.ts';
import { exitCodeOfEnd, type TargetEnd, worstExitCode } from '../../job/run-jobs.ts';
import { createPause, type Pause } from '../../run/pause.ts';
import { createStop, type Stop } from '../../run/stop.ts';
import type { Threshold } from '../../types/threshold.ts';
import { createDetachedPool, createSharedPool } from '../cluster/shared-pool.ts';
import type { CliContext } from '../context.ts';
import { jobEndOf } from '../files/job-end.ts';
import { type Recording, recordTo } from '../files/request-log.ts';
import type { Results } from '../files/results.ts';
import { existingOf, type TrafficOptions } from '../options/traffic-options.ts';
import { reportFailure } from '../output/failure.ts';
import { logCutOff } from '../output/messages/cut-off-log.ts';
import { logEmptyRuns } from '../output/messages/empty-run.ts';
import { createWorkerPool, type WorkerPool } from '../processes/worker-pool.ts';
import type { Destinations } from '../targets/destinations.ts';
import { createSentDays, type SentDays } from '../verification/sent-days.ts';
import { type SentJob, verifyJobs } from '../verification/verified-jobs.ts';
import { createConfirmation } from './confirmation.ts';
import { type Controls, openControls } from './controls.ts';
import { callbacksOf, type Listeners } from './job-callbacks.ts';
import { historyFor } from './ledger.ts';
import { nextStepText } from './next-step.ts';
import { notifyOfEnd } from './notification.ts';
import type { PluginReporters } from './plugin-reporters.ts';
import { type Divided, divideAll, endOfAll, logSentDays, mayGoOn } from './rounds.ts';
import type { Runtime } from './runtime.ts';
import { warnOfSameSeed } from './same-seed.ts';

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
  /** Those of plugins. */
  readonly reporters?: PluginReporters;
  /** By the targets' names: why nothing can be sent to one. */
  readonly refusals: ReadonlyMap<string, UserError>;
}

/** What is sent in rounds, and who steers and hears it. */
interface Rounds {
  readonly work: readonly Divided[];
  readonly controls: Controls;
  readonly listeners: Listeners;
  readonly stop: Stop;
  readonly pause: Pause;
  readonly recording: Recording | undefined;
}

/** The text with the name of the target that it is about, where there are several. */
const withTarget = (jobs: readonly Job[], job: Job, text: string) =>
  jobs.length > 1 ? `${job.name}: ${text}` : text;

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
  { jobs, destinations, results, notifyUrl, reporters }: RunPlan,
  ends: readonly TargetEnd[],
  verifyRequest: {
    readonly sent: readonly SentJob[];
    readonly failIfEmpty: boolean;
    readonly recordExitCode: number;
  } & Parameters<typeof verifyJobs>[2],
): Promise<void> {
  const { failIfEmpty, recordExitCode } = verifyRequest;
  for (const { job, result } of ends) {
    if (!result?.wasDone) continue;
    context.log.info(withTarget(jobs, job, `nothing to do: run ${result.runId} sent these days already`));
  }
  const jobEnds = ends.map((end) => jobEndOf(end, destinations.recorded(jobs.indexOf(end.job))));
  results.print(jobEnds);
  logCutOff(context.log, jobEnds);
  const emptyCodes =
    logEmptyRuns(context.log, jobEnds, failIfEmpty, context.clock.wallNow()) && failIfEmpty
      ? [EXIT.threshold]
      : [];
  for (const { job, error } of ends) if (error) reportFailure(context.log, namedError(jobs, job, error));
  const verified = await verifyJobs(context, verifyRequest.sent, verifyRequest);
  const filesExitCode = await results.write(jobEnds, verified.ends);
  const fileCodes = [filesExitCode, recordExitCode];
  const exitCode = worstExitCode([
    ...ends.map(exitCodeOfEnd),
    ...verified.exitCodes,
    ...emptyCodes,
    ...fileCodes,
  ]);
  results.close(exitCode);
  context.finish(exitCode);
  await reporters?.end(exitCode, jobEnds);
  if (notifyUrl !== undefined) await notifyOfEnd(context, notifyUrl, jobEnds, exitCode);
}

/** The end of every job, in their order. Without one, all days of the job were sent before. */
function endsOf(
  { jobs, refusals }: RunPlan,
  work: readonly Divided[],
  ends: readonly TargetEnd[],
): TargetEnd[] {
  return jobs.flatMap((job) => {
    const error = refusals.get(job.name);
    if (error) return { job, result: undefined, error };
    const own = work.find((entry) => entry.job === job);
    return (own && endOfAll(own, ends)) ?? [];
  });
}

/** Tells how far each unfinished backfill came, and how it goes on. */
async function logNextSteps(
  { log, args }: CliContext,
  { ledger, cluster }: Runtime,
  jobs: readonly Job[],
  ends: readonly TargetEnd[],
  options: TrafficOptions,
): Promise<void> {
  const records = { ledger, history: await historyFor(ledger, cluster), args };
  for (const { job, result } of ends) {
    const text = result && (await nextStepText(records, result.runId, options));
    if (text !== undefined) log.info(withTarget(jobs, job, text), { code: 'next-step' });
  }
}

/** Who does the work: this process, several of this machine, or all workers of a cluster. */
function poolFor(
  context: CliContext,
  jobs: readonly Job[],
  { cluster }: Runtime,
  { detach, json }: TrafficOptions,
  options: Parameters<typeof createWorkerPool>[2],
): WorkerPool {
  const { count: shards, stop } = options;
  if (!cluster) return createWorkerPool(context, jobs, options);
  if (detach !== true) return createSharedPool(context, jobs, cluster, { shards, stop });
  return createDetachedPool(context, jobs, cluster, { shards, stop, isJson: json === true });
}

/** Carries out the windows of all jobs, one round after the other. */
async function sendRounds(
  context: CliContext,
  plan: RunPlan,
  runtime: Runtime,
  { work, listeners, stop, pause, recording }: Rounds,
  options: TrafficOptions,
): Promise<TargetEnd[]> {
  const { shards, thresholds, jobs, results } = plan;
  const onRequest = recording?.onRequest;
  const runOptions = {
    resume: options.resume !== undefined && options.resume !== false,
    again: options.again === true || existingOf(options) === 'again',
    againFrom: options.againFrom,
    inDoubt: options.inDoubt ?? 'ask',
  };
  const isInMemory = options.sink === true;
  const poolOptions = { count: shards, stop, pause, options: runOptions, isInMemory };
  const confirmationFor = createConfirmation(context, options);
  const ends: TargetEnd[] = [];
  for (let round = 0; work.some(({ parts }) => parts.length > round) && !stop.draining.aborted; round++) {
    const parts = work.flatMap((entry) => {
      const part = entry.parts[round];
      return part && mayGoOn(ends, entry.parts) ? part : [];
    });
    const pool = poolFor(context, parts, runtime, options, {
      ...poolOptions,
      isRecorded: onRequest !== undefined,
    });
    const sent = await pool.runAll((part, ownStop) => {
      const job = work.find((entry) => entry.parts.includes(part))?.job ?? part;
      const told = { job, part, hasSeveralTargets: jobs.length > 1, results };
      return {
        ...runtime,
        options: runOptions,
        stop: ownStop,
        pause,
        thresholds,
        ...confirmationFor(part),
        ...callbacksOf(context, told, listeners),
        ...(onRequest ? { onRequest } : {}),
      };
    });
    ends.push(...sent);
  }
  return ends;
}

export async function sendTraffic(
  context: CliContext,
  plan: RunPlan,
  runtime: Runtime,
  options: TrafficOptions,
): Promise<void> {
  const { jobs, shards, refusals } = plan;
  const isInMemory = options.sink === true;
  const { ledger } = runtime;
  const open = jobs.filter(({ name }) => !refusals.has(name));
  const work = await divideAll(ledger, open, shards, existingOf(options));
  logSentDays(context.log, work);
  if (existingOf(options) === 'again') await warnOfSameSeed(context, ledger, open, options.againFrom);
  const [stop, pause] = [createStop(), createPause(context.clock)];
  const controls = await openControls(context, open, { stop, pause }, ledger, options);
  const sentDays = createSentDays(jobs);
  try {
    const recording = recordTo(context, options.record);
    const listeners = { ...controls, sentDays };
    const sent = await sendRounds(
      context,
      plan,
      runtime,
      { work, controls, listeners, stop, pause, recording },
      options,
    );
    const ends = endsOf(plan, work, sent);
    controls.progress.end();
    await reportEnds(context, plan, ends, {
      sent: options.verify === true && !stop.abandoned.aborted ? sentJobs(ends, sentDays) : [],
      ledger: isInMemory && shards > 1 ? sentDays.ledger : ledger,
      isJson: options.json === true,
      waitMs: options.wait ?? 0,
      signal: stop.draining,
      failIfEmpty: options.failIfEmpty === true,
      recordExitCode: recording?.exitCode() ?? EXIT.done,
    });
    if (!isInMemory) await logNextSteps(context, runtime, jobs, ends, options);
  } finally {
    await controls.close();
  }
}
