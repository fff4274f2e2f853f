/** Carries out `run` and `backfill`: from settings to summaries on standard output. */
import type { SettingsCommand } from '../config/setting.ts';
import { trafficSettings } from '../config/traffic.ts';
import { backfillWindow } from '../config/window.ts';
import { EXIT } from '../errors.ts';
import type { DoubtPolicy } from '../job/doubt.ts';
import { dryRunJob } from '../job/dry-run.ts';
import { type JobEffects, type JobResult, runJob } from '../job/run-job.ts';
import type { Job, JobTarget } from '../job/shape.ts';
import { verify } from '../job/verify.ts';
import { isHolderAlive } from '../ledger/holder.ts';
import type { Holder, Ledger } from '../ledger/ledger.ts';
import type { Totals } from '../ledger/tally.ts';
import { createReportingApi } from '../matomo/reporting.ts';
import { createCalendar } from '../plan/calendar.ts';
import { jsonReporter } from '../report/json.ts';
import type { Reporter } from '../report/reporter.ts';
import { type RunFacts, type SummaryContext, summariseDay, summariseTotal } from '../report/summary.ts';
import { createTextReporter, formatNumber, hourBars } from '../report/text.ts';
import { createStop } from '../run/stop.ts';
import type { LocalDate, TrafficSettings } from '../types.ts';
import type { CliContext } from './context.ts';
import type { EmbeddedSink } from './embedded.ts';
import { reportFailure } from './failure.ts';
import { openLedger } from './ledger.ts';
import { createPalette } from './palette.ts';
import { watchProgress } from './progress.ts';
import { recordTo } from './recording.ts';
import { loadSession, type Session, type SettingsOptions } from './session.ts';
import { stopOnSignals } from './signals.ts';
import { parseDuration } from './values.ts';
import { writeVerification } from './verify.ts';

export interface TrafficOptions extends SettingsOptions {
  readonly dryRun?: boolean;
  readonly record?: string;
  readonly json?: boolean;
  readonly progress?: boolean;
  readonly resume?: boolean;
  readonly again?: boolean;
  readonly inDoubt?: DoubtPolicy;
  readonly yes?: boolean;
  readonly verify?: boolean;
  readonly wait?: string;
}

function warn({ host }: CliContext, session: Session): void {
  const { yellow, dim } = createPalette(host, host.stderr);
  for (const warning of session.warnings) {
    host.stderr.write(`${yellow('warning')}: ${warning.message}\n`);
    if (warning.hint !== undefined) host.stderr.write(`${dim('  hint')}: ${warning.hint}\n`);
  }
}

function jobOf(
  command: SettingsCommand,
  { settings, shard, forMs }: Session,
  traffic: TrafficSettings,
  target: JobTarget,
  nowMs: number,
): Job {
  const base = { traffic, target, shard };
  if (command === 'backfill') {
    return {
      ...base,
      command,
      ...backfillWindow(settings, nowMs),
      batchSize: settings.backfillBatchSize,
      maxVisits: settings.backfillMaxVisitsTotal,
      requestsPerSecond: settings.backfillRpsLimit,
      stallTimeoutMs: settings.stallTimeoutSeconds * 1000,
    };
  }
  const times = [
    ...(forMs === undefined ? [] : [forMs]),
    ...(settings.autoStopAfterHours > 0 ? [settings.autoStopAfterHours * 3_600_000] : []),
  ];
  return {
    ...base,
    command,
    timing: settings.visitTiming,
    pauseSeconds: { min: settings.pauseSecondsMin, max: settings.pauseSecondsMax },
    maxLatenessMs: settings.maxLatenessSeconds * 1000,
    dailyCap: settings.dailyCap,
    stopAfter: settings.stopAfterVisits,
    durationMs: times.length > 0 ? Math.min(...times) : undefined,
  };
}

interface Reports {
  onDay(date: LocalDate, totals: Totals): void;
  onTotal(totals: Totals, facts: RunFacts): void;
}

function reportTo({ host }: CliContext, context: SummaryContext, isJson: boolean): Reports {
  const reporter: Reporter = isJson ? jsonReporter : createTextReporter();
  return {
    onDay: (date, totals) => reporter(summariseDay(context, date, totals), host.stdout.write),
    onTotal: (totals, facts) => reporter(summariseTotal(context, totals, facts), host.stdout.write),
  };
}

/** Whether the person at the terminal wants the backfill; nobody is asked where nobody can answer. */
function confirmation({ host }: CliContext, job: Job, isSink: boolean, options: TrafficOptions) {
  const { ask } = host;
  if (job.command !== 'backfill' || isSink || options.yes === true || ask === undefined) return {};
  const { from, to, traffic, target } = job;
  return {
    confirm: async (visits: number) => {
      const what = `${formatNumber(visits)} visits of ${from} to ${to} (${traffic.timezone})`;
      const answer = await ask(`Send ${what} to site ${traffic.siteId} at ${target.url}? [y/N] `);
      return /^y(es)?$/i.test(answer.trim());
    },
  };
}

