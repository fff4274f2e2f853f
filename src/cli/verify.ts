/** `trafficinator verify`: what was sent against what Matomo's reports show. */
import { Command } from 'commander';
import type { Settings } from '../config/settings.ts';
import { EXIT, UserError } from '../errors.ts';
import { type Verification, verify } from '../job/verify.ts';
import type { Ledger, RunRow } from '../ledger/ledger.ts';
import { createReportingApi } from '../matomo/reporting.ts';
import { createCalendar } from '../plan/calendar.ts';
import { verificationText } from '../report/verification-text.ts';
import type { LocalDate } from '../types.ts';
import type { CliContext } from './context.ts';
import { openLedger } from './ledger.ts';
import { loadSession, type SettingsOptions } from './session.ts';
import { addSettingOptions } from './setting-options.ts';
import { addSourceOptions } from './traffic-options.ts';
import { parseDay, parseDuration, parseRunId } from './values.ts';

interface VerifyOptions extends SettingsOptions {
  readonly run?: string;
  readonly from?: string;
  readonly to?: string;
  readonly wait?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Without --run and days, the last run is verified. Exit code 0: equal; 7: different.

Examples:
  $ trafficinator verify --token-file token.txt
  $ trafficinator verify --run 12 --wait 20m --token-file token.txt
  $ trafficinator verify --url https://matomo.example.org --from 2026-10-01 --to 2026-10-14 --json
`;

function noRun(): UserError {
  return new UserError('There is no run to verify in the ledger.', {
    code: 'no-run',
    exitCode: EXIT.usage,
    hint: 'history lists the runs; TRAFFICINATOR_STATE_DIR names the folder that the ledger is in.',
  });
}

function runOf(ledger: Ledger, options: VerifyOptions, settings: Settings): RunRow {
  if (options.run !== undefined) {
    const run = ledger.run(parseRunId(options.run));
    if (!run) throw noRun();
    return run;
  }
  const filter = settings.matomoUrl === undefined ? {} : { url: settings.matomoUrl, site: settings.siteId };
  const run = ledger.runs({ ...filter, limit: 1 })[0];
  if (!run) throw noRun();
  return run;
}

function datesOf(ledger: Ledger, run: RunRow, options: VerifyOptions): LocalDate[] {
  const from = options.from === undefined ? undefined : parseDay('--from', options.from);
  const to = options.to === undefined ? from : parseDay('--to', options.to);
  if (from === undefined || to === undefined) return ledger.days(run.id).map(({ date }) => date);
  const calendar = createCalendar('UTC');
  const dates: LocalDate[] = [];
  for (let day = calendar.dayOf(from); day.date <= to && dates.length < 400; ) {
    dates.push(day.date);
    day = calendar.dayNumbered(day.number + 1);
  }
  return dates;
}

export function writeVerification({ host }: CliContext, run: number, isJson: boolean, result: Verification) {
  const { rows, reasons, isEqual } = result;
  if (isJson) {
    const line = { schema: 1, type: 'verification', run, equal: isEqual, rows, reasons };
    host.stdout.write(`${JSON.stringify(line)}\n`);
  } else host.stdout.write(verificationText(rows, reasons));
}

async function executeVerify(context: CliContext, options: VerifyOptions): Promise<void> {
  const { host, clock } = context;
  const { settings } = loadSession(host, 'run', { ...options, sink: true }, clock.now());
  const ledger = await openLedger(host, false);
  try {
    const run = runOf(ledger, options, settings);
    const dates = datesOf(ledger, run, options);
    if (dates.length === 0) throw noRun();
    const api = createReportingApi({
      url: run.url,
      token: settings.tokenAuth,
      connectTimeoutMs: settings.connectTimeoutSeconds * 1000,
      responseTimeoutMs: settings.responseTimeoutSeconds * 1000,
    });
    const stop = new AbortController();
    const release = host.onSignal(() => stop.abort());
    try {
      const request = {
        url: run.url,
        site: run.site,
        dates,
        goalIds: settings.goalIds,
        runDimensionId: settings.runDimensionId,
        seed: run.seed,
        today: createCalendar(run.timezone).dayAt(clock.now()).date,
        waitMs: options.wait === undefined ? 0 : parseDuration('--wait', options.wait),
      };
      const result = await verify(api, ledger, request, clock, stop.signal);
      writeVerification(context, run.id, options.json === true, result);
      context.finish(result.isEqual ? EXIT.done : EXIT.difference);
    } finally {
      release();
      await api.close();
    }
  } finally {
    ledger.close();
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
    .description("compare what was sent with what Matomo's reports show")
    .option('--run <id>', 'a run of the ledger; history lists them')
    .option('--from <day>', 'first day, YYYY-MM-DD')
    .option('--to <day>', 'last day')
    .option('--wait <time>', 'wait so long for reports to catch up, such as 20m')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  addSettingOptions(command, 'run', (row) => FLAGS.includes(row.key));
  return command.action((options: VerifyOptions) => executeVerify(context, options));
}
