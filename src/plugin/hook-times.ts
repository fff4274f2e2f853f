/** How long hooks take, and which of them takes so long that whoever runs it should know. */
import { type HookPlace, type HookTime, hookInWords, type SlowHook } from '../plan/plugins/extensions.ts';

/** A hook is slow when it has taken so long in all, and a call of it takes so long. */
const SLOW_TOTAL_MS = 2000;
const SLOW_CALL_MS = 1;
/** Nobody waits for a hook that takes less of the time since planning began. */
const SLOW_PART = 0.1;

type Growing = { -readonly [Key in keyof HookTime]: HookTime[Key] };

export interface HookTimes {
  /** The clock as it was before traps were set: those would cost more than a look at it. */
  readonly now: () => number;
  /** What whoever calls the hook adds to. */
  of(place: HookPlace): Growing;
  readonly all: readonly HookTime[];
  readonly planningMs: number;
  /** Planning has taken so much longer. */
  add(ms: number): void;
  onSlowHook(listener: (slow: SlowHook) => void): void;
}

function slowText({ place, calls, ms }: HookTime, planningMs: number): string {
  const share = Math.round((100 * Math.min(ms, planningMs)) / planningMs);
  return `${hookInWords(place)} takes ${(ms / calls).toFixed(1)} ms a call, ${share} % of the time that planning takes.`;
}

export function createHookTimes(now: () => number = performance.now.bind(performance)): HookTimes {
  const times = new Map<string, Growing>();
  const told = new Set<HookTime>();
  let all: readonly HookTime[] = [];
  let planningMs = 0;
  let startMs: number | undefined;
  let listener: ((slow: SlowHook) => void) | undefined;

  function isSlow({ ms, calls }: HookTime): boolean {
    const part = ms / (now() - (startMs ?? 0));
    return ms >= SLOW_TOTAL_MS && ms >= calls * SLOW_CALL_MS && part >= SLOW_PART;
  }

  return {
    now,
    of(place) {
      const name = hookInWords(place);
      const time = times.get(name) ?? { place, calls: 0, ms: 0 };
      times.set(name, time);
      all = [...times.values()];
      return time;
    },
    get all() {
      return all;
    },
    get planningMs() {
      return planningMs;
    },
    add(ms) {
      startMs ??= now() - ms;
      planningMs += ms;
      for (const time of all) {
        if (!listener || told.has(time) || !isSlow(time)) continue;
        told.add(time);
        listener({ hook: hookInWords(time.place), text: slowText(time, planningMs) });
      }
    },
    onSlowHook(heard) {
      listener = heard;
    },
  };
}
