/** Which plugins a client of the service may use: those that whoever started it has named, with options of the client's own. */
import { resolve } from 'node:path';
import { type PluginEntry, pluginEntriesOf, pluginEntryText } from '../../config/schema/plugin-list.ts';
import { pluginKey } from '../../config/sources/saved-plugin-options.ts';
import { SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { settingsIn } from './names.ts';
import type { LoadedSession } from './session.ts';

function entriesAt(cwd: string, texts: readonly string[]): PluginEntry[] {
  return pluginEntriesOf(texts).map(({ use, options }) => ({ use: pluginKey(cwd, use), options }));
}

/** The same plugins by absolute paths. */
export function withPluginsAt(cwd: string, texts: readonly string[]): string[] {
  return entriesAt(cwd, texts).map(pluginEntryText);
}

/**
 * A module is code: a client of the API must not have the service run one that nobody has named who started it.
 * @param loadOwn reads the settings of the service's environment and folder, with the given file
 */
export async function refuseOtherPlugins(
  { cwd, env }: Pick<Host, 'cwd' | 'env'>,
  session: LoadedSession,
  loadOwn: (files: Readonly<Record<string, string>>) => LoadedSession | Promise<LoadedSession>,
): Promise<void> {
  if (session.settings.plugins.length === 0) return;
  const ofEnvironment = settingsIn(env).get('PLUGINS');
  const text = ofEnvironment === undefined ? '' : `PLUGINS='${ofEnvironment}'\n`;
  const { settings } = await loadOwn({ [resolve(cwd, 'service.env')]: text });
  const known = new Set(entriesAt(cwd, settings.plugins).map(({ use }) => use));
  const others = entriesAt(cwd, session.settings.plugins).filter(({ use }) => !known.has(use));
  if (others.length === 0) return;
  throw new SettingsError(
    others.map(({ use }) => ({
      code: 'plugin-not-allowed',
      subject: 'PLUGINS',
      message: `PLUGINS names ${use}, which is no plugin of this service.`,
      hint: 'Name it in PLUGINS or trafficinator.yaml where the service is started; its options may then be set here.',
    })),
  );
}
