/** `trafficinator verify`: what was sent against what Matomo's reports show. */
import { Command } from 'commander';
import type { Settings } from '../../config/schema/settings.ts';
import { ONLY_TARGET, type Target } from '../../config/targets/targets.ts';
import { EXIT, SettingsError, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { KnownRun, RecordedRun } from '../../ledger/run-history.ts';
import { createCalendar } from '../../plan/days/calendar.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { CliContext } from '../context.ts';
import { parseDay, parseDuration, parseRunId, valueOption } from '../options/option-values.ts';
import { loadSession, type SettingsOptions } from '../options/session.ts';
import { addSettingOptions } from '../options/setting-options.ts';
import { addSourceOptions } from '../options/traffic-options.ts';
import { logSources } from '../output/messages/settings-log.ts';
import { accessTo, logProxies } from '../targets/access.ts';
import { openRecords, type Records } from '../traffic/ledger.ts';
import { type VerifiedRun, verifyRun } from '../verification/verification.ts';

interface VerifyOptions extends SettingsOptions {
  readonly run?: number;
  readonly from?: LocalDate;
  readonly to?: LocalDate;
  /** In ms. */
  readonly wait?: number;
  readonly json?: boolean;
}

/** So many runs are looked through for one that had visits. */
const LAST_RUNS = 20;

/** Ten years: more is a slip of the pen, and one request for it all. */
const MOST_DAYS = 3660;

const EXAMPLES = `
Without --run and days, the last run is verified. Exit code 0: the reports match; 7: they differ.

Examples:
  $ trafficinator verify --token-file token.txt
  $ trafficinator verify --run 12 --wait 20m --token-file token.txt
  $ trafficinator verify --url https://matomo.example.org --from 2026-10-01 --to 2026-10-14 --json
`;

function noRun(message = 'There is no run to verify.'): UserError {
  return new UserError(message, {
    code: 'no-run',
    exitCode: EXIT.usage,
    hint: '`trafficinator history` lists the runs. If they are in another folder, set TRAFFICINATOR_STATE_DIR.',
  });
}

/** A token is shown to no other target than its own. */
function refuseOther({ id, url, site }: KnownRun, { matomoUrl, siteId }: Settings): void {
  if (matomoUrl === undefined || (matomoUrl === url && siteId === site)) return;
  const message = `Run ${id} went to site ${site} at ${url}, but the settings are for site ${siteId} at ${matomoUrl}.`;
  throw new UserError(message, {
    code: 'run-of-another-target',
    exitCode: EXIT.usage,
    hint: 'Set --url and --site-id to those of the run, or remove both.',
  });
}

const hasVisits = ({ counts }: RecordedRun) => (counts.visits.planned ?? 0) > 0;

/** The run that is asked for, else the last one of the target, if it can be one that had visits. */
async function runOf({ history }: Records, options: VerifyOptions, settings: Settings): Promise<RecordedRun> {
  const filter = settings.matomoUrl === undefined ? {} : { url: settings.matomoUrl, site: settings.siteId };
  if (options.run !== undefined) {
    const asked = await history.run(options.run);
    if (!asked) throw noRun(`There is no run ${options.run}.`);
    refuseOther(asked.run, settings);
    return asked;
  }
  const last = await history.runs({ ...filter, limit: LAST_RUNS });
  const recorded = last.find(hasVisits) ?? last[0];
  if (!recorded) throw noRun();
  refuseOther(recorded.run, settings);
  return recorded;
}

/** The days of the run, or all days of the calendar that are asked for. */
async function datesOf(
  { ledger }: Records,
  { parts }: RecordedRun,
  { from, to }: VerifyOptions,
): Promise<LocalDate[]> {
  const days = await Promise.all(parts.map((part) => ledger.days(part)));
  const own = [...new Set(days.flat().map(({ date }) => date))].sort();
  const first = from ?? own[0];
  const last = to ?? own.at(-1);
  if ((from ?? to) === undefined || first === undefined || last === undefined) return own;
  if (first > last) {
    const message = `There is no day to verify: the first day (${first}) is after the last (${last}).`;
    throw new SettingsError([{ code: 'min-above-max', subject: '--from', message }]);
  }
  const calendar = createCalendar('UTC');
  const { number } = calendar.dayOf(first);
  const count = calendar.dayOf(last).number - number + 1;
  if (count > MOST_DAYS) {
    const message = `From ${first} to ${last} there are more than ${MOST_DAYS} days, too many to verify at once.`;
    throw new SettingsError([{ code: 'out-of-range', subject: '--from', message }]);
  }
  return Array.from({ length: count }, (_, i) => calendar.dayNumbered(number + i).date);
}

/** The targets whose runs are looked at: with a run's number the one that it went to. */
async function targetsOf(
  { history }: Records,
  options: VerifyOptions,
  targets: readonly Target[],
): Promise<readonly Target[]> {
  if (options.run === undefined || targets.length === 1) return targets;
  const run = (await history.run(options.run))?.run;
  const own = targets.filter(
    ({ settings }) => settings.matomoUrl === run?.url && settings.siteId === run?.site,
  );
  if (!run) throw noRun(`There is no run ${options.run}.`);
  if (own.length === 0) throw noRun(`Run ${options.run} went to none of the targets.`);
  return own;
}

/** Visits of days that the run has not come to; of days that are asked for, nobody knows. */
function unbegunVisitsOf({ run, counts }: RecordedRun, { from, to }: VerifyOptions): number {
  if ((from ?? to) !== undefined || run.plannedVisits === null) return 0;
  return Math.max(0, run.plannedVisits - (counts.visits.planned ?? 0));
}

async function verifiedRun(
  host: Host,
  records: Records,
  options: VerifyOptions,
  { name, settings }: Target,
): Promise<VerifiedRun> {
  const recorded = await runOf(records, options, settings);
  const { run } = recorded;
  const dates = await datesOf(records, recorded, options);
  if (dates.length === 0) throw noRun(`Run ${run.id} sent nothing: there is nothing to verify.`);
  return {
    runId: run.id,
    target: name === ONLY_TARGET ? undefined : name,
    site: run.site,
    timezone: run.timezone,
    seed: run.seed,
    dates,
    unbegunVisits: unbegunVisitsOf(recorded, options),
    goalIds: settings.goalIds,
    runDimensionId: settings.runDimensionId,
    waitMs: options.wait ?? 0,
    connection: { ...accessTo(host, settings), url: run.url },
  };
}

async function executeVerify(context: CliContext, options: VerifyOptions): Promise<void> {
  const { host, clock } = context;
  const session = loadSession(host, 'run', { ...options, sink: true, pages: false }, clock.now());
  logSources(context.log, session);
  const { targets } = session;
  const records = await openRecords(context);
  const { ledger } = records;
  const stop = new AbortController();
  const release = host.onSignal(() => stop.abort());
  try {
    const wanted = await targetsOf(records, options, targets);
    const runs = await Promise.all(wanted.map((target) => verifiedRun(host, records, options, target)));
    logProxies(
      context,
      runs.map(({ connection: target }) => ({ target })),
    );
    let isEqual = true;
    for (const run of runs) {
      const how = { isJson: options.json === true, signal: stop.signal };
      const verification = await verifyRun(context, ledger, run, how);
      isEqual &&= verification.isEqual;
    }
    context.finish(isEqual ? EXIT.done : EXIT.difference);
  } finally {
    release();
    await records.close();
  }
}

/** Flags of settings that verify has a use for. */
const FLAGS = [
  'matomoUrl',
  'siteId',
  'tokenAuthFile',
  'goalIds',
  'runDimensionId',
  'connectTimeoutSeconds',
  'responseTimeoutSeconds',
];

export function defineVerify(context: CliContext): Command {
  const command = new Command('verify')
    .description("compare what was sent with Matomo's reports")
    .addOption(valueOption('--run <id>', 'number of the run; see trafficinator history', parseRunId))
    .addOption(
      valueOption('--from <day>', 'first day, YYYY-MM-DD; if not set, the first of the run', parseDay),
    )
    .addOption(valueOption('--to <day>', 'last day; if not set, the last of the run', parseDay))
    .addOption(
      valueOption(
        '--wait <time>',
        'how long to wait for the reports to catch up, such as 20m',
        parseDuration,
      ),
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  addSettingOptions(command, 'run', (row) => FLAGS.includes(row.key));
  return command.action((options: VerifyOptions) => executeVerify(context, options));
}
