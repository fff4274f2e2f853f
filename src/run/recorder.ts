/** Where the engine tells what becomes of every visit, batch and hit. */
import type { Batch, Delivery } from '../types/delivery.ts';
import type { Hit, VisitRecord } from '../types/hit.ts';
import type { Outcome } from '../types/outcome.ts';

/** Times of a batch that was sent, in milliseconds. */
export interface SendTimes {
  /** How late it was ready to leave, written down too: what it waited for the target is part of the latency. */
  readonly lagMs: number;
  /**
   * Until its answer was complete, from when it should have left, without what it waited for the ledger; of the first
   * request where there are several.
   */
  readonly latencyMs: number;
}

/** What must survive a crash, written before it leaves: one write for many batches. */
export interface SendJournal {
  /** True: the batch is written down and may leave. False: it is to be given to `begin` first. */
  isWritten(batch: Batch): boolean;
  /** The batch, which is written down, leaves now. */
  leave(batch: Batch): void;
  /**
   * Resolves when the batches are on the disk and may leave. Not to be called again before that.
   * @param waiting those that will leave next, about in their order; some of them may be written along
   */
  begin(leaving: readonly Batch[], waiting: Iterable<Batch>): Promise<void>;
  /** Until then, in epoch ms, others should leave before `begin` is called again: writing has its price. */
  readonly restUntilMs: number;
}

export interface Recorder {
  /** The visit's hits are now planned; each will be settled once. */
  plan(visit: VisitRecord): void;
  /** The gate has let the visit in: it counts towards its day's cap. */
  admitted?(visit: VisitRecord): void;
  /** How hits of the batch ended in an earlier process of this run; undefined when all are still to be sent. */
  known?(batch: Batch): readonly (Outcome | undefined)[] | undefined;
  /** Some of what an earlier process has written down was not asked for yet: it is counted also when the run is stopped. */
  readonly isReplaying?: boolean;
  /** What comes next is not due yet. */
  caughtUp?(): void;
  /** The batch may have left a lost process, and its outcome is not known. */
  isInDoubt?(batch: Batch): boolean;
  /** What became of a batch in doubt, of one hit; undefined when it is to be sent. */
  resolve?(batch: Batch, signal: AbortSignal): Promise<Outcome | undefined>;
  /** The hit will not be sent; it is settled next. */
  skipped?(hit: Hit, reason: string): void;
  /** Where nothing may leave before it is written down. */
  readonly sendJournal?: SendJournal;
  /** The batch was sent; its hits are settled next. */
  sent(batch: Batch, delivery: Delivery, times: SendTimes): void;
  settle(hit: Hit, outcome: Outcome): void;
  /** All hits of the visit were accepted: called in place of `settle` for each of them. */
  accept?(visit: VisitRecord): void;
}
