/** Hooks of plugins as the plan calls them: traps armed, errors with their place, no promises. */
import {
  type ExtensionArrivals,
  type ExtensionBehaviour,
  type ExtensionDimension,
  type ExtensionSource,
  type ExtensionStep,
  type Extensions,
  type Hook,
  type HookKind,
  type HookOccasion,
  hookError,
} from '../plan/plugins/extensions.ts';
import type { Hooks } from '../types/plugin-api.ts';
import { createGuard, type RunningHook } from './guard.ts';
import { createHookTimes, type HookTimes } from './hook-times.ts';
import { traps } from './traps.ts';

/** A plugin's name and what it adds. */
export interface NamedHooks {
  readonly name: string;
  readonly hooks: Hooks;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** What was thrown, and where in the plugin's own code. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The first line of the plugin's own code in the trace.
  const at = /\n\s+at .*?\(?(?:file:\/\/)?([^\s()]+:\d+):\d+\)?/.exec(error.stack ?? '')?.[1];
  const place = at === undefined || /node:|trafficinator:/.test(at) ? '' : ` (${at})`;
  return `${error.message || error.name}${place}`;
}

function createCalls(running: RunningHook, times: HookTimes) {
  const { now } = times;
  /** @param call calls the plugin's function */
  return <Arguments extends readonly unknown[]>(
    plugin: string,
    kind: HookKind,
    name: string,
    call: (...args: Arguments) => unknown,
  ): Hook<Arguments> => {
    const place = { plugin, kind, name };
    const time = times.of(place);
    return {
      place,
      call: (occasion: HookOccasion, ...args: Arguments) => {
        running.place = place;
        running.occasion = occasion;
        let result: unknown;
        let thrown: { readonly error: unknown } | undefined;
        const startMs = now();
        traps.arm();
        try {
          result = call(...args);
        } catch (error) {
          thrown = { error };
        }
        const forbidden = traps.disarm();
        time.ms += now() - startMs;
        time.calls++;
        running.place = undefined;
        if (forbidden !== undefined) {
          const { name: called, hint } = forbidden;
          throw hookError(place, occasion, `called ${called}, which does not work in a hook.`, { hint });
        }
        if (thrown) {
          const { error } = thrown;
          throw hookError(place, occasion, `threw an error: ${errorText(error)}`, { cause: error });
        }
        if (isThenable(result)) {
          Promise.resolve(result).catch(() => {});
          const hint = 'Write the function without async, and do such work in setup.';
          throw hookError(place, occasion, 'must return its value at once, but returned a promise.', {
            hint,
          });
        }
        return result;
      },
    };
  };
}

type Call = ReturnType<typeof createCalls>;

function hooksOf<T extends object, U>(
  plugins: readonly NamedHooks[],
  pick: (hooks: Hooks) => Readonly<Record<string, T>> | undefined,
  make: (plugin: string, name: string, hook: T) => U,
): U[] {
  return plugins.flatMap(({ name: plugin, hooks }) =>
    Object.entries(pick(hooks) ?? {}).map(([name, hook]) => make(plugin, name, hook)),
  );
}

function behavioursOf(plugins: readonly NamedHooks[], call: Call): ExtensionBehaviour[] {
  return hooksOf(
    plugins,
    ({ behaviours }) => behaviours,
    (plugin, name, behaviour) => {
      const { share, longestMs } = behaviour;
      return {
        ...call(plugin, 'behaviours', name, (context) => behaviour.visit(context)),
        longestMs,
        share: typeof share === 'number' ? share : call(plugin, 'behaviours', name, (when) => share(when)),
      };
    },
  );
}

function stepsOf(plugins: readonly NamedHooks[], call: Call): Map<string, ExtensionStep> {
  const entries = hooksOf(
    plugins,
    ({ steps }) => steps,
    (plugin, name, type): [string, ExtensionStep] => [
      `${plugin}/${name}`,
      {
        ...call(plugin, 'steps', name, (context, step) => type.write(context, step)),
        longestMs: type.longestMs,
      },
    ],
  );
  return new Map(entries);
}

function arrivalsOf(plugins: readonly NamedHooks[], call: Call): ExtensionArrivals[] {
  return hooksOf(
    plugins,
    ({ arrivals }) => arrivals,
    (plugin, name, hook) => ({
      ...call(plugin, 'arrivals', name, (when) => hook.weight(when)),
      dates: hook.dates ?? [],
    }),
  );
}

function sourcesOf(plugins: readonly NamedHooks[], call: Call): ExtensionSource[] {
  return hooksOf(
    plugins,
    ({ sources }) => sources,
    (plugin, name, hook) => ({
      ...call(plugin, 'sources', name, (context) => hook.source(context)),
      share: hook.share,
    }),
  );
}

function dimensionsOf(plugins: readonly NamedHooks[], call: Call): ExtensionDimension[] {
  return hooksOf(
    plugins,
    ({ dimensions }) => dimensions,
    (plugin, name, hook) => ({
      ...call(plugin, 'dimensions', name, (context) => hook.value(context)),
      id: hook.id,
      scope: hook.scope,
    }),
  );
}

/** What the plugins add to a plan. */
export function extensionsOf(plugins: readonly NamedHooks[]): Extensions {
  const running: RunningHook = { place: undefined, occasion: undefined };
  const times = createHookTimes();
  const call = createCalls(running, times);
  return {
    ...createGuard(running, times),
    times,
    onSlowHook: times.onSlowHook,
    behaviours: behavioursOf(plugins, call),
    steps: stepsOf(plugins, call),
    sources: sourcesOf(plugins, call),
    arrivals: arrivalsOf(plugins, call),
    dimensions: dimensionsOf(plugins, call),
  };
}
