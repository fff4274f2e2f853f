/** Writes that the service makes by itself: a disk that is full delays them, and does not end the service. */
import { UserError } from '../../errors.ts';

export interface DelayedWrites {
  /** False while the database cannot be written. */
  readonly isWorking: boolean;
  /** @returns false where the database cannot be written now: whoever asked keeps what is to be written, and tries again */
  attempt(work: () => void): boolean;
  /** @param retry writes what waits, where something does */
  add(retry: () => void): void;
  /** Tries once more to write everything that waits. */
  retry(): void;
}

/** @param warn is called once when writing fails, and once when it works again */
export function createDelayedWrites(warn: (message: string) => void): DelayedWrites {
  let isWorking = true;
  const waiting: (() => void)[] = [];
  return {
    get isWorking() {
      return isWorking;
    },
    attempt(work) {
      try {
        work();
      } catch (error) {
        // Anything else is a defect of the program.
        if (!(error instanceof UserError)) throw error;
        if (isWorking) {
          isWorking = false;
          warn(`The database cannot be written, so what happens is kept in memory: ${error.message}`);
        }
        return false;
      }
      if (!isWorking) warn('The database can be written again.');
      isWorking = true;
      return true;
    },
    add: (retry) => void waiting.push(retry),
    retry() {
      for (const retry of waiting) retry();
    },
  };
}
