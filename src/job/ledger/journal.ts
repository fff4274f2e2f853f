/** Keeps a run's ledger in step with its engine: what leaves is written before, what came of it after. */
import type { DayExtent, DayRow, Holder, Ledger, RunRow } from '../../ledger/ledger.ts';
import { decodeOutcomes, encodeOutcomes } from '../../ledger/outcomes.ts';
import type { HitNumbers } from '../../plan/hit-numbers.ts';
import type { SendJournal } from '../../run/recorder.ts';
import type { Clock } from '../../types/clock.ts';
import type { Batch, Delivery } from '../../types/delivery.ts';
import type { Hit, VisitRecord } from '../../types/hit.ts';
import { isTurnedAway, type Outcome } from '../../types/outcome.ts';
import { type AdmissionCounts, createAdmissions } from './admissions.ts';
import { createCommitQueue } from './commit-queue.ts';
import { createWriteAhead } from './write-ahead.ts';
import { isSettled, knownOf, readWritten } from './written-batches.ts';

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
  /** Of a run that workers share: some of what former owners have written has not come off the timeline yet. */
  readonly isReplaying: boolean;
  /** The batch has come off the timeline, and is counted. */
  passed(batch: Batch): void;
  /** All that former owners could have written of a live run has been asked for. */
  caughtUp(): void;
  /** True: all of the batches are written down, or will not be sent. */
  isWritten(batches: readonly Batch[]): boolean;
  /** Writes hits of a live run that leave soon, before they do. */
  writeSoon(batches: readonly Batch[]): Promise<void>;
  /** A hit of a live run is not sent. */
  skipped(hit: Hit, reason: string): void;
  /** Whether a former owner has let the visit of a live run in; undefined where it did not come to it. */
  decided(visit: Pick<VisitRecord, 'key'>): boolean | undefined;
  /** True: every hit of the batch is settled. */
  sent(batch: Batch, delivery: Delivery): boolean;
  admit(visit: VisitRecord): void;
  /** Writes what has come of batches. */
  flush(): Promise<void>;
  /** Writes what has come of batches, and the day with it. */
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
  /** Where workers share the run: the numbers of its hits when it is live. */
  readonly shared?: { readonly numberOf: HitNumbers | undefined } | undefined;
}

const NO_BATCHES = () => [];

/** Stands in the ledger for a hit that is still to be sent. */
const OPEN: Outcome = { kind: 'skipped' };

/** What is to be kept of hits when the target refuses all: those that were refused with it are still to be sent. */
function lasting({ outcomes, fatal }: Delivery): readonly Outcome[] {
  if (!fatal) return outcomes;
  return outcomes.map((outcome) => (outcome.kind === 'rejected' ? OPEN : outcome));
}

