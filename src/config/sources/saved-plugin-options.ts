/** Options of plugins that were saved for every command: below those that the settings give with a plugin, above its defaults. */
import { isAbsolute, join, resolve } from 'node:path';
import * as z from 'zod';
import { SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { isPluginPath, pluginEntriesOf, pluginEntryText } from '../schema/plugin-list.ts';

export type PluginOptions = Readonly<Record<string, unknown>>;

/** By absolute path, or by the name of the package. */
export type SavedPluginOptions = ReadonlyMap<string, PluginOptions>;

const FILE = 'plugins.json';
const entries = z.array(
  z.strictObject({ use: z.string().min(1), options: z.record(z.string(), z.unknown()) }),
);

/** @param folder of the user's state */
export const savedOptionsPath = (folder: string) => join(folder, FILE);

/** What tells a plugin from others, from wherever it is named. */
export function pluginKey(cwd: string, use: string): string {
  return isPluginPath(use) && !isAbsolute(use) ? resolve(cwd, use) : use;
}

/** @throws SettingsError where the file is none */
export function readSavedOptions(
  host: Pick<Host, 'exists' | 'readFile'>,
  folder: string,
): SavedPluginOptions {
  const path = savedOptionsPath(folder);
  if (!host.exists(path)) return new Map();
  try {
    const list = entries.parse(JSON.parse(Buffer.from(host.readFile(path)).toString()));
    return new Map(list.map(({ use, options }) => [use, options]));
  } catch {
    const message = `${path} must be a list of plugins with "use" and "options" in JSON, and is not.`;
    const hint =
      'Correct it, or remove it: plugins then have the options of the settings and their defaults.';
    throw new SettingsError([{ code: 'saved-plugin-options', subject: 'PLUGINS', message, hint }]);
  }
}

export function savedOptionsText(saved: SavedPluginOptions): string {
  const list = [...saved].map(([use, options]) => ({ use, options }));
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** The texts of the setting with what was saved for each plugin. */
export function withSavedOptions(cwd: string, texts: readonly string[], saved: SavedPluginOptions): string[] {
  return pluginEntriesOf(texts).map(({ use, options }) =>
    pluginEntryText({ use, options: { ...saved.get(pluginKey(cwd, use)), ...options } }),
  );
}
