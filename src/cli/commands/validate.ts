/** `trafficinator validate`: settings, files and the target, without sending a visit. */
import { Command } from 'commander';
import { trafficSettings } from '../../config/rules/traffic-settings.ts';
import { WINDOW_KEYS } from '../../config/rules/window.ts';
import { SETTINGS_COMMANDS, type SettingsCommand } from '../../config/schema/setting.ts';
import type { SettingKey } from '../../config/schema/settings.ts';
import type { Target } from '../../config/targets/targets.ts';
import { EXIT, type Problem, SettingsError, UserError } from '../../errors.ts';
import { createReportingApi } from '../../matomo/reporting/reporting.ts';
import { createCalendar } from '../../plan/days/calendar.ts';
import { junitXml } from '../../report/files/junit.ts';
import { formatNumber } from '../../report/format.ts';
import { exitCodeOf, type Finding, type Severity, verdictText } from '../../validate/finding.ts';
import { testOfFinding } from '../../validate/junit.ts';
import { checkTarget } from '../../validate/target.ts';
import type { CliContext } from '../context.ts';
import { checkResultFiles } from '../files/result-files.ts';
import { withResultOnOutput } from '../files/standard-output.ts';
import { addShortHelp } from '../options/help-layout.ts';
import { parseDuration, valueOption } from '../options/option-values.ts';
import { withRemotePages } from '../options/remote-pages.ts';
import { loadSession, type Session, type SettingsOptions } from '../options/session.ts';
import { withPlugins } from '../options/session-plugins.ts';
import { addSettingOptions, settingFlags } from '../options/setting-options.ts';
import { addSourceOptions } from '../options/traffic-options.ts';
import { fileError } from '../output/failure.ts';
import { wrapped } from '../output/line-wrap.ts';
import { logSources } from '../output/messages/settings-log.ts';
import { createPalette } from '../output/palette.ts';
import { accessTo, logProxies } from '../targets/access.ts';
import { expectationOf } from '../targets/site-expectation.ts';

interface ValidateOptions extends SettingsOptions {
  readonly skipConnection?: boolean;
  /** In ms. */
  readonly timeout?: number;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly junit?: string;
}

const EXAMPLES = `
Each finding is ok, a warning, an error or unknown (could not be checked).
Exit code 0: ready; 2: settings or files, or a site that they do not fit; 3: server;
4: permissions. For a backfill, set its days too.

Examples:
  Settings, files and the server:
    $ trafficinator validate --preset medium --url https://matomo.example.org --token-file token.txt
  Only the settings and files:
    $ trafficinator validate --config shop.yaml --skip-connection
  In CI: fail on warnings too, and write the findings as JUnit tests:
    $ trafficinator validate --config shop.yaml --strict --junit findings.xml
`;

function fromProblem(severity: Severity, { code, message, hint, origin }: Problem): Finding {
  return {
    code,
    severity,
    area: 'settings',
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(origin === undefined ? {} : { origin }),
  };
}

/** A backfill is meant where anything names a window of days. */
function commandOf(values: Readonly<Partial<Record<SettingKey, unknown>>>): SettingsCommand {
  const isMeant = WINDOW_KEYS.some((key) => key !== 'timezone' && values[key] !== undefined);
  return isMeant ? 'backfill' : 'run';
}

/** The session of the command that the settings are meant for. A validation ends by itself. */
function loadAsMeant({ host, clock }: CliContext, options: ValidateOptions): Session {
  const own = { ...options, sink: options.skipConnection === true, for: 1000 };
  const isFirstPass = options.skipConnection !== true;
  const byFlags = commandOf(settingFlags(options, 'backfill'));
  const session = loadSession(host, byFlags, own, clock.now(), { isFirstPass });
  const bySettings = commandOf(session.settings);
  return bySettings === byFlags ? session : loadSession(host, bySettings, own, clock.now(), { isFirstPass });
}

/** The session with its plugins, which plan visits twice, or what is wrong with them. */
async function loadPlugins(
  { host, clock }: CliContext,
  session: Session,
  options: ValidateOptions,
): Promise<{ session?: Session; findings: Finding[] }> {
  try {
    const loaded = await withPlugins(host, session, options);
    if (!loaded.plugins) return { session: loaded, findings: [] };
    const { settings, files, plugins } = loaded;
    const traffic = trafficSettings(settings, commandOf(settings), files, settings.tokenAuth !== undefined);
    const { planTwice } = await import('../processes/plugin-check.ts');
    const date = createCalendar(settings.timezone).dayAt(clock.now()).date;
    const count = await planTwice(host, traffic, plugins, date);
    const names = plugins.all.map(({ identity: { name, version } }) => `${name} ${version}`).join(', ');
    const message = `The plugins are valid: ${names}; ${count} visits planned twice are the same.`;
    return { session: loaded, findings: [{ code: 'plugins', severity: 'ok', area: 'settings', message }] };
  } catch (error) {
    if (error instanceof SettingsError) {
      return { findings: error.problems.map((problem) => fromProblem('error', problem)) };
    }
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint } = error;
    const details = hint === undefined ? {} : { hint };
    return { findings: [fromProblem('error', { code, subject: 'PLUGINS', message, ...details })] };
  }
}

/** `1 funnel`, `2,000 pages`. */
const countText = (count: number, name: string) => `${formatNumber(count)} ${name}${count === 1 ? '' : 's'}`;