/** What the job is tied to besides its settings: ledger, process and wishes. */
async function surroundings(context: CliContext, isSink: boolean, options: TrafficOptions) {
  const { host, clock } = context;
  const { pid, hostname } = host;
  return {
    clock,
    ledger: await openLedger(host, isSink),
    self: { pid, hostname },
    isAlive: (holder: Holder) => isHolderAlive(holder, { ...host, nowMs: clock.now() }),
    wishes: {
      resume: options.resume === true,
      again: options.again === true,
      inDoubt: options.inDoubt ?? 'ask',
    },
  } satisfies Partial<JobEffects>;
}

async function send(
  context: CliContext,
  job: Job,
  reports: Reports,
  embedded: EmbeddedSink | undefined,
  options: TrafficOptions,
): Promise<void> {
  const { host } = context;
  const around = await surroundings(context, embedded !== undefined, options);
  const onRequest = recordTo(context, options.record);
  const stop = createStop();
  const progress = watchProgress(context, job, options);
  const release = stopOnSignals(context, stop, progress);
  try {
    const result = await runJob(job, {
      ...around,
      ...confirmation(context, job, embedded !== undefined, options),
      stop,
      onStart: progress.start,
      onDay: (date, totals) => progress.beside(() => reports.onDay(date, totals)),
      onBreaker: (isOpen) =>
        progress.beside(() =>
          host.stderr.write(isOpen ? 'the target takes nothing: sending pauses\n' : 'the target is back\n'),
        ),
      ...(onRequest ? { onRequest } : {}),
    });
    progress.end();
    if (result.wasDone) host.stderr.write(`nothing to do: run ${result.runId} has sent this window\n`);
    const { seed } = job.traffic;
    const recorded = embedded ? { recorded: embedded.sink.recorded() } : {};
    reports.onTotal(result.totals, { ...result, seed, ...recorded });
    if (result.error) reportFailure(host, result.error);
    const isVerified =
      options.verify !== true || (await verifyRun(context, job, around.ledger, result, options));
    context.finish(result.exitCode === EXIT.done && !isVerified ? EXIT.difference : result.exitCode);
  } finally {
    progress.end();
    release();
    around.ledger.close();
  }
}

/** Compares the days of the run with Matomo's reports; true when they are equal. */
async function verifyRun(
  context: CliContext,
  { target, traffic }: Job,
  ledger: Ledger,
  { runId }: JobResult,
  options: TrafficOptions,
): Promise<boolean> {
  const { clock } = context;
  const api = createReportingApi(target);
  try {
    const request = {
      url: target.url,
      site: traffic.siteId,
      dates: ledger.days(runId).map(({ date }) => date),
      goalIds: traffic.goalIds,
      runDimensionId: traffic.runDimensionId,
      seed: traffic.seed,
      today: createCalendar(traffic.timezone).dayAt(clock.now()).date,
      waitMs: options.wait === undefined ? 0 : parseDuration('--wait', options.wait),
    };
    const result = await verify(api, ledger, request, clock, new AbortController().signal);
    writeVerification(context, runId, options.json === true, result);
    return result.isEqual;
  } finally {
    await api.close();
  }
}

function pretend(context: CliContext, job: Job, reports: Reports, isJson: boolean): void {
  const { host, clock } = context;
  const startMs = clock.now();
  const result = dryRunJob(job, startMs, reports.onDay);
  const durationMs = clock.now() - startMs;
  reports.onTotal(result.totals, { digest: result.digest, seed: job.traffic.seed, durationMs });
  if (isJson) return;
  host.stdout.write(`\nvisits by hour of the day (${job.traffic.timezone})\n`);
  host.stdout.write(hourBars(result.visitsByHour, host.stdout.columns));
  host.stderr.write('dry run: nothing was sent\n');
}

export async function executeTraffic(
  context: CliContext,
  command: SettingsCommand,
  options: TrafficOptions,
): Promise<void> {
  const { host, clock } = context;
  const nowMs = clock.now();
  const isDryRun = options.dryRun === true;
  const hasSink = options.sink === true;
  const session = loadSession(host, command, { ...options, sink: hasSink || isDryRun }, nowMs);
  const { settings } = session;
  warn(context, session);
  const traffic = trafficSettings(
    settings,
    command,
    session.files,
    hasSink || settings.tokenAuth !== undefined,
  );
  const embedded =
    hasSink && !isDryRun
      ? await (await import('./embedded.ts')).startEmbeddedSink(settings, clock.now)
      : undefined;
  try {
    const job = jobOf(
      command,
      session,
      traffic,
      {
        url: embedded?.url ?? settings.matomoUrl ?? '',
        token: embedded?.token ?? settings.tokenAuth,
        concurrency: settings.concurrency,
        connectTimeoutMs: settings.connectTimeoutSeconds * 1000,
        responseTimeoutMs: settings.responseTimeoutSeconds * 1000,
        retryAttempts: settings.retryAttempts,
      },
      nowMs,
    );
    const { siteId: site, timezone, currency } = settings;
    const summary = { command, target: traffic.target, site, timezone, currency, isDryRun };
    const reports = reportTo(context, summary, options.json === true);
    if (isDryRun) pretend(context, job, reports, options.json === true);
    else await send(context, job, reports, embedded, options);
  } finally {
    await embedded?.sink.close();
  }
}
