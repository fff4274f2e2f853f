/** `trafficinator export-funnels`: funnels as a file for `FUNNEL_CONFIG_PATH`. */
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { funnelToRecord, readFunnels } from '../../config/files/funnels.ts';
import { loadJourneys } from '../../config/files/journeys.ts';
import { delayWarnings } from '../../config/rules/traffic-warnings.ts';
import { closestName } from '../../config/schema/problem-text.ts';
import { readTextFile } from '../../config/sources/text-files.ts';
import { fetchFunnels } from '../../control/client.ts';
import { EXIT, SettingsError, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Funnel } from '../../types/journeys.ts';
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
  The funnels in force, checked:
    $ trafficinator export-funnels > funnels.json
    $ trafficinator export-funnels --preset shop --format yaml --output my-funnels.yaml
  A built-in one to start from:
    $ trafficinator export-funnels --template lead-generation --format yaml
  Those of a running control server:
    $ trafficinator export-funnels --from http://localhost:8000 --api-key-file key.txt > funnels.json

The key of a control server comes from --api-key-file or from TRAFFICINATOR_API_KEY.
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
  const message = `There is no built-in funnel ${name}; there are ${slugs.join(', ')}.`;
  throw usage('unknown-template', message, `The closest one is ${closestName(slugOf(name), slugs)}.`);
}

function controlUrl(text: string): string {
  const isAddress = /^https?:\/\//i.test(text) && URL.canParse(text);
  if (!isAddress) {
    const message = '--from must be the http(s) address of a control server, but is none.';
    throw usage('control-url', message, 'Such as http://localhost:8000.');
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const message = '--from must be an address without user name, password, query and fragment.';
    throw usage('control-url', message, 'The key of the server goes into a file: --api-key-file.');
  }
  return url.href.replace(/(\/api\/funnels)?\/*$/, '');
}

function apiKeyOf({ host, log }: CliContext, { apiKey, apiKeyFile }: ExportOptions): string | undefined {
  if (apiKey !== undefined) {
    const message = '--api-key shows the key to everybody who can list the processes of this machine.';
    const hint = 'Use --api-key-file or TRAFFICINATOR_API_KEY instead.';
    log.warning(message, { code: 'key-on-command-line', hint });
  }
  const fromFile = apiKeyFile === undefined ? undefined : readTextFile(host, apiKeyFile, '--api-key-file');
  const key = (apiKey ?? fromFile ?? host.env.TRAFFICINATOR_API_KEY ?? '').trim();
  if (key === '' && fromFile !== undefined) {
    const message = `--api-key-file must name a file that holds a key, but ${apiKeyFile} is empty.`;
    throw usage('api-key', message, 'Write the key into it, on one line.');
  }
  if (/[^\x21-\x7e]/.test(key)) {
    throw usage(
      'api-key',
      'The API key must be one word of ASCII characters.',
      'Is it the whole key, and no more?',
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
    const message = 'An API key is of use with --from only, which names the control server.';
    throw usage('api-key', message, 'Add --from, or take the key away.');
  }
  return loadSession(host, 'run', { ...options, sink: true }, clock.now()).files.journeys.funnels;
}

async function executeExport(context: CliContext, options: ExportOptions): Promise<void> {
  const { host, log } = context;
  const funnels = await chosenFunnels(context, options);
  for (const warning of delayWarnings(funnels)) log.warning(warning.message, warning);
  const records = funnels.map(funnelToRecord);
  const text = options.format === 'yaml' ? stringify(records) : `${JSON.stringify(records, null, 2)}\n`;
  if (options.output === undefined) {
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
    .description('write funnels as JSON or YAML: those in force, a built-in one or those of a control server')
    .addOption(new Option('--format <format>', 'format').choices(['json', 'yaml']).default('json'))
    .option('--output <file>', 'a file instead of standard output')
    .option('--funnel-config-path <path>', 'a JSON or YAML file, or a folder of either')
    .addOption(new Option('--template <name>', 'a built-in funnel to start from').conflicts('from'))
    .option('--from <url>', 'take the funnels of a running control server')
    .option('--api-key-file <file>', 'file with the key of the control server')
    .addOption(
      new Option('--api-key <key>', 'the key itself, which shows in the process list').conflicts(
        'apiKeyFile',
      ),
    )
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  return command.action((options: ExportOptions) => executeExport(context, options));
}
