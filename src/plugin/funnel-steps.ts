/** Funnel steps of types that plugins add: checked against the plugin's schema once it is loaded. */
import { type Problem, SettingsError } from '../errors.ts';
import type { FunnelStep, JourneyCatalogue } from '../types/content/journeys.ts';
import { compileSchema, deepFrozen, NO_OPTIONS } from './json-schema.ts';
import type { LoadedPlugins } from './load.ts';

/** Nobody needs to load a plugin for funnels that use none. */
function hasPluginSteps({ funnels }: JourneyCatalogue): boolean {
  return funnels.some(({ steps }) => steps.some(({ type }) => type === 'plugin'));
}

/**
 * The funnels with what the plugins say of their steps.
 * @param file in which users find the funnels
 * @throws SettingsError with all that is wrong with them
 */
export function resolvePluginSteps(
  journeys: JourneyCatalogue,
  plugins: LoadedPlugins | undefined,
  file: string,
): JourneyCatalogue {
  if (!hasPluginSteps(journeys)) return journeys;
  const problems: Problem[] = [];
  const types = new Map(
    (plugins?.all ?? []).flatMap(({ plugin, hooks }) =>
      Object.entries(hooks.steps ?? {}).map(([name, type]) => {
        const full = `${plugin.name}/${name}`;
        const check = compileSchema(type.schema ?? NO_OPTIONS, `Plugin ${plugin.name}, steps.${name}`, full);
        return [full, { check, longestMs: type.longestMs }] as const;
      }),
    ),
  );

  function resolve(step: FunnelStep, where: string): FunnelStep {
    if (step.type !== 'plugin') return step;
    const type = types.get(step.name);
    const refuse = (message: string, hint?: string) =>
      problems.push({
        code: 'plugin-step',
        subject: 'FUNNEL_CONFIG_PATH',
        message,
        ...(hint === undefined ? {} : { hint }),
      });
    if (!type) {
      const known = [...types.keys()];
      const hint =
        known.length > 0
          ? `Steps of plugins: ${known.join(', ')}.`
          : 'Name the plugin in PLUGINS (--plugin).';
      refuse(`${where}: no plugin has the step type ${step.name}.`, hint);
      return step;
    }
    const checked = type.check(step.options);
    if ('problems' in checked) {
      for (const problem of checked.problems) refuse(`${where}: ${problem}`);
      return step;
    }
    return { ...step, options: deepFrozen(checked.value), longestMs: type.longestMs };
  }

  const funnels = journeys.funnels.map((funnel) => ({
    ...funnel,
    steps: funnel.steps.map((step, i) =>
      funnel.enabled ? resolve(step, `${file}: funnel "${funnel.name}", step ${i + 1}`) : step,
    ),
  }));
  if (problems.length > 0) throw new SettingsError(problems);
  return { ...journeys, funnels };
}
