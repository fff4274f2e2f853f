/** Carries out `run` and `backfill`: from settings to summaries on standard output. */
import type { SettingsCommand } from '../../config/schema/setting.ts';
import { thresholdsOf } from '../../config/schema/threshold.ts';
import { EXIT, UserError } from '../../errors.ts';
import { dryRunJob } from '../../job/dry-run.ts';
import type { Job } from '../../job/job.ts';
import type { DoubtPolicy } from '../../job/ledger/in-doubt.ts';
import { exitCodeOfEnd, gravestOf, type TargetEnd } from '../../job/run-jobs.ts';
import { createTotals } from '../../ledger/tally.ts';
import { NO_DIGEST } from '../../plan/digest.ts';
import { formatNumber } from '../../report/format.ts';
import { hourBars } from '../../report/text.ts';
import { createPause } from '../../run/pause.ts';
import { createStop } from '../../run/stop.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { Threshold } from '../../types/threshold.ts';
import type { CliContext } from '../context.ts';
import type { JobEnd } from '../files/job-end.ts';
import { recordTo } from '../files/request-log.ts';
import type { ResultFileOptions } from '../files/result-files.ts';
import { type Results, writeResults } from '../files/results.ts';
import { openRunFiles } from '../files/run-files.ts';
import type { Address } from '../options/option-values.ts';
import { loadSession, type SettingsOptions } from '../options/session.ts';
import { reportFailure } from '../output/failure.ts';
import { watchProgress } from '../output/progress.ts';
import { tellSettings } from '../output/settings-log.ts';
import { type Destinations, openDestinations } from './destinations.ts';
import { jobsOf } from './jobs.ts';
import { openMetrics } from './metrics.ts';
import { openSurroundings } from './runtime.ts';
import { pauseOnSignal, stopOnSignals } from './signals.ts';
import { type SentJob, verifyJobs } from './verified-jobs.ts';
import { checkedShards, crewFor } from './worker-pool.ts';

export interface TrafficOptions extends SettingsOptions, ResultFileOptions {
  readonly shards?: number;
  readonly record?: string;
  readonly metrics?: Address;
  readonly json?: boolean;
  readonly progress?: boolean;
  readonly resume?: boolean;
  readonly again?: boolean;
  readonly inDoubt?: DoubtPolicy;
  readonly yes?: boolean;
  readonly verify?: boolean;
  /** In ms. */
  readonly wait?: number;
}

/** Asks the person at the terminal about each backfill, one after the other; nobody where nobody can answer. */
function confirmation({ host }: CliContext, isSink: boolean, options: TrafficOptions) {
  const { ask } = host;
  if (isSink || options.yes === true || ask === undefined) return () => ({});
  let asked: Promise<unknown> = Promise.resolve();
  return (job: Job) => {
    if (job.command !== 'backfill') return {};
    const { from, to, traffic, target } = job;
    const confirm = async (visits: number) => {
      const what = `${formatNumber(visits)} visits of ${from} to ${to} (${traffic.timezone})`;
      const answer = await ask(`Send ${what} to site ${traffic.siteId} at ${target.url}? [y/N] `);
      return /^y(es)?$/i.test(answer.trim());
    };
    return {
      confirm: (visits: number): Promise<boolean> => {
        const answer = asked.then(() => confirm(visits));
        asked = answer.catch(() => {});
        return answer;
      },
    };
  };
}

/** The error with the name of the target that it is about, where there are several. */
function named(job: Job, error: UserError, jobs: readonly Job[]): UserError {
  if (jobs.length === 1) return error;
  const { code, exitCode, hint, cause } = error;
  const message = `${job.name}: ${error.message}`;
  return new UserError(message, { code, exitCode, cause, ...(hint === undefined ? {} : { hint }) });
}

function jobEndOf(end: TargetEnd, recorded: unknown): JobEnd {
  const { job, result, error } = end;
  const { seed } = job.traffic;
  const facts = result ?? { digest: NO_DIGEST, durationMs: 0 };
  return {
    job,
    totals: result?.totals ?? createTotals(),
    points: result?.points ?? [],
    facts: { ...facts, seed, ...(recorded === undefined ? {} : { recorded }) },
    hasBegun: result !== undefined,
    error,
    exitCode: exitCodeOfEnd(end),
  };
}

/** The jobs that have begun. */
function sentOf(ends: readonly TargetEnd[], dates: ReadonlyMap<Job, readonly LocalDate[]>): SentJob[] {
  return ends.flatMap(({ job, result }) =>
    result ? { job, runId: result.runId, dates: dates.get(job) ?? [] } : [],
  );
}

/** What is to be sent, and to whom it is told. */
interface Undertaking {
  readonly jobs: readonly Job[];
  /** Processes that share the work. */
  readonly shards: number;
  readonly thresholds: readonly Threshold[];
  readonly destinations: Destinations;
  readonly results: Results;
}

