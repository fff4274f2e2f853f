/** What plugins add to a plan, as the plan sees it: hooks to call, whose results are not trusted. */
import { EXIT, UserError } from '../../errors.ts';
import type {
  DimensionContext,
  HookContext,
  StepContext,
  VisitContext,
  When,
} from '../../types/plugin-api.ts';

export type HookKind = 'behaviours' | 'steps' | 'sources' | 'arrivals' | 'dimensions';

/** Names a hook. */
export interface HookPlace {
  readonly plugin: string;
  readonly kind: HookKind;
  readonly name: string;
}

/** The visit, or the day, that a hook is called for. */
export interface HookOccasion {
  readonly date: string;
  readonly index?: number;
}

/** Calls the plugin's function. Throws a `UserError` that names the hook and the occasion where that throws. */
export interface Hook<Arguments extends readonly unknown[]> {
  readonly place: HookPlace;
  readonly call: (occasion: HookOccasion, ...args: Arguments) => unknown;
}

export interface ExtensionBehaviour extends Hook<[VisitContext]> {
  readonly share: number | Hook<[When]>;
  readonly longestMs: number;
}

export interface ExtensionStep extends Hook<[StepContext, Readonly<Record<string, unknown>>]> {
  readonly longestMs: number;
}

export interface ExtensionSource extends Hook<[HookContext]> {
  readonly share: number;
}

export interface ExtensionArrivals extends Hook<[When]> {
  /** Days that differ from those of the same weekday in other weeks. */
  readonly dates: readonly string[];
}

export interface ExtensionDimension extends Hook<[DimensionContext]> {
  readonly id: number;
  readonly scope: 'visit' | 'action';
}

/** How long a hook has taken so far. */
export interface HookTime {
  readonly place: HookPlace;
  readonly calls: number;
  readonly ms: number;
}

/** A hook that takes long. */
export interface SlowHook {
  /** Its name. */
  readonly hook: string;
  /** One sentence with the time that it takes. */
  readonly text: string;
}

/** The hooks of all plugins of a run, in the order in which the settings name the plugins. */
export interface Extensions {
  /** Carries out work in which hooks are called. Throws a `UserError` where one of them does not return; `otherwise` where none is called. */
  readonly guard: <T>(work: () => T, otherwise?: string) => T;
  /** Makes one of each item, a block of them under one guard: that costs less than a guard for each. */
  readonly inBlocks: <Item, Made>(items: Iterable<Item>, make: (item: Item) => Made) => Iterable<Made>;
  /** How long hooks have taken in this process, and planning with them. */
  readonly times: { readonly all: readonly HookTime[]; readonly planningMs: number };
  /** Whoever has asked last gets each hook that takes long, once. */
  readonly onSlowHook: (listener: (slow: SlowHook) => void) => void;
  readonly behaviours: readonly ExtensionBehaviour[];
  /** By `plugin/name`. */
  readonly steps: ReadonlyMap<string, ExtensionStep>;
  readonly sources: readonly ExtensionSource[];
  readonly arrivals: readonly ExtensionArrivals[];
  readonly dimensions: readonly ExtensionDimension[];
}

const KIND_WORDS: Readonly<Record<HookKind, string>> = {
  behaviours: 'behaviour',
  steps: 'step',
  sources: 'source',
  arrivals: 'arrivals',
  dimensions: 'dimension',
};

/** `Plugin acme, behaviour "webinar", visit 17 of 2026-03-12`. */
export function hookInWords({ plugin, kind, name }: HookPlace, occasion?: HookOccasion): string {
  const hook = `Plugin ${plugin}, ${KIND_WORDS[kind]} "${name}"`;
  if (occasion === undefined) return hook;
  const { date, index } = occasion;
  return index === undefined ? `${hook}, ${date}` : `${hook}, visit ${index} of ${date}`;
}

/** A plugin broke a rule: nothing of the visit is sent. */
export function hookError(
  place: HookPlace,
  occasion: HookOccasion | undefined,
  what: string,
  details: { readonly hint?: string; readonly cause?: unknown } = {},
): UserError {
  return new UserError(`${hookInWords(place, occasion)}: ${what}`, {
    code: 'plugin-refused',
    exitCode: EXIT.usage,
    ...details,
  });
}

/** A value in a message: short, whatever it is. */
export function inShort(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'symbol')
    return String(value);
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    return 'an object';
  }
  if (text === undefined) return typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
