/** Command-line flags of the settings: derived from their one table. */
import { type Command, Option } from 'commander';
import { GROUPS, type SettingsCommand } from '../../config/schema/setting.ts';
import { SETTINGS, type Setting, type SettingKey } from '../../config/schema/settings.ts';

/** What stands for the value in help, where neither the unit nor the values say it. */
const PLACEHOLDERS: Partial<Record<SettingKey, string>> = {
  matomoUrl: 'url',
  siteId: 'id',
  tokenAuthFile: 'file',
  timezone: 'zone',
  currency: 'code',
  visitRate: 'rate',
  visitStages: 'stages',
  activeHours: 'window',
  declaredEvents: 'events',
  seed: 'text',
  thresholds: 'threshold',
  backfillStartDate: 'day',
  backfillEndDate: 'day',
  urlsFile: 'file',
  eventsFile: 'file',
  catalogueFile: 'file',
  funnelConfigPath: 'path',
  plugins: 'module',
};

function placeholderOf(row: Setting): string {
  if (typeof row.default === 'boolean') return '[boolean]';
  const word = row.unit?.replace(/ .*/, '') ?? (typeof row.default === 'number' ? 'number' : 'value');
  const name = row.choices?.join('|') ?? PLACEHOLDERS[row.key] ?? word;
  return row.isRepeatable ? `<${name}...>` : `<${name}>`;
}

/** ` (1 to 500; default: 50)`: what may be given, as far as the placeholder does not say it. */
function valuesOf({ allowed, description, default: standard }: Setting): string {
  const range = /^a (?:whole )?number (?:from |of (?!at least [01]$)|(?=above))(.*)$/.exec(allowed)?.[1];
  const example = /such as (`[^`]+`|\S+?)(?=,? |,?$)/.exec(allowed)?.[1];
  const isShown = standard !== undefined && !['', '0'].includes(String(standard));
  const values =
    range ?? (example === undefined || description.includes('such as') ? undefined : `such as ${example}`);
  const parts = [
    ...(values === undefined ? [] : [values]),
    ...(isShown ? [`default: ${String(standard)}`] : []),
  ];
  return parts.length > 0 ? ` (${parts.join('; ')})` : '';
}

function optionOf(row: Setting & { flag: string }): Option {
  const description = `${row.description}${valuesOf(row)} [${row.env}]`;
  const short = row.shortFlag === undefined ? '' : `${row.shortFlag}, `;
  const option = new Option(`${short}${row.flag} ${placeholderOf(row)}`, description);
  // Commander would refuse other values by itself, without the origin that settings are told with.
  if (row.choices) option.argChoices = [...row.choices];
  return option.helpGroup(`${GROUPS[row.group]}:`);
}

function rowsFor(command: SettingsCommand): (Setting & { flag: string })[] {
  return SETTINGS.flatMap((row) =>
    row.flag !== undefined && row.commands.includes(command) ? [{ ...row, flag: row.flag }] : [],
  );
}

/** @param isWanted leaves out flags that a command has no use for */
export function addSettingOptions(
  command: Command,
  name: SettingsCommand,
  isWanted: (row: Setting) => boolean = () => true,
): void {
  for (const row of rowsFor(name)) if (isWanted(row)) command.addOption(optionOf(row));
}

/** A repeatable flag has a list. */
export type FlagValues = Partial<Record<SettingKey, string | boolean | readonly string[]>>;

const isGiven = (value: FlagValues['seed']): value is string =>
  typeof value === 'string' && value.trim() !== '';

/** What the user gave on the command line, by setting. */
export function settingFlags(values: Readonly<Record<string, unknown>>, name: SettingsCommand): FlagValues {
  const flags: FlagValues = {};
  for (const row of rowsFor(name)) {
    const value = values[optionOf(row).attributeName()];
    if (typeof value === 'string' || typeof value === 'boolean' || Array.isArray(value))
      flags[row.key] = value;
  }
  // A seed that is wrong is told once.
  if (name === 'backfill' && isGiven(flags.seed)) flags.backfillSeed ??= flags.seed;
  return flags;
}

/** Options of no setting, as commander gives them. */
export function withoutSettingFlags<T extends object>(values: T, name: SettingsCommand): T {
  const unset = rowsFor(name).map((row) => [optionOf(row).attributeName(), undefined]);
  return Object.assign({ ...values }, Object.fromEntries(unset));
}
