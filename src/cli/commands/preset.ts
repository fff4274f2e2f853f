/** `trafficinator preset`: the presets, ours and the user's. */
import { Command, Option } from 'commander';
import { isYamlPath, readPresetLayer, readPresetValues } from '../../config/presets/preset-layer.ts';
import { listPresets, type Preset, purposeOf, readPreset } from '../../config/presets/presets.ts';
import { SETTINGS, type SettingKey } from '../../config/schema/settings.ts';
import { envText, parsedValue, shownValue, valueText, yamlText } from '../../config/schema/value-text.ts';
import { SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { CliContext } from '../context.ts';
import { createPalette } from '../output/palette.ts';
import { addPresetChanges } from './preset-changes.ts';

const EXAMPLES = `
Examples:
  $ trafficinator preset list
  $ trafficinator preset show medium --format yaml
  $ trafficinator preset compare light heavy
  Save your own preset:
    $ trafficinator preset save evening --preset light --active-hours 17:00-23:00
    $ trafficinator run --preset evening --sink --for 20s
  $ trafficinator preset delete evening

Your presets are saved in TRAFFICINATOR_PRESET_DIR, or else in the folder
trafficinator/presets of your configuration folder, without URL, site and token.
`;

const PURPOSE_WIDTH = 50;
const VISITS_WIDTH = 'visits a day'.length;

function valuesOf(host: Host, name: string): ReadonlyMap<SettingKey, unknown> {
  return new Map(readPresetLayer(host, name).entries.map((entry) => [entry.setting.key, parsedValue(entry)]));
}

function clipped(text: string): string {
  return text.length > PURPOSE_WIDTH ? `${text.slice(0, PURPOSE_WIDTH - 1)}…` : text;
}

function factsOf(host: Host, preset: Preset) {
  const { name, path, isBuiltIn } = preset;
  const visits = valuesOf(host, name).get('visitsPerDay');
  return { name, visitsPerDay: visits ?? null, purpose: purposeOf(preset), builtIn: isBuiltIn, path };
}

/** One a line, columns apart by two blanks at least; headed where a person looks at it. */
function list(host: Host, isJson: boolean): void {
  const facts = listPresets(host).map(({ name }) => factsOf(host, readPreset(host, name)));
  if (isJson) {
    for (const fact of facts) {
      host.stdout.write(`${JSON.stringify({ schema: 1, type: 'preset', ...fact })}\n`);
    }
    return;
  }
  const rows = facts.map(({ name, visitsPerDay, purpose, builtIn, path }) => {
    const visits = typeof visitsPerDay === 'number' ? visitsPerDay.toLocaleString('en-US') : '';
    return { name, visits, purpose: clipped(purpose), where: builtIn ? 'built in' : path };
  });
  const nameWidth = Math.max(4, ...rows.map(({ name }) => name.length));
  const purposeWidth = Math.max(...rows.map(({ purpose }) => purpose.length));
  const line = (name: string, visits: string, purpose: string, where: string) =>
    `${name.padEnd(nameWidth)}  ${visits.padStart(VISITS_WIDTH)}  ${purpose.padEnd(purposeWidth)}  ${where}\n`;
  if (host.stdout.isTty) {
    const { bold } = createPalette(host, host.stdout);
    host.stdout.write(bold(line('name', 'visits a day', 'what it is for', 'where')));
  }
  for (const { name, visits, purpose, where } of rows) host.stdout.write(line(name, visits, purpose, where));
}

/** The file as it is, or its values in the other format. */
function show(host: Host, name: string, format: 'env' | 'yaml' | undefined): void {
  const { text, path } = readPreset(host, name);
  const own = isYamlPath(path) ? 'yaml' : 'env';
  if (format === undefined || format === own) {
    host.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    return;
  }
  const { entries, problems } = readPresetValues(host, name);
  if (problems.length > 0) throw new SettingsError(problems);
  host.stdout.write(format === 'yaml' ? yamlText(entries) : envText(entries));
}

interface Difference {
  readonly name: string;
  readonly values: readonly {
    readonly value: unknown;
    readonly isDefault: boolean;
    readonly shown: string;
  }[];
}

/** Settings whose value in force would not be the same; what a preset leaves out is the default. */
function differences(host: Host, presets: readonly string[]): Difference[] {
  const sets = presets.map((name) => valuesOf(host, name));
  return SETTINGS.flatMap((row) => {
    const values = sets.map((set) => {
      const isDefault = !set.has(row.key);
      const value = isDefault ? row.default : set.get(row.key);
      return { value: value ?? null, isDefault, shown: shownValue(row, value) };
    });
    const isEqual = new Set(values.map(({ value }) => valueText(value))).size === 1;
    return isEqual ? [] : { name: row.env, values };
  });
}

function diff({ host, log }: CliContext, one: string, other: string, isJson: boolean): void {
  const rows = differences(host, [one, other]);
  if (isJson) {
    for (const { name, values } of rows) {
      const [a, b] = values.map(({ value }) => value);
      host.stdout.write(`${JSON.stringify({ schema: 1, type: 'difference', name, a, b })}\n`);
    }
    return;
  }
  if (rows.length === 0) log.info(`${one} and ${other} are the same`);
  else writeDifferences(host, [one, other], rows);
}

function writeDifferences(host: Host, names: readonly string[], rows: readonly Difference[]): void {
  const cells = rows.map(({ name, values }) => [
    name,
    ...values.map(({ shown, isDefault }) => (isDefault ? `${shown} (default)` : shown)),
  ]);
  const table = [['setting', ...names], ...cells];
  const widths = [0, 1].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const [index, [name = '', a = '', b = '']] of table.entries()) {
    if (index === 0 && !host.stdout.isTty) continue;
    host.stdout.write(`${name.padEnd(widths[0] ?? 0)}  ${a.padEnd(widths[1] ?? 0)}  ${b}\n`);
  }
}

export function definePreset(context: CliContext): Command {
  const { host } = context;
  const preset = new Command('preset')
    .description('list, show, compare, save and delete presets')
    .addHelpText('after', EXAMPLES);
  preset
    .command('list')
    .description('list all presets')
    .option('--json', 'print JSON, one object a line')
    .action((options: { json?: boolean }) => list(host, options.json === true));
  preset
    .command('show <name>')
    .description('show the settings of one preset')
    .addOption(
      new Option('--format <format>', 'format; if not set, the file as it is').choices(['env', 'yaml']),
    )
    .action((name: string, options: { format?: 'env' | 'yaml' }) => show(host, name, options.format));
  preset
    .command('compare <a> <b>')
    .alias('diff')
    .description('show the settings that differ between two presets')
    .option('--json', 'print JSON, one object a line')
    .action((one: string, other: string, options: { json?: boolean }) =>
      diff(context, one, other, options.json === true),
    );
  addPresetChanges(preset, context);
  return preset;
}
