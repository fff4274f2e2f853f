/** `trafficinator preset save` and `delete`: what changes the user's own presets. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { FILE_KEYS, TARGET_KEYS } from '../../config/presets/preset-layer.ts';
import { findPreset, presetDir, unknownPreset } from '../../config/presets/presets.ts';
import { SETTINGS } from '../../config/schema/settings.ts';
import { envText } from '../../config/schema/value-text.ts';
import type { Entry } from '../../config/sources/layer.ts';
import { resolvePath } from '../../config/sources/text-files.ts';
import { EXIT, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { CliContext } from '../context.ts';
import { addShortHelp } from '../options/help-layout.ts';
import type { SettingsOptions } from '../options/session.ts';
import { addAllSettingOptions, loadSettingsInForce } from '../options/settings-in-force.ts';
import { fileError } from '../output/failure.ts';
import { logSettings } from '../output/messages/settings-log.ts';

interface SaveOptions extends SettingsOptions {
  readonly force?: boolean;
  readonly purpose?: string;
}

function refusal(code: string, message: string, hint: string): UserError {
  return new UserError(message, { code, exitCode: EXIT.usage, hint });
}

function checkName(name: string): void {
  if (/^[A-Za-z0-9][\w-]*$/.test(name)) return;
  const message = `A preset name can have letters, digits, - and _ only, but is "${name}".`;
  throw refusal('preset-name', message, 'For example: evening-load');
}

/** Settings in force that something other than a default decides; a file is found from anywhere. */
function entriesInForce(context: CliContext, options: SaveOptions): Entry[] {
  const loaded = loadSettingsInForce(context, options);
  const { settings, origins } = loaded;
  logSettings(context.log, loaded);
  return SETTINGS.flatMap((setting) => {
    const origin = origins.get(setting.key) ?? 'default';
    const value = settings[setting.key];
    if (origin === 'default' || value === undefined || TARGET_KEYS.includes(setting.key)) return [];
    const isFile = FILE_KEYS.includes(setting.key) && typeof value === 'string';
    const raw = isFile ? resolvePath(context.host, value) : value;
    return { setting, raw, origin, name: setting.env };
  });
}

function checkOverwriting(host: Host, name: string): void {
  const there = findPreset(host, name);
  if (there === undefined) return;
  const message = there.isBuiltIn
    ? `${name} is a built-in preset.`
    : `There already is a preset ${name}: ${there.path}.`;
  throw refusal('preset-exists', message, 'Use another name, or add --force to override it.');
}

function write(host: Host, path: string, text: string): void {
  try {
    host.writeFile(path, text);
  } catch (error) {
    throw fileError('preset save', path, error);
  }
}

function remove(host: Host, path: string): void {
  try {
    host.removeFile(path);
  } catch (error) {
    throw fileError('preset', path, error);
  }
}

function save(context: CliContext, name: string, options: SaveOptions): void {
  const { host, log } = context;
  checkName(name);
  if (options.force !== true) checkOverwriting(host, name);
  const entries = entriesInForce(context, options);
  if (entries.length === 0) {
    const hint = `For example: trafficinator preset save ${name} --preset light --visits-per-day 500.`;
    throw refusal('nothing-to-save', 'There is nothing to save: all settings have their defaults.', hint);
  }
  const sources = [
    ...new Set(entries.map(({ origin }) => origin.replace(/ line \d+$|(?<=^environment) .*/, ''))),
  ];
  const purpose = options.purpose ?? `saved from ${sources.join(', ')}`;
  const path = join(presetDir(host), `${name}.env`);
  const older = findPreset(host, name);
  write(host, path, `# ${name}: ${purpose.replace(/\s+/g, ' ')}\n${envText(entries)}`);
  // The same name in another format would come to light again when this file is deleted.
  if (older !== undefined && !older.isBuiltIn && older.path !== path) remove(host, older.path);
  const count = entries.length === 1 ? '1 setting' : `${entries.length} settings`;
  log.info(`${count} saved in ${path}`);
}

function deletePreset({ host, log }: CliContext, name: string): void {
  const there = /[\\/]/.test(name) ? undefined : findPreset(host, name);
  if (there === undefined) throw unknownPreset(host, name);
  if (there.isBuiltIn) {
    const message = `${name} is a built-in preset and cannot be deleted.`;
    throw refusal('preset-built-in', message, '`trafficinator preset list` shows which presets are yours.');
  }
  remove(host, there.path);
  const uncovered = findPreset(host, name);
  const rest =
    uncovered === undefined
      ? ''
      : `; ${name} now is ${uncovered.isBuiltIn ? 'the built-in preset' : uncovered.path}`;
  log.info(`${there.path} deleted${rest}`);
}

export function addPresetChanges(preset: Command, context: CliContext): void {
  const saving = preset
    .command('save <name>')
    .description('save the current settings as a preset, without defaults, URL, site and token')
    .option('--force', 'overwrite an existing preset of that name')
    .option('--purpose <text>', 'what the preset is for, shown by preset list');
  addAllSettingOptions(saving);
  addShortHelp(saving, {
    'What is saved:': ['--preset', '--config'],
    'How:': ['--force', '--purpose'],
    'Every setting as a flag:': ['--help-all'],
  });
  saving.action((name: string, options: SaveOptions) => save(context, name, options));
  preset
    .command('delete <name>')
    .description('delete one of your own presets')
    .action((name: string) => deletePreset(context, name));
}
