/** Finds presets: files of settings in the user's preset folder and in the package's own. */
import { join } from 'node:path';
import { SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { closestName } from '../schema/problem-text.ts';
import { readTextFile, resolvePath } from '../sources/text-files.ts';

export interface PresetFile {
  readonly name: string;
  readonly path: string;
  readonly isBuiltIn: boolean;
}

export interface Preset extends PresetFile {
  readonly text: string;
}

/** Where the user's own presets are, and where new ones are saved. */
export function presetDir(host: Host): string {
  const { env, home, platform } = host;
  if (env.TRAFFICINATOR_PRESET_DIR) return env.TRAFFICINATOR_PRESET_DIR;
  const configDir = () => {
    if (platform === 'win32') return env.APPDATA || join(home, 'AppData', 'Roaming');
    if (platform === 'darwin') return join(home, 'Library', 'Application Support');
    return join(home, '.config');
  };
  return join(env.XDG_CONFIG_HOME || configDir(), 'trafficinator', 'presets');
}

function presetName(fileName: string): string | undefined {
  return /^(.+)\.(?:env|ya?ml)$/.exec(fileName)?.[1] ?? /^\.env\.(.+)$/.exec(fileName)?.[1];
}

/** Order in which the files of one name are looked for. */
function candidates(name: string): string[] {
  return [`${name}.env`, `.env.${name}`, `${name}.yaml`, `${name}.yml`];
}

function presetDirs(host: Host): { dir: string; isBuiltIn: boolean }[] {
  return [
    { dir: presetDir(host), isBuiltIn: false },
    { dir: join(host.packageDir, 'presets'), isBuiltIn: true },
  ];
}

/** The file that counts for a name: the user's own goes before the built-in one. */
export function findPreset(host: Host, name: string): PresetFile | undefined {
  for (const { dir, isBuiltIn } of presetDirs(host)) {
    const paths = candidates(name).map((fileName) => join(dir, fileName));
    const path = paths.find((candidate) => host.exists(candidate));
    if (path !== undefined) return { name, path, isBuiltIn };
  }
  return undefined;
}

/** All presets by name; one of the user's hides ours of the same name. */
export function listPresets(host: Host): PresetFile[] {
  const names = presetDirs(host).flatMap(({ dir }) =>
    host.listDir(dir).flatMap((file) => presetName(file) ?? []),
  );
  return [...new Set(names)].sort().flatMap((name) => findPreset(host, name) ?? []);
}

export function unknownPreset(host: Host, name: string): SettingsError {
  const names = listPresets(host).map((preset) => preset.name);
  const closest = closestName(name, names);
  const hint = closest === undefined ? {} : { hint: `Did you mean ${closest}?` };
  const message = `There is no preset ${name}. Available presets: ${names.join(', ') || 'none'}.`;
  return new SettingsError([{ code: 'unknown-preset', subject: '--preset', message, ...hint }]);
}

/** What the preset is for: its first line, where that is a comment. */
export function purposeOf({ name, text }: Preset): string {
  const comment = /^#\s*(.+)/.exec(text)?.[1]?.trim().replace(/\.$/, '') ?? '';
  const ownName = `${name.toLowerCase()}: `;
  return comment.toLowerCase().startsWith(ownName) ? comment.slice(ownName.length) : comment;
}

/** By name, or by the path of a file. */
export function readPreset(host: Host, name: string): Preset {
  const isPath = /[\\/]/.test(name);
  const found = isPath ? undefined : findPreset(host, name);
  const path = found?.path ?? resolvePath(host, name);
  if (found === undefined && !isPath && (!host.exists(path) || host.isDirectory(path))) {
    throw unknownPreset(host, name);
  }
  return {
    name,
    path,
    isBuiltIn: found?.isBuiltIn ?? false,
    text: readTextFile(host, path, `--preset ${name}`),
  };
}
