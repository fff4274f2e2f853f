/** Command-line flags of the settings: derived from their one table. */
import { type Command, Option } from 'commander';
import { GROUPS, type SettingsCommand } from '../../config/schema/setting.ts';
import { SETTINGS, type Setting, type SettingKey } from '../../config/schema/settings.ts';

function placeholderOf(row: Setting): string {
  if (typeof row.default === 'boolean') return '[boolean]';
  const name = row.unit ?? (typeof row.default === 'number' ? 'number' : 'value');
  return row.isRepeatable ? `<${name}...>` : `<${name}>`;
}

function helpOf(row: Setting): string {
  const isShown = row.default !== undefined && String(row.default) !== '' && String(row.default) !== '0';
  return `${row.description} [${row.env}]${isShown ? ` (default: ${String(row.default)})` : ''}`;
}

function optionOf(row: Setting & { flag: string }): Option {
  const placeholder = placeholderOf(row).replace(/ /g, '-');
  return new Option(`${row.flag} ${placeholder}`, helpOf(row)).helpGroup(`${GROUPS[row.group]}:`);
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

/** What the user gave on the command line, by setting. */
export function settingFlags(values: Readonly<Record<string, unknown>>, name: SettingsCommand): FlagValues {
  const flags: FlagValues = {};
  for (const row of rowsFor(name)) {
    const value = values[optionOf(row).attributeName()];
    if (typeof value === 'string' || typeof value === 'boolean' || Array.isArray(value))
      flags[row.key] = value;
  }
  if (name === 'backfill' && flags.seed !== undefined) flags.backfillSeed ??= flags.seed;
  return flags;
}
