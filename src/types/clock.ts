/** Time as the engine sees it. */

export interface Clock {
  /** Epoch milliseconds: the system clock as it was at first, and the time that has passed since. Never jumps. */
  now(): number;
  /** Epoch milliseconds by the system clock, which jumps when somebody sets it. */
  wallNow(): number;
  /** Resolves at the instant, by `now`, or as soon as the signal is aborted; never rejects. */
  sleepUntil(instantMs: number, signal: AbortSignal): Promise<void>;
}
