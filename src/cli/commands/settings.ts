/** `trafficinator settings`: every setting with its value and where that comes from. */
import { Command, Option } from 'commander';
import { settingsEnvTemplate, settingsJsonSchema, settingsMarkdown } from '../../config/schema/reference.ts';
import { GROUPS } from '../../config/schema/setting.ts';
import { SETTINGS, type Setting, yamlPath } from '../../config/schema/settings.ts';
import { shownValue } from '../../config/schema/value-text.ts';
import type { LoadedSettings } from '../../config/sources/load.ts';
import type { Host } from '../../host.ts';
import type { CliContext } from '../context.ts';
import { addShortHelp } from '../options/help-layout.ts';
import type { SettingsOptions } from '../options/session.ts';
import { addAllSettingOptions, loadSettingsInForce } from '../options/settings-in-force.ts';
import { logSettings } from '../output/messages/settings-log.ts';
import { createPalette } from '../output/palette.ts';

interface ShowOptions extends SettingsOptions {
  readonly json?: boolean;
  readonly schema?: boolean;
  readonly envTemplate?: boolean;
  readonly markdown?: boolean;
}

const HELP = `
If several places set the same setting, the last of these wins:
  1. defaults
  2. --preset NAME (with several presets, later ones override earlier ones)
  3. trafficinator.yaml or trafficinator.env in this folder (--no-config ignores it)
  4. --config FILE, a .env file (NAME=value) or YAML (see --schema)
  5. environment variables
  6. flags
  7. the site's own timezone and currency, where only defaults or built-in
     presets set them

Unknown names are errors, and all problems are reported together.
The token comes from MATOMO_TOKEN_AUTH or the file of --token-file. It is never shown.

Examples:
  The settings of a run with this preset and this file:
    $ trafficinator settings --preset heavy --config shop.yaml
  One value, for a script:
    $ trafficinator settings --json | jq .settings.CONCURRENCY.value
  A settings file to start from:
    $ trafficinator settings --env-template > .env
  A schema for editors, to check and complete YAML files:
    $ trafficinator settings --schema > trafficinator.schema.json
`;

const INDENT = '  ';
const GAP = '  ';
const NAME_WIDTH = Math.max(...SETTINGS.map(({ env }) => env.length));
const VALUE_WIDTH = 22;

/** The variable's own name is on the line already. */
function originLabel(origin: string, { env }: Setting): string {
  return origin === `environment ${env}` ? 'environment' : origin;
}

function writeText(host: Host, { settings, origins }: LoadedSettings): void {
  const { bold, dim } = createPalette(host, host.stdout);
  const writeSetting = (row: Setting) => {
    const origin = originLabel(origins.get(row.key) ?? 'default', row);
    const value = shownValue(row, settings[row.key], settings.currency);
    const start = `${INDENT}${row.env.padEnd(NAME_WIDTH)}${GAP}${value.padEnd(VALUE_WIDTH)}`;
    const { columns } = host.stdout;
    const isOneLine = start.length + GAP.length + origin.length <= columns;
    const below = Math.max(2, Math.min(INDENT.length + NAME_WIDTH + GAP.length, columns - origin.length));
    const place = isOneLine ? GAP : `\n${' '.repeat(below)}`;
    const shown = origin === 'default' ? dim(origin) : origin;
    host.stdout.write(`${isOneLine ? start : start.trimEnd()}${place}${shown}\n`);
  };
  let gap = '';
  for (const [group, title] of Object.entries(GROUPS)) {
    host.stdout.write(`${gap}${bold(title)}\n`);
    for (const row of SETTINGS) if (row.group === group) writeSetting(row);
    gap = '\n';
  }
}

function writeJson(host: Host, { settings, origins }: LoadedSettings): void {
  const rows = SETTINGS.map((row) => {
    const value = settings[row.key];
    const shown = row.secret && value !== undefined ? '***' : (value ?? null);
    const { flag = null, unit = null } = row;
    const fact = { value: shown, origin: origins.get(row.key) ?? 'default', unit, flag, yaml: yamlPath(row) };
    return [row.env, fact] as const;
  });
  const line = { schema: 1, type: 'settings', settings: Object.fromEntries(rows) };
  host.stdout.write(`${JSON.stringify(line)}\n`);
}

/** What says all there is about the settings, whatever is in force. */
function documentOf({ schema, envTemplate, markdown }: ShowOptions): string | undefined {
  if (schema === true) return `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`;
  if (envTemplate === true) return settingsEnvTemplate();
  return markdown === true ? settingsMarkdown() : undefined;
}

function executeSettings(context: CliContext, options: ShowOptions): void {
  const { host, log } = context;
  const document = documentOf(options);
  if (document !== undefined) {
    host.stdout.write(document);
    return;
  }
  const loaded = loadSettingsInForce(context, options);
  logSettings(log, loaded);
  if (options.json === true) writeJson(host, loaded);
  else writeText(host, loaded);
}

export function defineSettings(context: CliContext): Command {
  const documents = ['json', 'schema', 'envTemplate', 'markdown'];
  const document = (flag: string, text: string) => {
    const option = new Option(flag, text);
    return option.conflicts(documents.filter((name) => name !== option.attributeName()));
  };
  const command = new Command('settings')
    .description('show every setting, its value and where the value comes from')
    .addOption(document('--json', 'print one JSON object'))
    .addOption(document('--schema', 'print the JSON Schema of YAML settings files'))
    .addOption(document('--env-template', 'print a .env file with every setting and its description'))
    .addOption(document('--markdown', 'print all settings as Markdown tables'))
    .addHelpText('after', HELP);
  addAllSettingOptions(command);
  addShortHelp(command, {
    'What is shown:': ['--preset', '--config'],
    'As what:': ['--json', '--schema', '--env-template', '--markdown'],
    'Every setting as a flag:': ['--help-all'],
  });
  return command.action((options: ShowOptions) => executeSettings(context, options));
}
