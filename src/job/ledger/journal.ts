/** Keeps a run's ledger in step with its engine: what leaves is written before, what came of it after. */
import {
  type BatchRange,
  type DayExtent,
  type DayRow,
  EVERY_BATCH,
  type Holder,
  type Ledger,
  type RunRow,
} from '../../ledger/ledger.ts';
import { decodeOutcomes, encodeOutcomes } from '../../ledger/outcomes.ts';
import type { SendJournal } from '../../run/recorder.ts';
import type { Clock } from '../../types/clock.ts';
import type { Batch, Delivery } from '../../types/delivery.ts';
import type { VisitRecord } from '../../types/hit.ts';
import type { Outcome } from '../../types/outcome.ts';
import { type AdmissionCounts, createAdmissions } from './admissions.ts';
import { createCommitQueue } from './commit-queue.ts';
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
  /** True: every hit of the batch is settled. */
  sent(batch: Batch, delivery: Delivery): boolean;
  admit(visit: VisitRecord): void;
  /** Writes what has come of batches. */
  flush(): Promise<void>;
  /** Writes what has come of batches, and then the day. */
  saveDay(day: DayRow): Promise<void>;
  /** Nothing leaves any more: takes back what has begun and has not left, and writes all that is left to write. */
  close(): Promise<void>;
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
  /** Days that are not gone through again: what became of their batches is not asked for. */
  readonly settledDays?: readonly DayExtent[];
  /** True: a visit counts towards its day's cap before its first hit leaves, so that a crash cannot exceed the cap. */
  readonly isCapped: boolean;
}

const NO_BATCHES = () => [];

const isSettled = ({ kind }: Outcome) => kind !== 'failed' && kind !== 'skipped';

/** Stands in the ledger for a hit that is still to be sent. */
const OPEN: Outcome = { kind: 'skipped' };

/** What is to be kept of hits when the target refuses all: those that were refused with it are still to be sent. */
function lasting({ outcomes, fatal }: Delivery): readonly Outcome[] {
  if (!fatal) return outcomes;
  return outcomes.map((outcome) => (outcome.kind === 'rejected' ? OPEN : outcome));
}

/** The numbers of batches between those of the days. @param days in the order of their batches */
function rangesBetween(days: readonly DayExtent[]): BatchRange[] {
  const starts = [0, ...days.map(({ firstBatch, batches }) => firstBatch + batches)];
  const ends = [...days.map(({ firstBatch }) => firstBatch - 1), EVERY_BATCH.to];
  return starts
    .map((from, i) => ({ from, to: ends[i] ?? EVERY_BATCH.to }))
    .filter(({ from, to }) => from <= to);
}

export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { ledger, run, clock, lock, isCapped, settledDays = [] } = options;
  const { url, site, shard } = run;
  const settledBefore = new Map<number, string | null>();
  /** Of batches that are settled in part. */
  const knownInPart = new Map<number, string>();
  const inDoubt = new Map<number, number>();
  for (const range of rangesBetween(settledDays)) {
    for await (const row of ledger.batches(run.id, range)) {
      if (row.state === 'settled') settledBefore.set(row.batch, row.outcomes);
      else if (row.outcomes !== null) knownInPart.set(row.batch, row.outcomes);
      if (row.state === 'in-flight') inDoubt.set(row.batch, row.begunMs);
    }
  }
  /** Left in this process and not settled. */
  const open = new Set<number>();
  /** Begun by this process, and not left yet. */
  const ahead = new Set<number>();
  const writeAhead = createWriteAhead(clock);
  let restUntilMs = 0;
  let costMs = 0;
  const admissions = createAdmissions(clock);
  const queue = createCommitQueue((changes) =>
    ledger.commit(run.id, { atMs: clock.now(), ...changes, lock }),
  );

  function settle(batch: number, outcomes: readonly Outcome[]): void {
    queue.results.settled.push({ batch, outcomes: encodeOutcomes(outcomes) });
    open.delete(batch);
  }

  function defer(batch: number, outcomes: string | null): void {
    queue.results.deferred.push({ batch, outcomes });
  }

  /** Writes the batches and the admissions, and what has come of others. */
  function write(begun: () => readonly number[], countsOf: () => AdmissionCounts): Promise<void> {
    return queue.turn(async (commit) => {
      const numbers = begun();
      const counts = countsOf();
      const admitted = counts.map(([date, count]) => ({ url, site, shard, date, count }));
      await commit({ begun: numbers, admitted });
      for (const id of numbers) ahead.add(id);
      admissions.written(counts);
    });
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

  async function begin(leaving: readonly Batch[], waiting: Iterable<Batch>): Promise<void> {
    const due = leaving.map(({ id }) => id).filter((id) => id >= 0);
    const startMs = clock.now();
    await write(
      () => (due.length > 0 ? [...due, ...soon(waiting)] : []),
      () => (isCapped ? admissions.due() : []),
    );
    const endMs = clock.now();
    costMs += (endMs - startMs - costMs) / COMMITS_REMEMBERED;
    // Hits of a live run have their times.
    if (run.command === 'backfill') restUntilMs = endMs + Math.min(LONGEST_REST_MS, REST * costMs);
  }

  return {
    sendJournal: {
      begin,
      isWritten: ({ id }) => (id < 0 ? !isCapped || !admissions.isDue : ahead.has(id)),
      leave({ id }) {
        if (id < 0) return;
        ahead.delete(id);
        open.add(id);
        writeAhead.note(1);
      },
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
        defer(batch, text);
        knownInPart.set(batch, text ?? '');
      } else queue.results.unsent.push(batch);
    },
    sent({ id }, delivery) {
      if (id < 0) return false;
      const outcomes = lasting(delivery);
      // Without an answer it stays in flight in the ledger: a later process settles it as in doubt.
      if (outcomes.some(({ kind }) => kind === 'unknown')) return false;
      if (outcomes.every(isSettled)) {
        settle(id, outcomes);
        return true;
      }
      if (outcomes.some(isSettled)) defer(id, encodeOutcomes(outcomes));
      else queue.results.unsent.push(id);
      return false;
    },
    admit: ({ key }) => admissions.add(key.day),
    flush: () => write(NO_BATCHES, () => (isCapped ? [] : admissions.rest())),
    saveDay: (day) =>
      queue.turn(async (commit) => {
        await commit({});
        await ledger.saveDay(run.id, day);
      }),
    close() {
      return write(() => {
        queue.results.unsent.push(...ahead);
        ahead.clear();
        return [];
      }, admissions.rest);
    },
  };
}
