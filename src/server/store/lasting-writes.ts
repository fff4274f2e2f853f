/** Writes that the service makes by itself: a disk that is full delays them, and does not end the service. */
import { UserError } from '../../errors.ts';

export interface LastingWrites {
  /** False while the database cannot be written. */
  readonly isWorking: boolean;
  /** @returns false where the database cannot be written now: whoever asked keeps what is to be written, and tries again */
  attempt(work: () => void): boolean;
  /** @param settle writes what waits, where something does */
  add(settle: () => void): void;
  /** Everything that waits is tried once more. */
  settle(): void;
}

/** @param warn is called once when writing fails, and once when it works again */
export function createLastingWrites(warn: (message: string) => void): LastingWrites {
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
    add: (settle) => void waiting.push(settle),
    settle() {
      for (const settle of waiting) settle();
    },
  };
}
