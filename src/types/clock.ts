/** Time as the engine sees it. */

/** Time as the engine sees it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves at the instant or as soon as the signal is aborted, never rejects. */
  sleepUntil(instantMs: number, signal: AbortSignal): Promise<void>;
}
