/** A loaded plugin in the words of lists: who it is, its options, and what it adds. */
import type { LoadedPlugin } from '../../plugin/load.ts';
import type { PluginFacts } from '../../server/planning/questions.ts';

export function pluginFacts({ plugin, identity, hooks, use }: LoadedPlugin): PluginFacts {
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
