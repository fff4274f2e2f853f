/** What `trafficinator/plugin` exports: the types of plugins, and a function that has an editor check one. */
import type { Plugin } from '../types/plugin-api.ts';

/** The plugin as it is: for editors, which then know its types. */
export function definePlugin<Options = Readonly<Record<string, unknown>>>(
  plugin: Plugin<Options>,
): Plugin<Options> {
  return plugin;
}
