/** The first thing that went wrong in a run, kept until the run has drained. */
import { UserError } from '../../errors.ts';
import type { Stop } from '../../run/stop.ts';

/** Remembers the first thing that went wrong; anything but a user's error is a defect and is thrown in the end. */
export function createFailure(stop: Stop) {
  let first: { readonly error: unknown } | undefined;

  function note(error: unknown): void {
    first ??= { error };
    stop.request('failure');
  }

  return {
    note,
    async attempt(work: () => Promise<unknown>): Promise<void> {
      try {
        await work();
      } catch (error) {
        note(error);
      }
    },
    /** The ledger itself complains. */
    get isOfLedger(): boolean {
      return first?.error instanceof UserError && first.error.code.startsWith('ledger-');
    },
    get error(): UserError | undefined {
      const error = first?.error;
      if (error === undefined || error instanceof UserError) return error;
      throw error;
    },
  };
}

export type Failure = ReturnType<typeof createFailure>;
