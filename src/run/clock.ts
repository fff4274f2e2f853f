/** The real clock: the one place with timers. */
import type { Clock } from '../types/clock.ts';

/** Timers cannot wait longer than this at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleepUntil(instantMs, signal) {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      let timer: NodeJS.Timeout | undefined;
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const wait = () => {
        const leftMs = instantMs - Date.now();
        if (leftMs <= 0) return done();
        timer = setTimeout(wait, Math.min(leftMs, LONGEST_TIMER_MS));
      };
      signal.addEventListener('abort', done);
      wait();
    });
  },
};

/** Calls back every so often until the function returned is called. Never keeps the process alive. */
export function every(intervalMs: number, callback: () => void): () => void {
  const timer = setInterval(callback, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
