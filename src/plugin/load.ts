/** Loads the plugins of a run: found, checked, set up once, and known by a digest from then on. */
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Extensions } from '../plan/plugins/extensions.ts';
import type { Hooks, Plugin, Reporter } from '../types/plugin-api.ts';
import { PLUGIN_CHANGED, type PluginIdentity, type PluginSource } from '../types/plugins.ts';
import { errorText, extensionsOf } from './hook-calls.ts';
import { compileSchema, deepFrozen, NO_OPTIONS } from './json-schema.ts';
import { digestOfFiles, findModule, loadModule } from './module-file.ts';
import { checkHooks, checkPlugin, pluginError } from './registration.ts';
import { setTraps } from './traps.ts';
import { withinTime } from './watchdog.ts';

/** Setup may read files and ask others; what takes longer than this has got stuck. */
const LONGEST_SETUP_MS = 10_000;

/** A plugin as the settings name it. */
export interface PluginRequest {
  /** A path or the name of a package. */
  readonly use: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface LoadedPlugin {
  /** As the settings name it. */
  readonly use: string;
  readonly plugin: Plugin;
  readonly hooks: Hooks;
  readonly identity: PluginIdentity;
  readonly source: PluginSource;
}

/** The plugins of a run, in the order of the settings. */
export interface LoadedPlugins {
  readonly all: readonly LoadedPlugin[];
  readonly extensions: Extensions;
}

/** Digests of the modules that this process has loaded: their code stays as it was then. */
const loadedDigests = new Map<string, string>();

function optionsOf(
  plugin: Plugin,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const who = `Plugin ${plugin.name}`;
  const checked = compileSchema(plugin.options ?? NO_OPTIONS, who, 'options')(given);
  if ('problems' in checked) throw pluginError(who, checked.problems.join(' '));
  return deepFrozen(checked.value);
}

async function setUp(
  host: Host,
  plugin: Plugin,
  path: string,
  options: Readonly<Record<string, unknown>>,
  longestMs: number,
): Promise<{ readonly hooks: Hooks; readonly files: string }> {
  const who = `Plugin ${plugin.name}`;
  const read = new Map<string, string>();
  const readFile = (name: string): string => {
    const file = resolve(dirname(path), name);
    const text = Buffer.from(host.readFile(file)).toString();
    read.set(name, text);
    return text;
  };
  const seconds = longestMs / 1000;
  const hint = 'Look for a loop that does not end, or a promise that nobody resolves.';
  const tooLong = () => pluginError(who, `setup did not finish within ${seconds} s.`, hint);
  let returned: unknown;
  try {
    const begun = withinTime(() => plugin.setup({ options, readFile }), longestMs);
    if (!begun) throw tooLong();
    returned = await settledWithin(begun.result, longestMs, tooLong);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw pluginError(who, `setup threw an error: ${errorText(error)}`, undefined, error);
  }
  return { hooks: checkHooks(returned, plugin.name), files: digestOfFiles(host, path, read) };
}

/** A timer keeps the process alive: with nothing else to wait for, it would end as if all were done. */
async function settledWithin<T>(promise: T | Promise<T>, longestMs: number, late: () => Error): Promise<T> {
  const over = new AbortController();
  const lateness = delay(longestMs, undefined, { signal: over.signal }).then(() => {
    throw late();
  });
  try {
    return await Promise.race([promise, lateness]);
  } finally {
    over.abort();
    lateness.catch(() => {});
  }
}

/** A module is loaded once: when its files change, the process has the old code and must say so. */
function refuseChanged(name: string, path: string, files: string): void {
  const before = loadedDigests.get(path) ?? files;
  loadedDigests.set(path, before);
  if (before === files) return;
  const hint = 'Restart the process, such as trafficinator worker, to load it again.';
  const what = 'its files have changed since this process loaded it.';
  throw pluginError(`Plugin ${name}`, what, hint, undefined, PLUGIN_CHANGED);
}

async function loadOne(
  host: Host,
  { use, options: given }: PluginRequest,
  path: string,
  longestMs = LONGEST_SETUP_MS,
): Promise<LoadedPlugin> {
  const plugin = checkPlugin(loadModule(use, path, longestMs), use);
  refuseChanged(plugin.name, path, digestOfFiles(host, path, new Map()));
  const options = optionsOf(plugin, given);
  const { hooks, files } = await setUp(host, plugin, path, options, longestMs);
  const longest = Object.values(hooks.behaviours ?? {}).map(({ longestMs }) => longestMs);
  const { name, version = '0.0.0' } = plugin;
  const identity = { name, version, files, options, longestMs: Math.max(0, ...longest) };
  return { use, plugin, hooks, identity, source: { path, options } };
}

function shareOf(hooks: Readonly<Record<string, { readonly share: unknown }>> | undefined): number {
  return Object.values(hooks ?? {}).reduce(
    (sum, { share }) => sum + (typeof share === 'number' ? share : 0),
    0,
  );
}

/** What holds for all plugins together. */
function checkTogether(all: readonly LoadedPlugin[]): void {
  const names = all.map(({ plugin }) => plugin.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw pluginError(`Plugin ${twice}`, 'the name is used by two plugins of the settings.');
  for (const kind of ['behaviours', 'sources'] as const) {
    const total = all.reduce((sum, { hooks }) => sum + shareOf(hooks[kind]), 0);
    if (total <= 1 + 1e-9) continue;
    const who = all.length === 1 ? `Plugin ${names[0]}` : `Plugins ${names.join(', ')}`;
    throw pluginError(
      who,
      `the shares of ${kind} must come to at most 1, but come to ${Number(total.toFixed(4))}.`,
    );
  }
  const ids = new Map<number, string>();
  for (const { plugin, hooks } of all) {
    for (const [name, { id }] of Object.entries(hooks.dimensions ?? {})) {
      const place = `${plugin.name}, dimensions.${name}`;
      const other = ids.get(id);
      if (other !== undefined)
        throw pluginError(`Plugin ${place}`, `dimension ${id} is filled by ${other} already.`);
      ids.set(id, place);
    }
  }
}

function together(all: readonly LoadedPlugin[]): LoadedPlugins {
  checkTogether(all);
  const named = all.map(({ plugin: { name }, hooks }) => ({ name, hooks }));
  return { all, extensions: extensionsOf(named) };
}

/**
 * @param folders in which plugins are looked for, the first one first
 * @param longestMs that a module may take to load, and as long again to be set up
 * @throws UserError with what is wrong with the first of them
 */
export async function loadPlugins(
  host: Host,
  requests: readonly PluginRequest[],
  folders: readonly string[],
  longestMs?: number,
): Promise<LoadedPlugins> {
  setTraps();
  host.letYoungGenerationGrow();
  const all: LoadedPlugin[] = [];
  for (const request of requests)
    all.push(await loadOne(host, request, findModule(host, request.use, folders), longestMs));
  return together(all);
}

/** Plugins of jobs that this process has loaded, by what they were asked for: their code stays, whatever becomes of the files. */
const loadedBefore = new Map<string, LoadedPlugins>();
const MOST_KEPT = 50;

/** The plugins of a job that another process has planned: they must be the same here. */
export async function loadSamePlugins(
  host: Host,
  sources: readonly PluginSource[],
  identities: readonly PluginIdentity[],
): Promise<LoadedPlugins> {
  const key = JSON.stringify([sources, identities]);
  const loaded = loadedBefore.get(key) ?? (await loadSame(host, sources, identities));
  if (loadedBefore.size >= MOST_KEPT) loadedBefore.clear();
  loadedBefore.set(key, loaded);
  return loaded;
}

async function loadSame(
  host: Host,
  sources: readonly PluginSource[],
  identities: readonly PluginIdentity[],
): Promise<LoadedPlugins> {
  setTraps();
  host.letYoungGenerationGrow();
  const all: LoadedPlugin[] = [];
  for (const { path, options } of sources) all.push(await loadOne(host, { use: path, options }, path));
  for (const [i, { identity }] of all.entries()) {
    const expected = identities[i];
    if (JSON.stringify(expected) === JSON.stringify(identity)) continue;
    const hint = 'All processes of a run must have the same version, files and options of each plugin.';
    const what = `it is version ${identity.version} (${identity.files.slice(0, 12)}) here, and ${expected?.version} (${expected?.files.slice(0, 12)}) where the run was planned.`;
    throw pluginError(`Plugin ${identity.name}`, what, hint);
  }
  return together(all);
}

export interface NamedReporter {
  /** `plugin/name`. */
  readonly name: string;
  readonly reporter: Reporter;
}

export function reportersOf({ all }: LoadedPlugins): NamedReporter[] {
  return all.flatMap(({ plugin, hooks }) =>
    Object.entries(hooks.reporters ?? {}).map(([name, reporter]) => ({
      name: `${plugin.name}/${name}`,
      reporter,
    })),
  );
}
