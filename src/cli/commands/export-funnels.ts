/** `trafficinator export-funnels`: funnels as a file for `FUNNEL_CONFIG_PATH`. */
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { funnelToRecord, readFunnels } from '../../config/files/funnels.ts';
import { loadJourneys } from '../../config/files/journeys.ts';
import { delayWarnings } from '../../config/rules/traffic-warnings.ts';
import { closestName } from '../../config/schema/problem-text.ts';
import { readTextFile, STANDARD_STREAM } from '../../config/sources/text-files.ts';
import { fetchFunnels } from '../../control/client.ts';
import { EXIT, SettingsError, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Funnel } from '../../types/content/journeys.ts';
import type { CliContext } from '../context.ts';
import { loadSession, type SettingsOptions } from '../options/session.ts';
import { addSourceOptions } from '../options/traffic-options.ts';
import { fileError } from '../output/failure.ts';

interface ExportOptions extends SettingsOptions {
  readonly format: 'json' | 'yaml';
  readonly output?: string;
  readonly template?: string;
  readonly from?: string;
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
}

const EXAMPLES = `
Examples:
  The funnels that a run would use:
    $ trafficinator export-funnels > funnels.json
    $ trafficinator export-funnels --preset shop --format yaml --output my-funnels.yaml
  A built-in funnel to start from:
    $ trafficinator export-funnels --template lead-generation --format yaml
  The funnels of a running control server:
    $ trafficinator export-funnels --from http://localhost:8000 --api-key-file key.txt > funnels.json

Set the control server's API key with --api-key-file or TRAFFICINATOR_API_KEY.
`;

const CONTROL_TIMEOUT_MS = 15_000;

function usage(code: string, message: string, hint: string): UserError {
  return new UserError(message, { code, exitCode: EXIT.usage, hint });
}

/** `Lead Generation` and `lead-generation` are the same. */
function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

function templateNamed(host: Host, name: string): Funnel {
  const { funnels } = loadJourneys(host, undefined);
  const funnel = funnels.find((candidate) => slugOf(candidate.name) === slugOf(name));
  if (funnel !== undefined) return funnel;
  const slugs = funnels.map((candidate) => slugOf(candidate.name));
  const message = `There is no built-in funnel ${name}. Built-in funnels: ${slugs.join(', ')}.`;
  throw usage('unknown-template', message, `Did you mean ${closestName(slugOf(name), slugs)}?`);
}

function controlUrl(text: string): string {
  const isAddress = /^https?:\/\//i.test(text) && URL.canParse(text);
  if (!isAddress) {
    const message = '--from must be the http(s) address of a control server.';
    throw usage('control-url', message, 'For example: --from http://localhost:8000');
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const message = '--from must be an address without user name, password, query string or fragment.';
    throw usage('control-url', message, 'To send an API key, use --api-key-file.');
  }
  return url.href.replace(/(\/api\/funnels)?\/*$/, '');
}

function apiKeyOf({ host, log }: CliContext, { apiKey, apiKeyFile }: ExportOptions): string | undefined {
  if (apiKey !== undefined) {
    const message = 'Other users of this machine can see the value of --api-key in the process list.';
    const hint = 'Use --api-key-file or TRAFFICINATOR_API_KEY instead.';
    log.warning(message, { code: 'key-on-command-line', hint });
  }
  const fromFile = apiKeyFile === undefined ? undefined : readTextFile(host, apiKeyFile, '--api-key-file');
  const key = (apiKey ?? fromFile ?? host.env.TRAFFICINATOR_API_KEY ?? '').trim();
  if (key === '' && fromFile !== undefined) {
    const message = `--api-key-file must be a file that contains the key, but ${apiKeyFile} is empty.`;
    throw usage('api-key', message, 'Save the key in it, on one line.');
  }
  if (/[^\x21-\x7e]/.test(key)) {
    throw usage(
      'api-key',
      'The API key must be ASCII characters without spaces.',
      'Check that the key is complete and has nothing else around it.',
    );
  }
  return key === '' ? undefined : key;
}

async function funnelsOfServer(
  context: CliContext,
  from: string,
  options: ExportOptions,
): Promise<readonly Funnel[]> {
  const url = controlUrl(from);
  const apiKey = apiKeyOf(context, options);
  const records = await fetchFunnels({ url, apiKey, timeoutMs: CONTROL_TIMEOUT_MS });
  const { funnels, problems } = readFunnels(records, url);
  if (problems.length > 0) throw new SettingsError(problems);
  return funnels;
}

async function chosenFunnels(context: CliContext, options: ExportOptions): Promise<readonly Funnel[]> {
  const { host, clock } = context;
  if (options.template !== undefined) return [templateNamed(host, options.template)];
  if (options.from !== undefined) return funnelsOfServer(context, options.from, options);
  if (options.apiKey !== undefined || options.apiKeyFile !== undefined) {
    const message = 'An API key can only be used with --from, the address of the control server.';
    throw usage('api-key', message, 'Add --from, or remove the key.');
  }
  return loadSession(host, 'run', { ...options, sink: true, pages: false }, clock.now()).files.journeys
    .funnels;
}

async function executeExport(context: CliContext, options: ExportOptions): Promise<void> {
  const { host, log } = context;
  const funnels = await chosenFunnels(context, options);
  for (const warning of delayWarnings(funnels)) log.warning(warning.message, warning);
  const records = funnels.map(funnelToRecord);
  const text = options.format === 'yaml' ? stringify(records) : `${JSON.stringify(records, null, 2)}\n`;
  if (options.output === undefined || options.output === STANDARD_STREAM) {
    host.stdout.write(text);
    return;
  }
  try {
    host.writeFile(options.output, text);
  } catch (error) {
    throw fileError('--output', options.output, error);
  }
}

export function defineExportFunnels(context: CliContext): Command {
  const command = new Command('export-funnels')
    .description(
      'write funnels as JSON or YAML: those of your settings, a built-in one or those of a control server',
    )
    .addOption(new Option('--format <format>', 'format').choices(['json', 'yaml']).default('json'))
    .option('--output <file>', 'write to a file instead of standard output')
    .option('--funnel-config-path <path>', 'read funnels from a JSON or YAML file, or a folder of them')
    .addOption(new Option('--template <name>', 'a built-in funnel to start from').conflicts('from'))
    .option('--from <url>', 'read the funnels of a running control server')
    .option('--api-key-file <file>', 'file that contains the API key of the control server')
    .addOption(
      new Option('--api-key <key>', 'the API key itself; visible in the process list').conflicts(
        'apiKeyFile',
      ),
    )
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  return command.action((options: ExportOptions) => executeExport(context, options));
}
