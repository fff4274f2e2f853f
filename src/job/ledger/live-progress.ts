/** How far a live run that workers share has come: counts of the visits that are over, from which another worker goes on. */
import { createTally, type Tally } from '../../ledger/tally.ts';
import type { Totals } from '../../ledger/totals.ts';
import { NO_DIGEST, sumOfDigests, TrafficDigest } from '../../plan/digest.ts';
import type { HitNumbers } from '../../plan/hit-numbers.ts';
import type { Recorder } from '../../run/recorder.ts';
import type { Batch } from '../../types/delivery.ts';
import type { VisitRecord } from '../../types/hit.ts';
import type { LocalDate } from '../../types/local-date.ts';
import { isTurnedAway, type Outcome } from '../../types/outcome.ts';

export interface Checkpoint {
  /** All visits whose first hit left before this instant are over and counted, and no others; epoch ms. */
  readonly untilMs: number;
  /** Of these, the visits that were let in. */
  readonly admitted: number;
  /** Of their traffic. */
  readonly digest: string;
  readonly days: readonly { readonly date: LocalDate; readonly totals: Totals }[];
  /** Numbers of their hits since the checkpoint before: the ledger need not keep them any longer. */
  readonly finished: readonly number[];
}

export interface LiveProgress extends Pick<Recorder, 'plan' | 'settle' | 'sent'> {
  /** The batch comes off the timeline, after its visit was planned. */
  take(batch: Batch): void;
  checkpoint(): Checkpoint;
}

interface OpenVisit {
  readonly visit: VisitRecord;
  leaveMs: number;
  left: number;
  readonly outcomes: (Outcome | undefined)[];
}

export interface LiveProgressOptions {
  /** Of a former owner. */
  readonly before: Checkpoint | undefined;
  readonly target: string;
  readonly numberOf: HitNumbers;
  /** Aborted, what is settled is no longer counted: what the end of the run cuts off is another's to go on with. */
  readonly signal: AbortSignal;
}

/** @param startMs when the run began */
export function createLiveProgress(startMs: number, options: LiveProgressOptions): LiveProgress {
  const { before, target, numberOf, signal } = options;
  const days = new Map<LocalDate, Tally>();
  const open = new Map<VisitRecord, OpenVisit>();
  const digest = new TrafficDigest();
  /** In the order in which their first hits leave. */
  let queue: OpenVisit[] = [];
  let finished: number[] = [];
  let untilMs = before?.untilMs ?? startMs;
  let admitted = before?.admitted ?? 0;

  function tallyOf(date: LocalDate): Tally {
    let tally = days.get(date);
    if (!tally) {
      const known = before?.days.find((day) => day.date === date);
      tally = createTally(() => {}, known ? [{ target, ...known }] : []);
      days.set(date, tally);
    }
    return tally;
  }
  for (const { date } of before?.days ?? []) tallyOf(date);

  function count({ visit, outcomes }: OpenVisit): void {
    const tally = tallyOf(visit.key.day);
    tally.plan(visit);
    for (const hit of visit.hits) {
      tally.settle(hit, outcomes[hit.seq] ?? { kind: 'unknown' });
      finished.push(numberOf(hit));
    }
    digest.add(visit.digest);
    if (!isTurnedAway(outcomes[0]?.reason)) admitted++;
  }

  function advance(): void {
    const firstOpen = queue.find(({ left }) => left > 0) ?? queue.at(-1);
    if (!firstOpen) return;
    untilMs = Math.max(untilMs, firstOpen.leaveMs);
    const over = queue.findIndex(({ leaveMs }) => leaveMs >= firstOpen.leaveMs);
    for (const visit of queue.slice(0, over)) count(visit);
    queue = queue.slice(over);
  }

  return {
    plan(visit) {
      if (signal.aborted) return;
      const outcomes: (Outcome | undefined)[] = new Array(visit.hits.length).fill(undefined);
      const entry = { visit, leaveMs: untilMs, left: visit.hits.length, outcomes };
      open.set(visit, entry);
      queue.push(entry);
    },
    take({ hits: [hit], leaveMs }) {
      const entry = hit?.seq === 0 ? open.get(hit.visit) : undefined;
      if (entry) entry.leaveMs = leaveMs;
    },
    settle({ visit, seq }, outcome) {
      const entry = open.get(visit);
      if (signal.aborted || !entry || entry.outcomes[seq]) return;
      entry.outcomes[seq] = outcome;
      entry.left--;
      if (entry.left === 0) open.delete(visit);
    },
    sent(batch, delivery, times) {
      const [hit] = batch.hits;
      if (hit && !signal.aborted) tallyOf(hit.visit.key.day).sent(batch, delivery, times);
    },
    checkpoint() {
      advance();
      const gone = finished;
      finished = [];
      return {
        untilMs,
        admitted,
        digest: sumOfDigests([before?.digest ?? NO_DIGEST, digest.value]),
        days: [...days].map(([date, { total }]) => ({ date, totals: total })),
        finished: gone,
      };
    },
  };
}
