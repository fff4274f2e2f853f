/** Keeps a run's ledger in step with its engine: what leaves is written before, what came of it after. */

import type { Admission, Holder, Ledger, RunRow, SettledBatch } from '../ledger/ledger.ts';
import { decodeOutcomes, encodeOutcomes } from '../ledger/outcomes.ts';
import type { Batch, Clock, Delivery, Outcome, VisitOfHits } from '../types.ts';

export interface Journal {
  /** Outcomes of a batch that an earlier process of this run has settled. */
  known(batch: Batch): readonly Outcome[] | undefined;
  /** Batches that left and whose answer no earlier process has seen, by number, with the time they left. */
  readonly inDoubt: ReadonlyMap<number, number>;
  /** Batches that left and are to be sent again, or asked about, by a later process. */
  readonly leftOver: number;
  /** Settles a batch that was in doubt; `undefined` for one that is to be sent again. */
  resolve(batch: number, outcomes: readonly Outcome[] | undefined): void;
  begin(batches: readonly Batch[]): void;
  sent(batch: Batch, delivery: Delivery): void;
  admit(visit: VisitOfHits): void;
  /** Writes what has not been written yet. */
  flush(): void;
}

export interface JournalRules {
  readonly ledger: Ledger;
  readonly run: RunRow;
  readonly clock: Clock;
  readonly lock: { readonly name: string; readonly holder: Holder };
  /** True: a visit counts towards its day's cap before its first hit leaves, so that a crash cannot exceed the cap. */
  readonly isCapped: boolean;
}

export function createJournal({ ledger, run, clock, lock, isCapped }: JournalRules): Journal {
  const settledBefore = new Map<number, string | null>();
  const inDoubt = new Map<number, number>();
  for (const row of ledger.batches(run.id)) {
    if (row.state === 'settled') settledBefore.set(row.batch, row.outcomes);
    else inDoubt.set(row.batch, row.begunMs);
  }
  /** Begun by this process and not settled. */
  const open = new Set<number>();
  let settled: SettledBatch[] = [];
  let unsent: number[] = [];
  const admissions = new Map<string, number>();

  function settle(batch: number, outcomes: readonly Outcome[]): void {
    settled.push({ batch, outcomes: encodeOutcomes(outcomes) });
    open.delete(batch);
  }

  function commit(begun: readonly number[]): void {
    const admitted: Admission[] = [...admissions].map(([date, count]) => ({
      url: run.url,
      site: run.site,
      shard: run.shard,
      date,
      count,
    }));
    if (begun.length + settled.length + unsent.length + admitted.length === 0) return;
    ledger.commit(run.id, { atMs: clock.now(), begun, settled, unsent, admitted, lock });
    settled = [];
    unsent = [];
    admissions.clear();
  }

  return {
    inDoubt,
    get leftOver() {
      return open.size + inDoubt.size;
    },
    known(batch) {
      const text = settledBefore.get(batch.id);
      return text === undefined ? undefined : decodeOutcomes(text, batch.hits.length);
    },
    resolve(batch, outcomes) {
      inDoubt.delete(batch);
      if (!outcomes) {
        unsent.push(batch);
        return;
      }
      settle(batch, outcomes);
      settledBefore.set(batch, encodeOutcomes(outcomes));
    },
    begin(batches) {
      const begun = batches.filter(({ id }) => id >= 0).map(({ id }) => id);
      if (begun.length === 0 && !isCapped) return;
      commit(begun);
      for (const id of begun) open.add(id);
    },
    sent({ id }, { outcomes, fatal }) {
      if (id < 0) return;
      const cameToNothing = outcomes.every(({ kind }) => kind === 'failed' || kind === 'skipped');
      if (cameToNothing || fatal) unsent.push(id);
      // Without an answer it stays in flight in the ledger: a later process settles it as in doubt.
      else if (!outcomes.some(({ kind }) => kind === 'unknown')) settle(id, outcomes);
    },
    admit: ({ key }) => {
      admissions.set(key.day, (admissions.get(key.day) ?? 0) + 1);
    },
    flush: () => commit([]),
  };
}
