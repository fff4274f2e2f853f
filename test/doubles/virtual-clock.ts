/** A clock whose time moves only when a test tells it to, or to the next sleeper; its system's may be set besides. */
import type { Clock } from '../../src/types/clock.ts';

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** Lets all promises that can settle now do so. */
export function settlePromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class VirtualClock implements Clock {
  #nowMs: number;
  #aheadMs = 0;
  #sleepers: Sleeper[] = [];

  constructor(nowMs = Date.UTC(2026, 9, 20, 12)) {
    this.#nowMs = nowMs;
  }

  readonly now = (): number => this.#nowMs;

  readonly wallNow = (): number => this.#nowMs + this.#aheadMs;

  /** Sets the system clock forward, or back. */
  stepWall(ms: number): void {
    this.#aheadMs += ms;
  }

  readonly sleepUntil = (instantMs: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted || instantMs <= this.#nowMs) return resolve();
      const wake = () => {
        this.#sleepers = this.#sleepers.filter((candidate) => candidate !== sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { untilMs: instantMs, wake };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', wake);
    });

  /** Those who wait for a later time. */
  get sleepers(): number {
    return this.#sleepers.length;
  }

  /** When the next sleeper wakes; infinite when nobody sleeps. */
  get nextWakeMs(): number {
    return Math.min(...this.#sleepers.map(({ untilMs }) => untilMs));
  }

  /** Moves time on, from sleeper to sleeper. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settlePromises();
    while (this.nextWakeMs <= endMs) await this.#wakeNext();
    this.#nowMs = endMs;
  }

  /** Moves from sleeper to sleeper until the promise is settled, and gives its result. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    promise.then(settled, settled);
    await settlePromises();
    while (!isSettled) {
      if (this.#sleepers.length === 0) throw new Error('stuck: nobody sleeps and the promise is not settled');
      await this.#wakeNext();
    }
    return promise;
  }

  async #wakeNext(): Promise<void> {
    this.#nowMs = this.nextWakeMs;
    for (const sleeper of this.#sleepers.filter(({ untilMs }) => untilMs <= this.#nowMs)) sleeper.wake();
    await settlePromises();
  }
}
