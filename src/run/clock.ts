/** The real clock: the one place with timers. */
import type { Clock } from '../types/clock.ts';

/** Timers cannot wait longer than this at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function sleepUntil(now: () => number, instantMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    let timer: NodeJS.Timeout | undefined;
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const wait = () => {
      const leftMs = instantMs - now();
      if (leftMs <= 0) return done();
      timer = setTimeout(wait, Math.min(leftMs, LONGEST_TIMER_MS));
    };
    signal.addEventListener('abort', done);
    wait();
  });
}

/** A clock that begins as the system's and goes on by the time that passes, whatever the system's is set to. */
export function createSystemClock(): Clock {
  const [startMs, zeroMs] = [Date.now(), performance.now()];
  const now = () => startMs + Math.floor(performance.now() - zeroMs);
  return {
    now,
    wallNow: () => Date.now(),
    sleepUntil: (instantMs, signal) => sleepUntil(now, instantMs, signal),
  };
}

export const systemClock = createSystemClock();

/** The same clock for what outlives runs: its time is the system's, also after that was set. */
export function onWallTime({ now, wallNow, sleepUntil }: Clock): Clock {
  return {
    now: wallNow,
    wallNow,
    sleepUntil: (instantMs, signal) => sleepUntil(now() + instantMs - wallNow(), signal),
  };
}

/** Calls back every so often until the function returned is called. Never keeps the process alive. */
export function every(intervalMs: number, callback: () => void): () => void {
  const timer = setInterval(callback, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
