/** What SQLite does for the ledger, each call at once; the ledger itself hands its calls to it. */
import {
  type BatchRange,
  type BatchRow,
  type Commit,
  EVERY_BATCH,
  type Ledger,
  type SettledBatch,
} from '../ledger.ts';

type Calls = Omit<Ledger, 'batches' | 'close' | 'commit'>;

/** Numbers of batches by what became of them: nearly always there is one list, that of those whose hits were all accepted. */
type ByOutcomes = readonly (readonly [outcomes: string | null, batches: readonly number[]])[];

export interface GroupedCommit extends Omit<Commit, 'settled' | 'deferred'> {
  readonly settled: ByOutcomes;
  readonly deferred: ByOutcomes;
}

export type SqliteStore = {
  [K in keyof Calls]: (...args: Parameters<Calls[K]>) => Awaited<ReturnType<Calls[K]>>;
} & {
  commit(runId: number, commit: GroupedCommit): void;
  /** The first batches of the range, as many as `PAGE_SIZE` at most. */
  batchPage(runId: number, range: BatchRange): BatchRow[];
  close(): void;
};

export const PAGE_SIZE = 1000;

export type Method = keyof SqliteStore;
/** Has the store do something. */
export type Call = <K extends Method>(
  method: K,
  ...args: Parameters<SqliteStore[K]>
) => Promise<ReturnType<SqliteStore[K]>>;

/** @param args of the method, as a `Call` was given them */
export function callStore<K extends Method>(
  store: SqliteStore,
  method: K,
  args: readonly unknown[],
): ReturnType<SqliteStore[K]> {
  // TypeScript does not see that a method of the union takes the arguments of its own name.
  const work = store[method] as (...args: readonly unknown[]) => ReturnType<SqliteStore[K]>;
  return work(...args);
}

function byOutcomes(batches: readonly SettledBatch[] = []): ByOutcomes {
  const lists = new Map<string | null, number[]>();
  for (const { batch, outcomes } of batches) {
    const list = lists.get(outcomes);
    if (list) list.push(batch);
    else lists.set(outcomes, [batch]);
  }
  return [...lists];
}

/** The ledger whose store is behind the call, which keeps the order in which it is called. */
export function createLedger(call: Call): Ledger {
  let closing: Promise<void> | undefined;

  async function* batches(runId: number, { from, to } = EVERY_BATCH): AsyncGenerator<BatchRow, void> {
    for (let next = from; ; ) {
      const page = await call('batchPage', runId, { from: next, to });
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE_SIZE) return;
      next = last.batch + 1;
    }
  }

  return {
    batches,
    startRun: (facts) => call('startRun', facts),
    endRun: (id, end) => call('endRun', id, end),
    reopenRun: (id, by) => call('reopenRun', id, by),
    run: (id) => call('run', id),
    runs: (filter) => call('runs', filter),
    overlapping: (window) => call('overlapping', window),
    prune: (beforeMs) => call('prune', beforeMs),
    site: (url, site) => call('site', url, site),
    keepSite: (url, site, kept) => call('keepSite', url, site, kept),
    commit: (runId, commit) =>
      call('commit', runId, {
        ...commit,
        settled: byOutcomes(commit.settled),
        deferred: byOutcomes(commit.deferred),
      }),
    days: (runId) => call('days', runId),
    admitted: (key) => call('admitted', key),
    addAdmitted: (admission) => call('addAdmitted', admission),
    acquireLock: (name, holder, dead) => call('acquireLock', name, holder, dead),
    releaseLock: (name, holder) => call('releaseLock', name, holder),
    close() {
      closing ??= call('close');
      return closing;
    },
  };
}