export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { ledger, run, clock, lock, isCapped, settledDays = [], shared } = options;
  const numberOf = shared?.numberOf;
  const { url, site, shard } = run;
  const written = await readWritten(ledger, run.id, settledDays, shared !== undefined);
  const { settled: settledBefore, inPart: knownInPart, inDoubt } = written;
  /** Left in this process and not settled. */
  const open = new Set<number>();
  /** Begun by this process, and not left yet. */
  const ahead = new Map<number, Batch>();
  /** Of a live run, those on their way to the ledger that were not skipped meanwhile. */
  const writing = new Set<number>();
  const isStillWritten = ({ id }: Batch) => !numberOf || writing.delete(id);
  /** Of a numbered live run: batches that have left or were skipped since `writeSoon` was last called, which may still list them. */
  const gone = new Set<number>();
  /** Live visits of which nothing more is sent. */
  const dropped = new WeakSet<VisitRecord>();
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

  /** What was not sent since the run was stopped is the next owner's to send; all else is final. */
  function settleLive(batch: Batch, outcomes: readonly Outcome[]): void {
    if (outcomes[0]?.kind === 'skipped') {
      countFirsts([batch], -1);
      queue.results.unsent.push(batch.id);
    } else settle(batch.id, outcomes);
  }

  function defer(batch: number, outcomes: string | null): void {
    queue.results.deferred.push({ batch, outcomes });
  }

  /** A visit of a numbered live run counts towards its day's cap as long as the ledger has its first hit. */
  function countFirsts(batches: Iterable<Batch>, by: number): void {
    if (!numberOf) return;
    for (const { hits } of batches) if (hits[0]?.seq === 0) admissions.add(hits[0].visit.key.day, by);
  }

  /** Writes the batches and the admissions, and what has come of others. */
  function write(begun: () => readonly Batch[], countsOf: () => AdmissionCounts): Promise<void> {
    return queue.turn(async (commit) => {
      const batches = begun();
      const fresh = batches.filter(({ id }) => !written.former.has(id));
      countFirsts(fresh, 1);
      if (numberOf) for (const { id } of batches) writing.add(id);
      const counts = countsOf();
      const admitted = counts.map(([date, count]) => ({ url, site, shard, date, count }));
      try {
        await commit({ begun: batches.map(({ id }) => id), admitted });
      } catch (error) {
        countFirsts(fresh.filter(isStillWritten), -1);
        throw error;
      }
      for (const batch of batches) if (isStillWritten(batch)) ahead.set(batch.id, batch);
      admissions.written(counts);
    });
  }

  const isUnwritten = ({ id }: Batch) => !ahead.has(id) && !inDoubt.has(id) && !settledBefore.has(id);

  const isNew = (batch: Batch) =>
    isUnwritten(batch) && !gone.has(batch.id) && !batch.hits.some(({ visit }) => dropped.has(visit));

  /** Batches that will leave soon and have not begun. */
  function soon(waiting: Iterable<Batch>): Batch[] {
    const batches: Batch[] = [];
    let left = writeAhead.expected(costMs);
    for (const batch of waiting) {
      if (left <= 0) break;
      left--;
      if (isUnwritten(batch)) batches.push(batch);
    }
    return batches;
  }

  function decided(visit: Pick<VisitRecord, 'key'>): boolean | undefined {
    const first = numberOf?.({ seq: 0, visit });
    if (first === undefined || !written.former.has(first)) return undefined;
    const text = settledBefore.get(first);
    return !(typeof text === 'string' && isTurnedAway(decodeOutcomes(text, 1)[0]?.reason));
  }

  async function begin(leaving: readonly Batch[], waiting: Iterable<Batch>): Promise<void> {
    const due = leaving.filter(({ id }) => id >= 0);
    const startMs = clock.now();
    await write(
      () => (due.length > 0 ? [...due.filter(({ id }) => !ahead.has(id)), ...soon(waiting)] : []),
      () => (numberOf ? admissions.rest() : isCapped ? admissions.due() : []),
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
        if (numberOf) gone.add(id);
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
    known(batch) {
      const outcomes = knownOf(written, batch);
      if (numberOf && outcomes?.[0]?.kind === 'skipped')
        for (const { visit } of batch.hits) dropped.add(visit);
      return outcomes;
    },
    get isReplaying() {
      return written.unseen.size > 0;
    },
    decided,
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
      } else if (!numberOf) queue.results.unsent.push(batch);
    },
    sent(batch, delivery) {
      const { id } = batch;
      if (id < 0) return false;
      const outcomes = lasting(delivery);
      // Without an answer it stays in flight in the ledger: a later process settles it as in doubt.
      if (outcomes.some(({ kind }) => kind === 'unknown')) return false;
      if (numberOf) {
        settleLive(batch, outcomes);
        return false;
      }
      if (outcomes.every(isSettled)) {
        settle(id, outcomes);
        return true;
      }
      if (outcomes.some(isSettled)) defer(id, encodeOutcomes(outcomes));
      else queue.results.unsent.push(id);
      return false;
    },
    skipped(hit, reason) {
      if (!numberOf) return;
      dropped.add(hit.visit);
      const id = numberOf(hit);
      if (settledBefore.has(id)) return;
      if (hit.seq === 0 && decided(hit.visit) === undefined) {
        // What is late counts as let in, though nothing of it leaves; what was written ahead has been counted.
        const [counts, isCounted] = [!isTurnedAway(reason), ahead.has(id) || writing.has(id)];
        if (counts !== isCounted) admissions.add(hit.visit.key.day, counts ? 1 : -1);
      }
      ahead.delete(id);
      writing.delete(id);
      gone.add(id);
      settle(id, [{ kind: 'skipped', reason }]);
    },
    passed: ({ id }) => void written.unseen.delete(id),
    caughtUp: () => written.unseen.clear(),
    isWritten: (batches) => !batches.some(isNew),
    async writeSoon(batches) {
      gone.clear();
      if (batches.some(isNew))
        await write(
          () => batches.filter(isNew),
          () => admissions.rest(),
        );
    },
    admit({ key }) {
      if (!numberOf) admissions.add(key.day);
    },
    flush: () => write(NO_BATCHES, () => (isCapped && !numberOf ? [] : admissions.rest())),
    saveDay: (day) => queue.turn((commit) => commit({ day })),
    close() {
      return write(() => {
        countFirsts(ahead.values(), -1);
        queue.results.unsent.push(...ahead.keys());
        ahead.clear();
        return [];
      }, admissions.rest);
    },
  };
}
