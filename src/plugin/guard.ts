/**
 * Watches over hooks: one that does not return is ended in the middle, and its plan fails with an error that says which. What is
 * in flight of a live run is still settled, because the error comes out where the visit is planned.
 */
import { EXIT, UserError } from '../errors.ts';
import { type Extensions, type HookOccasion, type HookPlace, hookError } from '../plan/plugins/extensions.ts';
import type { HookTimes } from './hook-times.ts';
import { traps } from './traps.ts';
import { withinTime } from './watchdog.ts';

/** A hook may take so long. */
const LONGEST_HOOK_MS = 1000;
/**
 * Visits that are planned at once, and how long before what is left is for the next time. A guard costs about what three
 * visits do; of larger blocks, more would be in memory when the garbage of young objects is collected, which costs more.
 */
const BLOCK = 512;
/** The clock is looked at after so many visits of a block; of slow hooks, after each. */
const LOOK_EVERY = 16;
const SLOW_MS = 2;
const BLOCK_MS = 250;
/** A process that was stopped, or had no processor, has lost the time: it tries again. */
const ATTEMPTS = 3;

/** The hook that runs. */
export interface RunningHook {
  place: HookPlace | undefined;
  occasion: HookOccasion | undefined;
}

function neverReturned({ place, occasion }: RunningHook, otherwise: string): UserError {
  if (place) {
    const what = `did not return within ${LONGEST_HOOK_MS / 1000} s.`;
    const hint =
      'A hook is called for every visit: look for a loop that does not end, or do the work in setup.';
    return hookError(place, occasion, what, { hint });
  }
  return new UserError(otherwise, {
    code: 'plugin-refused',
    exitCode: EXIT.usage,
    hint: 'The machine may be overloaded: try again.',
  });
}

/** @param running is kept up to date by whoever calls hooks */
export function createGuard(running: RunningHook, times: HookTimes): Pick<Extensions, 'guard' | 'inBlocks'> {
  const { now } = times;
  let isWithin = false;
  const timeout = LONGEST_HOOK_MS + BLOCK_MS;

  /** The result, or undefined where it took too long. */
  function attempt<T>(work: () => T): { readonly result: T } | undefined {
    isWithin = true;
    try {
      return withinTime(work, timeout);
    } finally {
      isWithin = false;
      traps.disarm();
    }
  }

  function guard<T>(work: () => T, otherwise = 'The plan with plugins made no progress.'): T {
    if (isWithin) return work();
    for (let i = 1; ; i++) {
      const [before, startMs] = [process.cpuUsage(), now()];
      running.place = undefined;
      const done = attempt(work);
      if (done) {
        times.add(now() - startMs);
        return done.result;
      }
      const { user, system } = process.cpuUsage(before);
      const wasAtWork = (user + system) / 1000 > timeout / 2;
      if (wasAtWork || i === ATTEMPTS) throw neverReturned(running, otherwise);
    }
  }

  function* inBlocks<Item, Made>(items: Iterable<Item>, make: (item: Item) => Made): Generator<Made> {
    const open = items[Symbol.iterator]();
    let block: Item[] = [];
    // Until it is known how long they take.
    let wasSlow = true;
    for (;;) {
      while (block.length < BLOCK) {
        const next = open.next();
        if (next.done) break;
        block.push(next.value);
      }
      if (block.length === 0) return;
      const made = guard(() => {
        const startMs = now();
        let lookedMs = startMs;
        let isSlow = wasSlow;
        const list: Made[] = [];
        for (const item of block) {
          list.push(make(item));
          if (!isSlow && list.length % LOOK_EVERY !== 0) continue;
          const nowMs = now();
          isSlow = nowMs - lookedMs > SLOW_MS;
          lookedMs = nowMs;
          if (nowMs - startMs > BLOCK_MS) break;
        }
        wasSlow = isSlow;
        return list;
      });
      block = block.slice(made.length);
      made.reverse();
      // What is handed out is forgotten: its user may be done with it long before the block is at its end.
      for (let left = made.length; left > 0; left--) yield made.pop() as Made;
    }
  }

  return { guard, inBlocks };
}
