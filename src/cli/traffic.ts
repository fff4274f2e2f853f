/** Carries out `run` and `backfill`: from settings to summaries on standard output. */
import type { SettingsCommand } from '../config/setting.ts';
import { trafficSettings } from '../config/traffic.ts';
import { backfillWindow } from '../config/window.ts';
import { dryRunJob, type Job, type JobTarget, runJob } from '../job.ts';
import type { Totals } from '../ledger/tally.ts';
import { jsonReporter } from '../report/json.ts';
import type { Reporter } from '../report/reporter.ts';
import { type RunFacts, type SummaryContext, summariseDay, summariseTotal } from '../report/summary.ts';
import { createTextReporter, hourBars } from '../report/text.ts';
import { createStop, type Stop } from '../run/stop.ts';
import type { LocalDate, TrafficSettings } from '../types.ts';
import type { CliContext } from './context.ts';
import { type EmbeddedSink, startEmbeddedSink } from './embedded.ts';
import { fileError, reportFailure } from './failure.ts';
import { createPalette } from './palette.ts';
import { watchProgress } from './progress.ts';
import { loadSession, type Session, type SettingsOptions } from './session.ts';
import { parseDuration, parseShard } from './values.ts';

export interface TrafficOptions extends SettingsOptions {
  readonly shard?: string;
  readonly dryRun?: boolean;
  readonly record?: string;
  readonly json?: boolean;
  readonly progress?: boolean;
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
  { settings }: Session,
  traffic: TrafficSettings,
  target: JobTarget,
  options: TrafficOptions,
  nowMs: number,
): Job {
  const shard = options.shard === undefined ? { index: 1, count: 1 } : parseShard(options.shard);
  const base = { traffic, target, shard };
  if (command === 'backfill') {
    return {
      ...base,
      command,
      ...backfillWindow(settings, nowMs),
      batchSize: settings.backfillBatchSize,
      maxVisits: settings.backfillMaxVisitsTotal,
      requestsPerSecond: settings.backfillRpsLimit,
    };
  }
  const times = [
    ...(options.for === undefined ? [] : [parseDuration('--for', options.for)]),
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

/** Drains on the first signal, leaves at once on the second. */
function stopOnSignals({ host }: CliContext, stop: Stop): () => void {
  return host.onSignal((signal) => {
    if (stop.draining.aborted) host.exit(signal === 'SIGINT' ? 130 : 143);
    host.stderr.write(
      'stopping: hits in flight finish, then the summary follows; once more to leave at once\n',
    );
    stop.request(signal);
  });
}

/** A writer of request records; the file is made anew at once, so that a bad path fails before anything is sent. */
function recordTo({ host }: CliContext, path: string | undefined): ((record: unknown) => void) | undefined {
  if (path === undefined) return undefined;
  try {
    host.writeFile(path, '');
  } catch (error) {
    throw fileError('--record', path, error);
  }
  return (record) => host.appendFile(path, `${JSON.stringify(record)}\n`);
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

async function send(
  context: CliContext,
  job: Job,
  reports: Reports,
  embedded: EmbeddedSink | undefined,
  options: TrafficOptions,
): Promise<void> {
  const { host, clock } = context;
  const onRequest = recordTo(context, options.record);
  const stop = createStop();
  const release = stopOnSignals(context, stop);
  const progress = watchProgress(context, job, options);
  try {
    const result = await runJob(job, {
      clock,
      stop,
      onStart: progress.start,
      onDay: (date, totals) => progress.beside(() => reports.onDay(date, totals)),
      ...(onRequest ? { onRequest } : {}),
    });
    progress.end();
    const { seed } = job.traffic;
    const recorded = embedded ? { recorded: embedded.sink.recorded() } : {};
    reports.onTotal(result.totals, { ...result, seed, ...recorded });
    if (result.error) reportFailure(host, result.error);
    context.finish(result.exitCode);
  } finally {
    progress.end();
    release();
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
  const embedded = hasSink && !isDryRun ? await startEmbeddedSink(settings, clock.now) : undefined;
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
      options,
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
