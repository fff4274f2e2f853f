/**
 * Clocks and chance throw while a hook runs: a visit is the same in every run, whatever a plugin calls. Calls that
 * end the process throw in all of a plugin's code: otherwise the command would exit as if it had succeeded.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { isWithinTime } from './watchdog.ts';

interface TrapState {
  /** A hook runs. */
  isArmed: boolean;
  /** What a hook has called, though it may have caught the error; undefined for nothing. */
  forbidden: ForbiddenCall | undefined;
}

/** What was called, and what to do instead. */
export interface ForbiddenCall {
  readonly name: string;
  readonly hint: string;
}

const state: TrapState = { isArmed: false, forbidden: undefined };
let areSet = false;

type Anything = (...args: never[]) => unknown;

/** @param trapped what the plugin has called: the trace begins where it did */
function refuseCall(name: string, hint: string, trapped: Anything = refuseCall): never {
  state.forbidden = { name, hint };
  const error = new Error(`${name} does not work here. ${hint}`);
  Error.captureStackTrace(error, trapped);
  throw error;
}

const RANDOM = "Visits must be the same in every run: use the hook's random.";
const CLOCK = "Visits must be the same in every run: use the hook's date and minute.";
const LATER = 'A hook returns its value at once: do such work in setup.';
const ENDS = 'To end the run, throw an error that says why.';

/** Puts a function that throws while a hook runs in the place of `owner[key]`. */
function trap(
  owner: object,
  key: string,
  name: string,
  hint: string,
  isForbidden = () => state.isArmed,
): void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, key);
  const original: unknown = descriptor?.value;
  if (typeof original !== 'function' || descriptor?.configurable === false) return;
  const trapped = function (this: unknown, ...args: unknown[]): unknown {
    if (isForbidden()) refuseCall(name, hint, trapped);
    return Reflect.apply(original, this, args);
  };
  // What else the function has, such as `hrtime.bigint` and `setTimeout[promisify.custom]`.
  Object.defineProperties(trapped, Object.getOwnPropertyDescriptors(original));
  Object.defineProperty(owner, key, { ...descriptor, value: trapped });
}

function trapDate(): void {
  const Original = Date;
  const isNow = (args: readonly unknown[]) => state.isArmed && args.length === 0;
  const Trapped = new Proxy(Original, {
    construct(target, args, newTarget) {
      if (isNow(args)) refuseCall('new Date()', CLOCK);
      return Reflect.construct(target, args, newTarget);
    },
    apply(target, self, args) {
      if (state.isArmed) refuseCall('Date()', CLOCK);
      return Reflect.apply(target, self, args);
    },
  });
  trap(Original, 'now', 'Date.now', CLOCK);
  Original.prototype.constructor = Trapped;
  globalThis.Date = Trapped;
}

/** Formats of no date are formats of now. */
function trapDateFormats(): void {
  const { prototype } = Intl.DateTimeFormat;
  const getter = Object.getOwnPropertyDescriptor(prototype, 'format');
  const get = getter?.get;
  if (getter && get) {
    Object.defineProperty(prototype, 'format', {
      ...getter,
      get(this: Intl.DateTimeFormat) {
        const format: Anything = get.call(this);
        return (...args: unknown[]) => {
          if (state.isArmed && args[0] === undefined) refuseCall('Intl.DateTimeFormat without a date', CLOCK);
          return Reflect.apply(format, undefined, args);
        };
      },
    });
  }
  const { formatToParts } = prototype;
  prototype.formatToParts = function (this: Intl.DateTimeFormat, date) {
    if (state.isArmed && date === undefined) refuseCall('Intl.DateTimeFormat without a date', CLOCK);
    return formatToParts.call(this, date);
  };
}

/** `process.exit` ends in `reallyExit`. */
const END_CALLS = ['exit', 'reallyExit', 'abort', 'kill'];
const TIMERS = ['setTimeout', 'setInterval', 'setImmediate'];
const CHANCE = [
  'randomBytes',
  'randomFill',
  'randomFillSync',
  'randomInt',
  'randomUUID',
  'getRandomValues',
  'pseudoRandomBytes',
  'generateKey',
  'generateKeySync',
  'generateKeyPair',
  'generateKeyPairSync',
];

/** Once for the process, and before any plugin is loaded: what a plugin keeps at its top is trapped too. */
export function setTraps(): void {
  if (areSet) return;
  areSet = true;
  const require = createRequire(import.meta.url);
  trap(Math, 'random', 'Math.random', RANDOM);
  trapDate();
  trapDateFormats();
  trap(Object.getPrototypeOf(performance), 'now', 'performance.now', CLOCK);
  trap(process.hrtime, 'bigint', 'process.hrtime.bigint', CLOCK);
  trap(process, 'hrtime', 'process.hrtime', CLOCK);
  trap(process, 'uptime', 'process.uptime', CLOCK);
  trap(process, 'nextTick', 'process.nextTick', LATER);
  trap(globalThis, 'queueMicrotask', 'queueMicrotask', LATER);
  trap(globalThis, 'fetch', 'fetch', LATER);
  for (const name of END_CALLS) trap(process, name, `process.${name}`, ENDS, isWithinTime);
  for (const name of TIMERS) {
    trap(globalThis, name, name, LATER);
    trap(require('node:timers'), name, name, LATER);
    trap(require('node:timers/promises'), name, name, LATER);
  }
  const webCrypto: object = Object.getPrototypeOf(globalThis.crypto);
  trap(webCrypto, 'getRandomValues', 'crypto.getRandomValues', RANDOM);
  trap(webCrypto, 'randomUUID', 'crypto.randomUUID', RANDOM);
  const crypto: object = require('node:crypto');
  for (const name of CHANCE) trap(crypto, name, `crypto.${name}`, RANDOM);
  syncBuiltinESMExports();
}

export const traps = {
  arm(): void {
    state.isArmed = true;
    state.forbidden = undefined;
  },
  /** @returns what the hook has called meanwhile */
  disarm(): ForbiddenCall | undefined {
    state.isArmed = false;
    return state.forbidden;
  },
};
