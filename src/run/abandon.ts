/** Gives up waiting when the user leaves at once. */

/** Resolves with the work, or without it when the signal is aborted. */
export function untilAbandoned(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    work().then(resolve, reject);
  });
}