/** Settings and files, or what is wrong with them. */
async function load(
  context: CliContext,
  options: ValidateOptions,
): Promise<{ session?: Session; findings: Finding[] }> {
  try {
    const session = loadAsMeant(context, options);
    logSources(context.log, session);
    const { settings, files, warnings } = session;
    const average = settings.volumeMode === 'average' ? ' on average' : '';
    const volume = `${formatNumber(settings.visitsPerDay)} visits a day${average} in ${settings.timezone}`;
    const counts = [
      countText(files.pages.length, 'page'),
      countText(files.journeys.funnels.length, 'funnel'),
      countText(files.journeys.personas.length, 'persona'),
    ].join(', ');
    const findings: Finding[] = [
      { code: 'settings', severity: 'ok', area: 'settings', message: `The settings are valid: ${volume}.` },
      { code: 'files', severity: 'ok', area: 'settings', message: `The files are valid: ${counts}.` },
      ...warnings.map((warning) => fromProblem('warning', warning)),
    ];
    const loaded = await loadPlugins(context, session, options);
    return { ...loaded, findings: [...findings, ...loaded.findings] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { findings: error.problems.map((problem) => fromProblem('error', problem)) };
  }
}

async function checkConnection(
  context: CliContext,
  session: Session,
  target: Target,
  options: ValidateOptions,
): Promise<Finding[]> {
  const { clock, host } = context;
  const { settings } = target;
  if (settings.matomoUrl === undefined) return [];
  const command = commandOf(settings);
  const { timeout } = options;
  const timeouts = timeout === undefined ? {} : { connectTimeoutMs: timeout, responseTimeoutMs: timeout };
  const access = { ...accessTo(host, settings), ...timeouts };
  logProxies(context, [{ target: access }]);
  const api = createReportingApi(access);
  const expectation = expectationOf(context.host, session, target, command, clock.now());
  try {
    return await checkTarget({ ...expectation, probe: { ...access, siteId: settings.siteId }, api });
  } finally {
    await api.close();
  }
}

function write({ host }: CliContext, findings: readonly Finding[], isJson: boolean, isStrict: boolean): void {
  if (isJson) {
    for (const finding of findings) {
      host.stdout.write(`${JSON.stringify({ schema: 1, type: 'finding', ...finding })}\n`);
    }
    return;
  }
  const { green, yellow, red, dim } = createPalette(host, host.stdout);
  const paint: Readonly<Record<Severity, (text: string) => string>> = {
    ok: green,
    warning: yellow,
    error: red,
    unknown: yellow,
  };
  for (const { severity, message, hint, origin } of findings) {
    const where = origin === undefined || message.includes(`(${origin})`) ? '' : dim(` (${origin})`);
    const inColumn = (text: string) => wrapped(host.stdout, text, 9, 9);
    host.stdout.write(`${paint[severity](severity.padEnd(8))} ${inColumn(message + where)}\n`);
    if (hint !== undefined) host.stdout.write(`${dim('    hint')} ${inColumn(hint)}\n`);
  }
  host.stdout.write(`\n${verdictText(findings, isStrict)}\n`);
}

/** The finding with the name of the target that it is about. */
function about({ name }: Target, finding: Finding): Finding {
  return { ...finding, target: name, message: `${name}: ${finding.message}` };
}

export async function executeValidate(given: CliContext, options: ValidateOptions): Promise<void> {
  const context = await withRemotePages(withResultOnOutput(given, options), options);
  const { junit } = options;
  checkResultFiles(context, junit === undefined ? {} : { junit });
  const { session, findings } = await load(context, options);
  if (session && options.skipConnection !== true) {
    for (const target of session.targets) {
      const found = await checkConnection(context, session, target, options);
      findings.push(...(session.targets.length > 1 ? found.map((finding) => about(target, finding)) : found));
    }
  }
  const isStrict = options.strict === true;
  const isJson = options.json === true;
  const exitCode = exitCodeOf(findings, isStrict);
  if (isJson || !context.log.isQuiet || exitCode !== EXIT.done) write(context, findings, isJson, isStrict);
  if (options.junit !== undefined) {
    try {
      const tests = findings.map((finding) => testOfFinding(finding, isStrict));
      context.host.writeFile(options.junit, junitXml('validate', tests));
    } catch (error) {
      throw fileError('--junit', options.junit, error);
    }
  }
  context.finish(exitCode);
}

/** What most people need. */
const ESSENTIALS = {
  'What is checked:': ['--preset', '--config', '--url', '--site-id', '--token-file'],
  'How:': ['--skip-connection', '--timeout', '--strict'],
  'What you get:': ['--json', '--junit'],
  'Every setting as a flag:': ['--help-all'],
};

export function defineValidate(context: CliContext): Command {
  const command = new Command('validate')
    .description('check settings, files, server and permissions; send no visit')
    .option('--skip-connection', 'check settings and files only')
    .addOption(valueOption('--timeout <time>', 'how long to wait for the server, such as 10s', parseDuration))
    .option('--strict', 'fail on warnings and unknown findings too')
    .option('--json', 'print JSON, one object per finding')
    .option('--junit <file>', 'write the findings as JUnit XML, for CI')
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  for (const name of SETTINGS_COMMANDS) {
    const taken = command.options.map(({ long }) => long);
    addSettingOptions(command, name, ({ flag }) => flag !== undefined && !taken.includes(flag));
  }
  addShortHelp(command, ESSENTIALS);
  return command.action((options: ValidateOptions) => executeValidate(context, options));
}
