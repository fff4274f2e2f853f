/** Checks what a plugin says it is and adds, when it is loaded: one sentence for each mistake, with its place. */
import { EXIT, UserError } from '../errors.ts';
import { inShort } from '../plan/plugins/extensions.ts';
import { isRecord } from '../plan/plugins/step-reader.ts';
import type { Hooks, Plugin } from '../types/plugin-api.ts';

const API_VERSION = 1;

const NAME = /^[a-z][a-z0-9-]{0,49}$/;
const HOOK_NAME = /^[A-Za-z][\w-]{0,49}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const LONGEST_VISIT_MS = 4 * 3_600_000;
const LONGEST_STEP_MS = 3_600_000;

export function isPluginName(name: unknown): boolean {
  return typeof name === 'string' && NAME.test(name);
}

/** A plugin as it is, or what it lacks. */
export function pluginError(
  who: string,
  what: string,
  hint?: string,
  cause?: unknown,
  code = 'plugin-invalid',
): UserError {
  return new UserError(`${who}: ${what}`, {
    code,
    exitCode: EXIT.usage,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

type Rule = readonly [
  key: string,
  expected: string,
  holds: (value: unknown) => boolean,
  isOptional?: boolean,
];

const isFunction = (value: unknown) => typeof value === 'function';
const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
const isTime = (most: number) => (value: unknown) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;

/** Keys of each kind of hook. */
const HOOK_RULES: Readonly<Record<keyof Hooks, readonly Rule[]>> = {
  behaviours: [
    ['share', 'a number from 0 to 1, or a function', (value) => isShare(value) || isFunction(value)],
    ['longestMs', 'a whole number of ms from 0 to 14,400,000', isTime(LONGEST_VISIT_MS)],
    ['visit', 'a function', isFunction],
  ],
  steps: [
    ['schema', 'a JSON Schema', isRecord, true],
    ['longestMs', 'a whole number of ms from 0 to 3,600,000', isTime(LONGEST_STEP_MS)],
    ['write', 'a function', isFunction],
  ],
  sources: [
    ['share', 'a number from 0 to 1', isShare],
    ['source', 'a function', isFunction],
  ],
  arrivals: [
    ['weight', 'a function', isFunction],
    [
      'dates',
      'a list of dates such as 2026-11-27',
      (value) =>
        Array.isArray(value) &&
        value.every((date) => typeof date === 'string' && DATE.test(date) && Date.parse(date) > 0),
      true,
    ],
  ],
  dimensions: [
    [
      'id',
      'the ID of a custom dimension in Matomo, a whole number of at least 1',
      (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1,
    ],
    ['scope', '"visit" or "action"', (value) => value === 'visit' || value === 'action'],
    ['value', 'a function', isFunction],
  ],
  reporters: [
    ['day', 'a function', isFunction, true],
    ['summary', 'a function', isFunction, true],
  ],
};

function unknownKey(who: string, key: string, known: readonly string[]): UserError {
  return pluginError(who, `${key} is not known here: the keys are ${known.join(', ')}.`);
}

function checkRules(who: string, value: Readonly<Record<string, unknown>>, rules: readonly Rule[]): void {
  const known = rules.map(([key]) => key);
  for (const key of Object.keys(value)) if (!known.includes(key)) throw unknownKey(who, key, known);
  for (const [key, expected, holds, isOptional] of rules) {
    const found = value[key];
    if (isOptional && found === undefined) continue;
    if (!holds(found)) throw pluginError(who, `${key} must be ${expected}, but is ${inShort(found)}.`);
  }
}

function isPlugin(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & Plugin {
  return typeof value.name === 'string' && isFunction(value.setup);
}

/** @param where the plugin as the settings name it */
export function checkPlugin(value: unknown, where: string): Plugin {
  const who = `Plugin ${where}`;
  if (!isRecord(value)) {
    const hint = 'Write: export default { name, apiVersion: 1, setup() { … } };';
    throw pluginError(who, `its default export must be an object, but is ${inShort(value)}.`, hint);
  }
  if (value.apiVersion !== API_VERSION) {
    const hint = `This version of trafficinator takes plugins of apiVersion ${API_VERSION}.`;
    throw pluginError(who, `apiVersion must be ${API_VERSION}, but is ${inShort(value.apiVersion)}.`, hint);
  }
  const text = (found: unknown) => typeof found === 'string' && found.trim() !== '';
  checkRules(who, value, [
    ['name', 'small letters, digits and dashes, such as acme', isPluginName],
    ['apiVersion', '1', (version) => version === API_VERSION],
    ['version', 'a text such as 1.0.0', text, true],
    ['description', 'a text', text, true],
    ['options', 'a JSON Schema', isRecord, true],
    ['setup', 'a function that returns the hooks', isFunction],
  ]);
  if (!isPlugin(value)) throw pluginError(who, 'it is no plugin.');
  return value;
}

function isHooks(
  _value: Readonly<Record<string, unknown>>,
): _value is Readonly<Record<string, unknown>> & Hooks {
  return true;
}

/** What `setup` returned. */
export function checkHooks(value: unknown, name: string): Hooks {
  const who = `Plugin ${name}`;
  if (!isRecord(value)) {
    throw pluginError(who, `setup must return an object with hooks, but returned ${inShort(value)}.`);
  }
  const kinds = Object.keys(HOOK_RULES);
  for (const [kind, hooks] of Object.entries(value)) {
    const rules = Object.entries(HOOK_RULES).find(([known]) => known === kind)?.[1];
    if (!rules) throw pluginError(who, `${kind} is no hook: hooks are ${kinds.join(', ')}.`);
    if (!isRecord(hooks)) {
      throw pluginError(who, `${kind} must be an object of hooks by name, but is ${inShort(hooks)}.`);
    }
    for (const [hookName, hook] of Object.entries(hooks)) {
      const place = `${who}, ${kind}.${hookName}`;
      if (!HOOK_NAME.test(hookName)) {
        throw pluginError(
          place,
          'the name must begin with a letter, and have letters, digits, dashes and underscores only.',
        );
      }
      if (!isRecord(hook)) throw pluginError(place, `must be an object, but is ${inShort(hook)}.`);
      checkRules(place, hook, rules);
    }
  }
  if (!isHooks(value)) throw pluginError(who, 'setup returned no hooks.');
  return value;
}
