/** Keeps a run's ledger in step with its engine: what leaves is written before, what came of it after. */
import type { Holder, Ledger, RunRow, SettledBatch } from '../../ledger/ledger.ts';
import { decodeOutcomes, encodeOutcomes } from '../../ledger/outcomes.ts';
import type { SendJournal } from '../../run/recorder.ts';
import type { Clock } from '../../types/clock.ts';
import type { Batch, Delivery } from '../../types/delivery.ts';
import type { VisitRecord } from '../../types/hit.ts';
import type { Outcome } from '../../types/outcome.ts';
import { type AdmissionCounts, createAdmissions } from './admissions.ts';
import { createWriteAhead } from './write-ahead.ts';

export interface Journal {
  /** Outcomes of a batch that an earlier process of this run has settled; undefined ones are still to be sent. */
  known(batch: Batch): readonly (Outcome | undefined)[] | undefined;
  /** Batches that left and whose answer no earlier process has seen, by number, with the time they left. */
  readonly inDoubt: ReadonlyMap<number, number>;
  /** Batches that left and are to be sent again, or asked about, by a later process. */
  readonly leftOver: number;
  /** Settles a batch that was in doubt; the hits without an outcome are to be sent again. */
  resolve(batch: number, outcomes: readonly (Outcome | undefined)[]): void;
  readonly sendJournal: SendJournal;
  sent(batch: Batch, delivery: Delivery): void;
  admit(visit: VisitRecord): void;
  /** Writes what has come of batches. */
  flush(): void;
  /** Nothing leaves any more: takes back what has begun and has not left, and writes all that is left to write. */
  close(): void;
}

/** After a commit there is none for so many times as long as commits take: they take a twentieth of the time. */
const REST = 20;
const LONGEST_REST_MS = 50;
/** Commits over which their cost is averaged: a clock of milliseconds tells little about one. */
const COMMITS_REMEMBERED = 16;

export interface JournalOptions {
  readonly ledger: Ledger;
  readonly run: RunRow;
  readonly clock: Clock;
  readonly lock: { readonly name: string; readonly holder: Holder };
  /** True: a visit counts towards its day's cap before its first hit leaves, so that a crash cannot exceed the cap. */
  readonly isCapped: boolean;
}

const isSettled = ({ kind }: Outcome) => kind !== 'failed' && kind !== 'skipped';

/** Stands in the ledger for a hit that is still to be sent. */
const OPEN: Outcome = { kind: 'skipped' };

/** What is to be kept of hits when the target refuses all: those that were refused with it are still to be sent. */
function lasting({ outcomes, fatal }: Delivery): readonly Outcome[] {
  if (!fatal) return outcomes;
  return outcomes.map((outcome) => (outcome.kind === 'rejected' ? OPEN : outcome));
}

export function createJournal({ ledger, run, clock, lock, isCapped }: JournalOptions): Journal {
  const { url, site, shard } = run;
  const settledBefore = new Map<number, string | null>();
  /** Of batches that are settled in part. */
  const knownInPart = new Map<number, string>();
  const inDoubt = new Map<number, number>();
  for (const row of ledger.batches(run.id)) {
    if (row.state === 'settled') settledBefore.set(row.batch, row.outcomes);
    else if (row.outcomes !== null) knownInPart.set(row.batch, row.outcomes);
    if (row.state === 'in-flight') inDoubt.set(row.batch, row.begunMs);
  }
  /** Left in this process and not settled. */
  const open = new Set<number>();
  /** Begun by this process, ahead of their leaving. */
  const ahead = new Set<number>();
  const writeAhead = createWriteAhead(clock);
  let restUntilMs = 0;
  let costMs = 0;
  let settled: SettledBatch[] = [];
  let deferred: SettledBatch[] = [];
  let unsent: number[] = [];
  const admissions = createAdmissions(clock);

  function settle(batch: number, outcomes: readonly Outcome[]): void {
    settled.push({ batch, outcomes: encodeOutcomes(outcomes) });
    open.delete(batch);
  }

  function commit(begun: readonly number[], counts: AdmissionCounts): void {
    const admitted = counts.map(([date, count]) => ({ url, site, shard, date, count }));
    const changes = begun.length + settled.length + deferred.length + unsent.length + admitted.length;
    if (changes === 0) return;
    ledger.commit(run.id, { atMs: clock.now(), begun, settled, deferred, unsent, admitted, lock });
    settled = [];
    deferred = [];
    unsent = [];
    admissions.written(counts);
  }

  /** Numbers of the batches that will leave soon and have not begun. */
  function soon(waiting: Iterable<Batch>): number[] {
    const numbers: number[] = [];
    let left = writeAhead.expected();
    for (const { id } of waiting) {
      if (left <= 0) break;
      left--;
      if (!ahead.has(id)) numbers.push(id);
    }
    return numbers;
  }

  function begin(leaving: readonly Batch[], waiting: Iterable<Batch>): void {
    const startMs = clock.now();
    writeAhead.note(leaving.length);
    const due = leaving.map(({ id }) => id).filter((id) => id >= 0);
    const early = due.length > 0 ? soon(waiting) : [];
    commit([...due, ...early], isCapped ? admissions.due() : []);
    for (const id of due) open.add(id);
    for (const id of early) ahead.add(id);
    const endMs = clock.now();
    costMs += (endMs - startMs - costMs) / COMMITS_REMEMBERED;
    // Hits of a live run have their times.
    if (run.command === 'backfill') restUntilMs = endMs + Math.min(LONGEST_REST_MS, REST * costMs);
  }

  /** True when all that must be on the disk before the batch leaves is there. */
  function leave({ id }: Batch): boolean {
    if (id < 0) return !isCapped || !admissions.isDue;
    if (!ahead.delete(id)) return false;
    writeAhead.note(1);
    open.add(id);
    return true;
  }

  return {
    sendJournal: {
      leave,
      begin,
      get restUntilMs() {
        return restUntilMs;
      },
    },
    inDoubt,
    get leftOver() {
      return open.size + inDoubt.size;
    },
    known({ id, hits }) {
      const text = settledBefore.get(id);
      if (text !== undefined) return decodeOutcomes(text, hits.length);
      const partText = knownInPart.get(id);
      if (partText === undefined) return undefined;
      return decodeOutcomes(partText, hits.length).map((outcome) =>
        isSettled(outcome) ? outcome : undefined,
      );
    },
    resolve(batch, found) {
      inDoubt.delete(batch);
      const outcomes = found.map((outcome) => outcome ?? OPEN);
      const text = encodeOutcomes(outcomes);
      if (outcomes.every(isSettled)) {
        settle(batch, outcomes);
        settledBefore.set(batch, text);
      } else if (outcomes.some(isSettled)) {
        deferred.push({ batch, outcomes: text });
        knownInPart.set(batch, text ?? '');
      } else unsent.push(batch);
    },
    sent({ id }, delivery) {
      if (id < 0) return;
      const outcomes = lasting(delivery);
      // Without an answer it stays in flight in the ledger: a later process settles it as in doubt.
      if (outcomes.some(({ kind }) => kind === 'unknown')) return;
      if (outcomes.every(isSettled)) settle(id, outcomes);
      else if (outcomes.some(isSettled)) deferred.push({ batch: id, outcomes: encodeOutcomes(outcomes) });
      else unsent.push(id);
    },
    admit: ({ key }) => admissions.add(key.day),
    flush: () => commit([], isCapped ? [] : admissions.rest()),
    close() {
      unsent.push(...ahead);
      ahead.clear();
      commit([], admissions.rest());
    },
  };
}
