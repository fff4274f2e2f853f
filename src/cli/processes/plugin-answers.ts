/** Answers what the service asks about its plugins: what each adds, its options, and whether it can be loaded with others. */
import { type PluginEntry, pluginEntriesOf, pluginEntryText } from '../../config/schema/plugin-list.ts';
import {
  type PluginOptions,
  pluginKey,
  readSavedOptions,
  type SavedPluginOptions,
  savedOptionsPath,
} from '../../config/sources/saved-plugin-options.ts';
import { UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { LoadedPlugin } from '../../plugin/load.ts';
import type { PluginFacts, PluginsAnswer, PluginsQuestion } from '../../server/planning/questions.ts';
import { resolveSettings } from '../../server/settings/resolve.ts';
import type { LoadSession } from '../../server/settings/session.ts';
import type { Clock } from '../../types/clock.ts';
import { withPlugins } from '../options/session-plugins.ts';
import { pluginFacts } from '../output/plugin-facts.ts';

interface Sources {
  readonly host: Host;
  readonly clock: Clock;
  readonly load: LoadSession;
}

/** The settings as they are without what was saved. */
async function bareSession({ host, clock, load }: Sources, question: PluginsQuestion) {
  const path = savedOptionsPath(question.folder);
  const bare: Host = { ...host, exists: (name) => name !== path && host.exists(name) };
  const request = { ...question, command: 'run', isSink: true } as const;
  return (await resolveSettings(bare, load, question.folder, request, clock.now())).session;
}
type Session = Awaited<ReturnType<typeof bareSession>>;

async function loadWith(
  { host }: Sources,
  session: Session,
  given: readonly PluginEntry[],
  optionsOf: (key: string, i: number) => PluginOptions | undefined,
): Promise<readonly LoadedPlugin[]> {
  const plugins = given.map(({ use, options }, i) =>
    pluginEntryText({ use, options: { ...optionsOf(pluginKey(host.cwd, use), i), ...options } }),
  );
  const settings = { ...session.settings, plugins };
  return (await withPlugins(host, { ...session, settings }, {})).plugins?.all ?? [];
}

/** With what was saved, or else without it and with what is wrong about it. */
async function loadSaved(
  sources: Sources,
  session: Session,
  given: readonly PluginEntry[],
  saved: SavedPluginOptions,
): Promise<{ readonly all: readonly LoadedPlugin[]; readonly problem: string | null }> {
  try {
    const all = await loadWith(sources, session, given, (key) => saved.get(key));
    return { all, problem: null };
  } catch (error) {
    if (!(error instanceof UserError) || saved.size === 0) throw error;
    return { all: await loadWith(sources, session, given, () => undefined), problem: error.message };
  }
}

export async function answerPlugins(sources: Sources, question: PluginsQuestion): Promise<PluginsAnswer> {
  const { host } = sources;
  const session = await bareSession(sources, question);
  const given = pluginEntriesOf(session.settings.plugins);
  const saved = readSavedOptions(host, question.folder);
  const { all, problem } = await loadSaved(sources, session, given, saved);
  const { unsaved } = question;
  const at = unsaved ? all.findIndex(({ plugin }) => plugin.name === unsaved.name) : -1;
  const savedOf = (key: string, i: number) => (i === at ? unsaved?.options : saved.get(key));
  const shown = unsaved ? await loadWith(sources, session, given, savedOf) : all;
  const plugins = shown.map((loaded, i): PluginFacts => {
    const own = savedOf(pluginKey(host.cwd, loaded.use), i) ?? {};
    const isBroken = !unsaved && Object.keys(own).length > 0;
    return {
      ...pluginFacts(loaded),
      given: given[i]?.options ?? {},
      saved: own,
      problem: isBroken ? problem : null,
    };
  });
  return { kind: 'plugins', plugins };
}
