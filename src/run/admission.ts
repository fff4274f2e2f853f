/** Which of the hits on the timeline are to be sent: visits are asked for at the gate, and may be dropped on their way. */
import { type Batch, firstVisitOf } from '../types/delivery.ts';
import type { Hit, VisitRecord } from '../types/hit.ts';
import type { Gate } from './gate.ts';
import type { Recorder } from './recorder.ts';

export interface Admission {
  /** Undefined when the gate can be asked for the batch's visits, all of one day; else resolves when it can. */
  readiness(batch: Batch): Promise<void> | undefined;
  /**
   * Asks the gate for each visit that begins in the batch. To be called once for every batch, in their order.
   * @param isPaused nothing of the batch is sent
   */
  admit(batch: Batch, isPaused?: boolean): void;
  /**
   * Whether the batch is to be sent; if not, its hits are settled. Hits of visits that may be dropped or refused, as in
   * a live run, have a batch each.
   */
  shouldSend(batch: Batch): boolean;
  /** Settles the hits without sending them, and with them the rest of their visits, unless that is so already. */
  skip(hits: readonly Hit[], reason: string): void;
  /** Why nothing of the hit's visit is sent any more: `full` where the visit is not even planned. */
  refusal(hit: Hit): string | undefined;
  /** The rest of the hit's visit is not to be sent. */
  dropRest(hit: Hit, reason: string): void;
  /** The run has enough, and the last visit that was let in has come to its end. */
  readonly isOver: boolean;
}

/** A visit that came when the run had enough. */
export const FULL = 'full';

export function createAdmission(gate: Gate, recorder: Recorder): Admission {
  /** Visits whose remaining hits are settled without being sent, with the reason. */
  const dropped = new Map<VisitRecord, string>();
  /** Visits that came when the run had enough: they are not even planned. */
  const refused = new Set<VisitRecord>();
  /** Visits that have come and whose last hit has not. */
  let underWay = 0;

  const isLast = ({ seq, visit }: Hit) => seq === visit.kinds.length - 1;

  function begin(visit: VisitRecord, isPaused: boolean): void {
    const admission = gate.admit(visit, isPaused);
    if (admission === 'full') {
      refused.add(visit);
      return;
    }
    recorder.plan(visit);
    underWay++;
    if (admission === 'admit') recorder.admitted?.(visit);
    else dropped.set(visit, admission);
  }

  function admitWhole(visit: VisitRecord, isPaused: boolean): void {
    begin(visit, isPaused);
    if (!refused.has(visit)) underWay--;
  }

  function drop(hit: Hit, reason: string): void {
    recorder.skipped?.(hit, reason);
    recorder.settle(hit, { kind: 'skipped', reason });
    dropRest(hit, reason);
  }

  function dropRest(hit: Hit, reason: string): void {
    if (isLast(hit)) dropped.delete(hit.visit);
    else dropped.set(hit.visit, reason);
  }

  function shouldSendHit(hit: Hit): boolean {
    if (refused.has(hit.visit)) {
      if (isLast(hit)) refused.delete(hit.visit);
      return false;
    }
    const reason = dropped.get(hit.visit);
    if (reason !== undefined) drop(hit, reason);
    return reason === undefined;
  }

  return {
    get isOver() {
      return underWay === 0 && gate.isFull;
    },
    readiness(batch) {
      const first = firstVisitOf(batch);
      return first && gate.readiness(first.key.day);
    },
    admit(batch, isPaused = false) {
      if (batch.wholeVisits) {
        for (const visit of batch.wholeVisits) admitWhole(visit, isPaused);
        return;
      }
      for (const hit of batch.hits) {
        if (hit.seq === 0) begin(hit.visit, isPaused);
        if (isLast(hit) && !refused.has(hit.visit)) underWay--;
      }
    },
    shouldSend(batch) {
      if (dropped.size === 0 && refused.size === 0) return true;
      const { hits } = batch;
      const wanted = hits.filter(shouldSendHit);
      if (wanted.length > 0 && wanted.length < hits.length) throw new Error('a batch is sent as a whole');
      return wanted.length > 0;
    },
    refusal: ({ visit }) => (refused.has(visit) ? FULL : dropped.get(visit)),
    dropRest,
    skip(hits, reason) {
      for (const hit of hits) if (shouldSendHit(hit)) drop(hit, reason);
    },
  };
}
