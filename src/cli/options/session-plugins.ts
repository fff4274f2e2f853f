/** The plugins of a session: loaded once its settings are known, and before anything is planned. */
import { dirname, resolve } from 'node:path';
import { pluginEntriesOf } from '../../config/schema/plugin-list.ts';
import { fileName } from '../../config/sources/text-files.ts';
import { type Problem, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { LoadedPlugins } from '../../plugin/load.ts';
import type { Session, SettingsOptions } from './session.ts';

/** Folders in which plugins are looked for: that of the settings file, then the current one. */
function pluginFolders(host: Host, { config }: Pick<SettingsOptions, 'config'>): string[] {
  const { cwd } = host;
  if (typeof config !== 'string' || config === '-') return [cwd];
  const folder = dirname(resolve(cwd, config));
  return folder === cwd ? [cwd] : [folder, cwd];
}

/** A dimension is filled by a plugin or by a setting. */
function dimensionProblems(
  { all }: LoadedPlugins,
  { customDimensions, runDimensionId }: Session['settings'],
): Problem[] {
  const taken = new Map(customDimensions.map((id) => [id, 'CUSTOM_DIMENSIONS']));
  if (runDimensionId !== undefined) taken.set(runDimensionId, 'RUN_DIMENSION_ID');
  return all.flatMap(({ plugin, hooks }) =>
    Object.entries(hooks.dimensions ?? {}).flatMap(([name, { id }]) => {
      const setting = taken.get(id);
      if (setting === undefined) return [];
      const message = `Plugin ${plugin.name}, dimensions.${name}: dimension ${id} is filled by ${setting} already.`;
      return [{ code: 'plugin-dimension', subject: setting, message, hint: `Remove ${id} from ${setting}.` }];
    }),
  );
}

/** @throws UserError with what is wrong with a plugin, or with a funnel step of one */
export async function withPlugins<T extends Pick<Session, 'settings' | 'files'>>(
  host: Host,
  session: T,
  options: Pick<SettingsOptions, 'config'>,
): Promise<T & Pick<Session, 'plugins'>> {
  const entries = pluginEntriesOf(session.settings.plugins);
  const { funnels } = session.files.journeys;
  const hasSteps = funnels.some(({ steps }) => steps.some(({ type }) => type === 'plugin'));
  if (entries.length === 0 && !hasSteps) return session;
  const { loadPlugins } = await import('../../plugin/load.ts');
  const { resolvePluginSteps } = await import('../../plugin/funnel-steps.ts');
  const plugins =
    entries.length === 0 ? undefined : await loadPlugins(host, entries, pluginFolders(host, options));
  const file = fileName(session.settings.funnelConfigPath ?? 'FUNNEL_CONFIG_PATH');
  const journeys = resolvePluginSteps(session.files.journeys, plugins, file);
  if (!plugins) return session;
  const problems = dimensionProblems(plugins, session.settings);
  if (problems.length > 0) throw new SettingsError(problems);
  const identities = plugins.all.map(({ identity }) => identity);
  return { ...session, files: { ...session.files, journeys, plugins: identities }, plugins };
}
