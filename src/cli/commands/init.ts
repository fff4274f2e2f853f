/** `trafficinator init`: writes the settings file of a folder for one Matomo site, and checks it. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { settingsJsonSchema } from '../../config/schema/reference.ts';
import { type SettingKey, type Settings, settingOf } from '../../config/schema/settings.ts';
import { envText, yamlText } from '../../config/schema/value-text.ts';
import type { Entry } from '../../config/sources/layer.ts';
import { findProjectFile } from '../../config/sources/project-file.ts';
import { readTokenFile } from '../../config/sources/secret-files.ts';
import { EXIT, SettingsError, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { fetchSite, fetchViewableSites, type SiteRecord } from '../../matomo/reporting/recorded-counts.ts';
import { createReportingApi } from '../../matomo/reporting/reporting.ts';
import type { CliContext } from '../context.ts';
import type { SettingsOptions } from '../options/session.ts';
import { addSettingOptions } from '../options/setting-options.ts';
import { loadSettingsInForce } from '../options/settings-in-force.ts';
import { fileError } from '../output/failure.ts';
import { accessTo } from '../targets/access.ts';
import { executeValidate } from './validate.ts';

interface InitOptions extends SettingsOptions {
  readonly format: 'yaml' | 'env';
  readonly force?: boolean;
}

const SCHEMA_FILE = 'trafficinator.schema.json';
const MOST_ATTEMPTS = 5;

const EXAMPLES = `
On a terminal, it asks for everything that is not set by a flag. All commands in this folder use the file. The
token stays in its own file.

Examples:
  $ trafficinator init
  $ trafficinator init -u https://matomo.example.org --site-id 3 --token-file token.txt
  $ trafficinator init -u https://matomo.example.org --format env
`;

type Ask = NonNullable<Host['ask']>;

/** What the file is to say. */
interface Answers {
  readonly url: string;
  readonly siteId: number;
  readonly tokenFile: string | undefined;
  readonly token: string | undefined;
}

/** Asks until the answer can be used; what is wrong with one is told before the next. */
async function askUntilRight<T>(
  { log }: CliContext,
  ask: Ask,
  question: string,
  read: (answer: string) => T,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return read((await ask(question)).trim());
    } catch (error) {
      if (!(error instanceof SettingsError) || attempt === MOST_ATTEMPTS) throw error;
      for (const problem of error.problems) log.error(problem.message, problem);
    }
  }
}

/** The value of a setting that somebody has typed. */
function parsed<Key extends SettingKey>(key: Key, answer: string): unknown {
  const { env, schema, allowed } = settingOf(key);
  const result = schema.safeParse(answer);
  if (result.success && answer !== '') return result.data;
  const message = `${env} must be ${allowed}, but is "${answer}".`;
  throw new SettingsError([{ code: 'invalid-value', subject: env, message }]);
}

function tokenIn(host: Host, path: string): string {
  return readTokenFile(host, path, 'MATOMO_TOKEN_AUTH_FILE', {
    origin: 'answer',
    name: 'MATOMO_TOKEN_AUTH_FILE',
  });
}

function noAddress(): UserError {
  return new UserError('The address of your Matomo is missing, and there is no terminal to ask for it.', {
    code: 'missing-url',
    exitCode: EXIT.usage,
    hint: 'trafficinator init --url https://matomo.example.org --site-id 1 --token-file token.txt',
  });
}

async function tokenFileOf(context: CliContext, settings: Settings): Promise<string | undefined> {
  const { ask } = context.host;
  if (settings.tokenAuth !== undefined || ask === undefined) return settings.tokenAuthFile;
  const question = 'File with an auth token of Matomo (Enter for none): ';
  return askUntilRight(context, ask, question, (answer) => {
    if (answer === '') return undefined;
    tokenIn(context.host, answer);
    return answer;
  });
}

/** Sites that the token may read, for the question; none where Matomo does not tell. */
async function viewableSites(
  { host }: CliContext,
  settings: Settings,
  { url, token }: Pick<Answers, 'url' | 'token'>,
): Promise<number[]> {
  if (token === undefined) return [];
  const api = createReportingApi({ ...accessTo(host, settings), url, token });
  try {
    return await fetchViewableSites(api);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  } finally {
    await api.close();
  }
}

async function answersOf(context: CliContext, options: InitOptions): Promise<Answers> {
  const { ask } = context.host;
  const { settings, origins } = loadSettingsInForce(context, { ...options, config: false });
  if (settings.matomoUrl === undefined && ask === undefined) throw noAddress();
  const url =
    settings.matomoUrl ??
    (await askUntilRight(context, ask as Ask, 'Address of your Matomo: ', (answer) =>
      String(parsed('matomoUrl', answer)),
    ));
  const tokenFile = await tokenFileOf(context, settings);
  const token = tokenFile === undefined ? settings.tokenAuth : tokenIn(context.host, tokenFile);
  if (origins.get('siteId') !== 'default' || ask === undefined) {
    return { url, siteId: settings.siteId, tokenFile, token };
  }
  const sites = await viewableSites(context, settings, { url, token });
  const first = sites[0] ?? settings.siteId;
  const known = sites.length > 0 ? `, of ${sites.join(', ')}` : '';
  const siteId = await askUntilRight(context, ask, `ID of the site${known} [${first}]: `, (answer) =>
    answer === '' ? first : Number(parsed('siteId', answer)),
  );
  return { url, siteId, tokenFile, token };
}

