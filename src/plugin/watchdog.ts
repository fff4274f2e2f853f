/** Ends code that does not return, whatever it is at: Node's `vm` looks on from a thread of its own. */
import { Script } from 'node:vm';

const WORK = Symbol.for('trafficinator.guarded-work');
const slot: { work: () => void } = { work: () => {} };
Object.defineProperty(globalThis, WORK, { value: () => slot.work(), configurable: true });
const script = new Script("globalThis[Symbol.for('trafficinator.guarded-work')]()", {
  filename: 'trafficinator:plugins',
});

let isAtWork = false;

/** Work that has begun has neither returned nor been ended. */
export const isWithinTime = (): boolean => isAtWork;

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

/** The result of the work, or undefined where it was ended after so many ms. Not to be called within itself. */
export function withinTime<T>(work: () => T, timeoutMs: number): { readonly result: T } | undefined {
  let done: { readonly result: T } | undefined;
  slot.work = () => {
    done = { result: work() };
  };
  isAtWork = true;
  try {
    script.runInThisContext({ timeout: timeoutMs });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return undefined;
  } finally {
    isAtWork = false;
  }
  return done;
}