async function send(
  context: CliContext,
  { jobs, shards, thresholds, destinations, results }: Undertaking,
  options: TrafficOptions,
): Promise<void> {
  const { log } = context;
  const isSink = options.sink === true;
  const around = await openSurroundings(context, isSink);
  const { ledger } = around;
  const wishes = {
    resume: options.resume === true,
    again: options.again === true,
    inDoubt: options.inDoubt ?? 'ask',
  };
  const onRequest = recordTo(context, options.record);
  const stop = createStop();
  const pause = createPause(context.clock);
  const crew = crewFor(context, jobs, {
    count: shards,
    ledger,
    stop,
    pause,
    wishes,
    isInMemory: isSink,
    isRecorded: onRequest !== undefined,
  });
  const progress = watchProgress(context, crew.admissions, options);
  const release = stopOnSignals(context, stop, progress);
  const isLive = jobs.some(({ command }) => command === 'run');
  const releasePause = isLive ? pauseOnSignal(context, pause) : () => {};
  const confirmed = confirmation(context, isSink, options);
  const metrics = await openMetrics(context, options.metrics, { ledger: crew.admissions, pause });
  const sentDates = new Map(jobs.map((job) => [job, [] as LocalDate[]]));
  const about = (job: Job, text: string) => (jobs.length > 1 ? `${job.name}: ${text}` : text);
  try {
    const ends = await crew.carryOut((job, own) => ({
      ...around,
      wishes,
      ...confirmed(job),
      stop: own,
      pause,
      thresholds,
      onStart(totals, activity) {
        progress.start(job, totals, activity);
        metrics.start(job, totals, activity);
      },
      onDay(date, totals) {
        sentDates.get(job)?.push(date);
        progress.beside(() => results.onDay(job, date, totals));
      },
      onBreaker: (isOpen) =>
        isOpen
          ? log.warning(about(job, 'the target takes nothing: sending pauses'), { code: 'target-down' })
          : log.info(about(job, 'the target is back'), { code: 'target-back' }),
      ...(metrics.onAnswer ? { onAnswer: (latencyMs: number) => metrics.onAnswer?.(job, latencyMs) } : {}),
      ...(onRequest ? { onRequest } : {}),
    }));
    progress.end();
    for (const { job, result } of ends) {
      if (result?.wasDone) log.info(about(job, `nothing to do: run ${result.runId} has sent this window`));
    }
    const jobEnds = ends.map((end, i) => jobEndOf(end, destinations.recorded(i)));
    results.tell(jobEnds);
    for (const { job, error } of ends) if (error) reportFailure(log, named(job, error, jobs));
    const verified = await verifyJobs(context, options.verify === true ? sentOf(ends, sentDates) : [], {
      ledger,
      isJson: options.json === true,
      waitMs: options.wait ?? 0,
      signal: stop.draining,
    });
    const filesCode = await results.write(jobEnds, verified.ends);
    context.finish(gravestOf([...ends.map(exitCodeOfEnd), ...verified.exitCodes, filesCode]));
  } finally {
    progress.end();
    release();
    releasePause();
    await metrics.close();
    ledger.close();
  }
}

async function pretend(
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
  results.tell(ends);
  context.finish(await results.write(ends, []));
  if (isJson) return;
  const timezones = [...new Set(jobs.map(({ traffic }) => traffic.timezone))].join(', ');
  host.stdout.write(`\nvisits by hour of the day (${timezones})\n`);
  host.stdout.write(hourBars(visitsByHour, host.stdout.columns));
  log.info('dry run: nothing was sent');
}

function sinkFor({ sink, dryRun }: TrafficOptions): 'none' | 'real' | 'pretended' {
  if (sink !== true) return 'none';
  return dryRun === true ? 'pretended' : 'real';
}

export async function executeTraffic(
  context: CliContext,
  command: SettingsCommand,
  options: TrafficOptions,
): Promise<void> {
  const { host, clock, log } = context;
  const nowMs = clock.now();
  const isDryRun = options.dryRun === true;
  const isJson = options.json === true;
  const session = loadSession(host, command, { ...options, sink: options.sink === true || isDryRun }, nowMs);
  tellSettings(log, session);
  const files = openRunFiles(context, command, session, options);
  const destinations = await openDestinations(session.targets, sinkFor(options), clock.now);
  try {
    const jobs = jobsOf(command, session, destinations.all, nowMs);
    const results = writeResults(context, {
      command,
      isDryRun,
      isJson,
      isMirror: session.settings.strategy === 'mirror',
      hasSeveralTargets: jobs.length > 1,
      files,
    });
    if (isDryRun) await pretend(context, jobs, results, isJson);
    else {
      const thresholds = thresholdsOf(session.settings.thresholds);
      const shards = checkedShards(options.shards ?? 1, jobs);
      await send(context, { jobs, shards, thresholds, destinations, results }, options);
    }
  } finally {
    await destinations.close();
  }
}
