/** A loaded plugin in the words of lists: who it is, its options, and what it adds. */
import type { LoadedPlugin } from '../../plugin/load.ts';
import type { PluginFacts } from '../../server/planning/questions.ts';

type LoadedFacts = Omit<PluginFacts, 'given' | 'saved' | 'problem'>;

export function pluginFacts({ plugin, identity, hooks, use }: LoadedPlugin): LoadedFacts {
  const { name, version, options } = identity;
  return {
    name,
    version,
    description: plugin.description ?? null,
    use,
    options,
    schema: plugin.options ?? {},
    hooks: Object.fromEntries(Object.entries(hooks).map(([kind, byName]) => [kind, Object.keys(byName)])),
  };
}
