/** Carries out `run` and `backfill`: from settings to summaries on standard output. */

import type { SettingsCommand } from '../../config/schema/setting.ts';
import { thresholdsOf } from '../../config/schema/threshold.ts';
import { EXIT, UserError } from '../../errors.ts';
import { worstExitCode } from '../../job/run-jobs.ts';
import { createPlanAhead, type PlanAhead } from '../../plan/plan-ahead.ts';
import { isSharedLedgerNamed } from '../cluster/ledger-address.ts';
import type { CliContext } from '../context.ts';
import { commandLineOf } from '../files/provenance.ts';
import { checkResultFiles } from '../files/result-files.ts';
import { writeResults } from '../files/results.ts';
import { openRunFiles } from '../files/run-files.ts';
import { withResultOnOutput } from '../files/standard-output.ts';
import { withRemotePages } from '../options/remote-pages.ts';
import { loadSession, type Session } from '../options/session.ts';
import { withPlugins } from '../options/session-plugins.ts';
import { withoutSettingFlags } from '../options/setting-options.ts';
import type { TrafficOptions } from '../options/traffic-options.ts';
import { logSources, logValues } from '../output/messages/settings-log.ts';
import { logUnusedFlags } from '../output/messages/unused-flags.ts';
import { logVolume } from '../output/messages/volume.ts';
import { shardsOf } from '../processes/worker-pool.ts';
import { accessTo, logProxies } from '../targets/access.ts';
import { openDestinations } from '../targets/destinations.ts';
import { type SettledSites, type SitesRules, settleSites } from '../targets/sites.ts';
import { recordedRun, shardOf } from '../verification/recorded-run.ts';
import { finishInterrupted, logDaysLeft } from './catch-up.ts';
import { dryRunTraffic } from './dry-run.ts';
import { jobsOf } from './jobs.ts';
import { withinOpenFiles } from './open-files.ts';
import { createPluginReporters, type PluginReporters } from './plugin-reporters.ts';
import { openRuntime, type Runtime } from './runtime.ts';
import { type RunPlan, sendTraffic } from './send-traffic.ts';

function sinkFor({ sink, dryRun }: TrafficOptions): 'none' | 'real' | 'pretended' {
  if (sink !== true) return 'none';
  return dryRun === true ? 'pretended' : 'real';
}

export async function executeTraffic(
  given: CliContext,
  command: SettingsCommand,
  options: TrafficOptions,
): Promise<void> {
  const context = await withRemotePages(withResultOnOutput(given, options), options);
  const { host, clock } = context;
  const isDryRun = options.dryRun === true;
  const isSink = options.sink === true;
  const nowMs = clock.now();
  const run = await recordedRun(context, options);
  const daysBack = options.catchUp === undefined ? {} : { daysBack: String(options.catchUp) };
  const sources = { ...options, ...daysBack, ...shardOf(run, options), sink: isSink || isDryRun };
  const load = (more: Parameters<typeof loadSession>[4]) =>
    loadSession(host, command, sources, nowMs, { run, ...more });
  const isInMemory = isSink || isDryRun;
  const first = load({ isFirstPass: !isSink });
  logSources(context.log, first);
  logUnusedFlags(context.log, first.origins, options);
  checkResultFiles(context, options);
  refuseUnshared(!isInMemory && isSharedLedgerNamed(host), options);
  const opening = openRuntime(context, isInMemory);
  // Told where it is waited for.
  opening.catch(() => undefined);
  try {
    const plans = createPlanAhead();
    const rules: SitesRules = {
      command,
      ledger: async () => (await opening).ledger,
      isForced: options.force === true || isDryRun,
      reload: (siteValues) => load({ siteValues, files: first.files }),
    };
    const settled: SettledSites = isSink
      ? { session: first, refusals: new Map<string, UserError>() }
      : await settleSites(context, first, rules);
    const session = await withPlugins(host, settled.session, options);
    if (!isInMemory) planAhead(context, command, session, plans);
    await settled.kept;
    const runtime = { ...(await opening), makePlan: plans.make };
    await carryOut(context, command, { ...settled, session, runtime }, options);
  } finally {
    await (await opening).ledger.close();
  }
}

/** Makes the plan of the only target while the ledger opens. */
function planAhead(
  { host, clock }: CliContext,
  command: SettingsCommand,
  session: Session,
  plans: PlanAhead,
): void {
  if (session.plugins) return;
  const destinations = session.targets.map((target) => ({ target, access: accessTo(host, target.settings) }));
  const [job, ...others] = jobsOf(command, session, destinations, clock.now());
  if (job && others.length === 0) plans.prepare(job.traffic);
}