/** What Matomo says of the site; undefined where nobody may ask, or it does not answer. */
async function siteOf(context: CliContext, { url, siteId, token }: Answers, settings: Settings) {
  if (token === undefined) return undefined;
  const api = createReportingApi({ ...accessTo(context.host, settings), url, token });
  try {
    return await fetchSite(api, siteId);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.log.warning(`The site's timezone and currency could not be read: ${error.message}`, error);
    return undefined;
  } finally {
    await api.close();
  }
}

function entriesOf({ url, siteId, tokenFile }: Answers, site: SiteRecord | undefined): Entry[] {
  const entry = (key: SettingKey, raw: unknown): Entry[] => {
    const setting = settingOf(key);
    if (raw === undefined || !setting.schema.safeParse(raw).success) return [];
    return [{ setting, raw, origin: 'init', name: setting.env }];
  };
  return [
    ...entry('matomoUrl', url),
    ...entry('siteId', siteId),
    ...entry('tokenAuthFile', tokenFile),
    ...entry('timezone', site?.timezone),
    ...entry('currency', site?.currency),
    // What the site does not record would be refused.
    ...entry('ecommerceProbability', site?.isEcommerceOn === false ? '0' : undefined),
    ...entry('sitesearchProbability', site?.isSearchOn === false ? '0' : undefined),
  ];
}

function textOf(
  format: InitOptions['format'],
  entries: readonly Entry[],
  site: SiteRecord | undefined,
): string {
  const about = site === undefined ? '' : ` for the site ${JSON.stringify(site.name)}`;
  const note = `# Written by trafficinator init${about}. "trafficinator settings" shows every setting.\n`;
  if (format === 'env') return `${note}${envText(entries)}`;
  return `# yaml-language-server: $schema=${SCHEMA_FILE}\n${note}${yamlText(entries)}`;
}

function write({ host }: CliContext, name: string, text: string): void {
  try {
    host.writeFile(join(host.cwd, name), text);
  } catch (error) {
    throw fileError('init', name, error);
  }
}

/** @throws SettingsError where a file is there that nobody has said may go */
function refuseOverwriting({ host }: CliContext, name: string, isForced: boolean): void {
  const present = findProjectFile(host);
  if (present === undefined || (isForced && present === name)) return;
  const message = `This folder already has a settings file: ${present}.`;
  const hint =
    present === name
      ? 'To overwrite it, use --force.'
      : `Remove it first, because a folder can have only one settings file.`;
  throw new SettingsError([{ code: 'config-file-exists', subject: present, message, hint }]);
}

async function executeInit(context: CliContext, options: InitOptions): Promise<void> {
  const { log } = context;
  const name = `trafficinator.${options.format}`;
  refuseOverwriting(context, name, options.force === true);
  const answers = await answersOf(context, options);
  const { settings } = loadSettingsInForce(context, { ...options, config: false });
  const site = await siteOf(context, answers, settings);
  write(context, name, textOf(options.format, entriesOf(answers, site), site));
  if (options.format === 'yaml') {
    write(context, SCHEMA_FILE, `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`);
    log.info(`wrote ${SCHEMA_FILE}, with which editors check and complete ${name}`);
  }
  log.info(`wrote ${name}; all commands in this folder use it`);
  const off = [
    ...(site?.isEcommerceOn === false ? ['orders'] : []),
    ...(site?.isSearchOn === false ? ['searches'] : []),
  ];
  if (off.length > 0)
    log.info(
      `without ${off.join(' and ')}, which the site does not record: enable them in Matomo (Administration > Websites > Manage), and remove the shares of 0 from the file`,
    );
  await executeValidate(context, {});
  log.info('Next: trafficinator backfill --days-back 7 --visits-per-day 500 --dry-run');
}

export function defineInit(context: CliContext): Command {
  const command = new Command('init')
    .description('create a settings file in this folder and check it')
    .addOption(new Option('--format <format>', 'of the file').choices(['yaml', 'env']).default('yaml'))
    .option('--force', 'overwrite an existing file')
    .addHelpText('after', EXAMPLES);
  const keys: readonly SettingKey[] = ['matomoUrl', 'siteId', 'tokenAuthFile'];
  addSettingOptions(command, 'run', ({ key }) => keys.includes(key));
  return command.action((options: InitOptions) => executeInit(context, options));
}
