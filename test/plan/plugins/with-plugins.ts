/** Plans with hooks that a test writes down, as if a plugin called acme had been loaded. */
import { createPlan, type Plan } from '../../../src/plan/plan.ts';
import type { Extensions } from '../../../src/plan/plugins/extensions.ts';
import { extensionsOf } from '../../../src/plugin/hook-calls.ts';
import { setTraps } from '../../../src/plugin/traps.ts';
import type { Hooks } from '../../../src/types/plugin-api.ts';
import type { PluginIdentity } from '../../../src/types/plugins.ts';
import type { TrafficSettings } from '../../../src/types/traffic-settings.ts';
import { type Overrides, trafficSettings } from '../fixtures.ts';

function identityOf(name: string, hooks: Hooks): PluginIdentity {
  const longest = Object.values(hooks.behaviours ?? {}).map(({ longestMs }) => longestMs);
  return { name, version: '1.0.0', files: 'f'.repeat(64), options: {}, longestMs: Math.max(0, ...longest) };
}

export interface Planned {
  readonly traffic: TrafficSettings;
  readonly extensions: Extensions;
  readonly plan: Plan;
}

export function planWithHooks(hooks: Hooks, overrides: Overrides = {}, name = 'acme'): Planned {
  setTraps();
  const extensions = extensionsOf([{ name, hooks }]);
  const traffic = trafficSettings({ ...overrides, plugins: [identityOf(name, hooks)] });
  return { traffic, extensions, plan: createPlan(traffic, extensions) };
}