/** @throws UserError for what a run that workers share cannot do */
function refuseUnshared(isShared: boolean, { record, shard, detach, threshold }: TrafficOptions): void {
  const refuse = (message: string, hint: string) => {
    throw new UserError(message, { code: 'not-shared', exitCode: EXIT.usage, hint });
  };
  if (detach === true && !isShared)
    refuse(
      '--detach needs a ledger that workers share.',
      'Set LEDGER_URL_FILE or LEDGER_URL, or use --ledger.',
    );
  if (!isShared) return;
  if (record !== undefined)
    refuse('--record cannot be used with a shared ledger: other machines send too.', 'Leave --record out.');
  if (shard !== undefined)
    refuse('--shard cannot be used with a shared ledger: workers share all shards.', 'Use --shards.');
  if (detach === true && threshold !== undefined)
    refuse(
      '--detach cannot watch thresholds: nobody stays to judge them.',
      'Leave --detach or --threshold out.',
    );
}

interface Prepared extends SettledSites {
  readonly runtime: Runtime;
}

/** Those of the session's plugins; undefined without any. */
async function pluginReporters(
  context: CliContext,
  { plugins }: Session,
): Promise<PluginReporters | undefined> {
  if (!plugins) return undefined;
  const { reportersOf } = await import('../../plugin/load.ts');
  const { strayErrorText } = await import('../../plugin/stray-errors.ts');
  const reporters = reportersOf(plugins);
  if (reporters.length === 0) return undefined;
  const paths = plugins.all.map(({ source }) => source.path);
  return createPluginReporters(context, reporters, plugins, (error) => strayErrorText(error, paths));
}

/** Finishes what earlier nights began, sends the days that are missing, and says which still are. */
async function catchUp(
  context: CliContext,
  command: SettingsCommand,
  plan: RunPlan,
  runtime: Runtime,
  options: TrafficOptions,
): Promise<void> {
  const { jobs, shards } = plan;
  const { ledger } = runtime;
  // The results of earlier nights are printed, and go to no file.
  const { catchUp: _days, report, summary, csv, junit, record, ...others } = options;
  const finishOne = async (run: number): Promise<number> => {
    let exitCode: number = EXIT.done;
    const finish = (code: number) => {
      exitCode = code;
    };
    // Whoever follows a run follows that of the days that are asked for.
    const own = { ...context, finish, observer: undefined };
    const given = withoutSettingFlags(others, command);
    await executeTraffic(own, command, { ...given, preset: [], resume: String(run) });
    return exitCode;
  };
  const before = await finishInterrupted(context, ledger, jobs, finishOne);
  let exitCode = before.exitCode;
  const finish = (own: number) => {
    exitCode = worstExitCode([before.exitCode, own]);
  };
  if (before.goesOn) await sendTraffic({ ...context, finish }, plan, runtime, options);
  context.finish(exitCode);
  if (exitCode !== EXIT.done) await logDaysLeft(context, ledger, jobs, shards);
}

async function carryOut(
  context: CliContext,
  command: SettingsCommand,
  { session, refusals, runtime }: Prepared,
  options: TrafficOptions,
): Promise<void> {
  const { clock, log } = context;
  const isDryRun = options.dryRun === true;
  const isJson = options.json === true;
  logValues(log, session);
  const files = openRunFiles(context, command, session, options);
  const destinations = await openDestinations(context, session.targets, sinkFor(options));
  try {
    const nowMs = clock.now();
    const jobs = jobsOf(command, session, destinations.all, nowMs, commandLineOf(context));
    logVolume(log, jobs, nowMs);
    const isMirror = session.settings.strategy === 'mirror';
    const hasSeveralTargets = jobs.length > 1;
    const reporters = isDryRun ? undefined : await pluginReporters(context, session);
    const results = writeResults(context, {
      ...{ command, isDryRun, isJson, isMirror, hasSeveralTargets, files },
      ...(reporters ? { onSummary: reporters.note } : {}),
    });
    const shards = await shardsOf(context, runtime, jobs, options);
    if (isDryRun) {
      await dryRunTraffic(context, jobs, { results, isJson, shards });
      return;
    }
    logProxies(context, jobs);
    const thresholds = thresholdsOf(session.settings.thresholds);
    const { notifyUrl } = session.settings;
    const possible = withinOpenFiles(context, jobs, shards, options.sink === true);
    const outputs = { results, notifyUrl, ...(reporters ? { reporters } : {}) };
    const plan = { jobs: possible, shards, thresholds, destinations, refusals, ...outputs };
    if (options.catchUp === undefined || options.sink === true)
      await sendTraffic(context, plan, runtime, options);
    else await catchUp(context, command, plan, runtime, options);
  } finally {
    await destinations.close();
  }
}
