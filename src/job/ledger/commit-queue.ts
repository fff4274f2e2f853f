/** The order of a run's writes: one after the other, each with all that has come of batches until its turn. */
import type { Commit, SettledBatch } from '../../ledger/ledger.ts';

/** What has come of batches. */
interface Results {
  readonly settled: SettledBatch[];
  readonly deferred: SettledBatch[];
  readonly unsent: number[];
}

export type Changes = Pick<Commit, 'begun' | 'admitted' | 'day'>;

export interface CommitQueue {
  /** What has come of batches and is not written yet. */
  readonly results: Results;
  /** Has the work done when all before it is; `commit` writes what it is given, and the results. */
  turn(work: (commit: (changes: Changes) => Promise<void>) => Promise<void>): Promise<void>;
}

const NO_RESULTS = (): Results => ({ settled: [], deferred: [], unsent: [] });

export function createCommitQueue(write: (commit: Changes & Results) => Promise<void>): CommitQueue {
  let results = NO_RESULTS();
  let last: Promise<void> = Promise.resolve();

  async function commit(changes: Changes): Promise<void> {
    const { begun = [], admitted = [], day } = changes;
    const { settled, deferred, unsent } = results;
    if (begun.length + admitted.length + settled.length + deferred.length + unsent.length === 0 && !day)
      return;
    results = NO_RESULTS();
    try {
      await write({ ...changes, settled, deferred, unsent });
    } catch (error) {
      results.settled.unshift(...settled);
      results.deferred.unshift(...deferred);
      results.unsent.unshift(...unsent);
      throw error;
    }
  }

  return {
    get results() {
      return results;
    },
    turn(work) {
      const step = () => work(commit);
      // The error of one write is told to whoever asked for it; the next one may succeed.
      last = last.then(step, step);
      return last;
    },
  };
}
