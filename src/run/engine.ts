/** The loop of every run: takes batches off the timeline when they are due and keeps lanes in order. */
import type {
  Batch,
  Clock,
  Delivery,
  Hit,
  Outcome,
  PaceDecision,
  Pacer,
  Transport,
  VisitOfHits,
} from '../types.ts';
import type { Gate } from './gate.ts';
import { createLanes } from './lanes.ts';
import type { Stop } from './stop.ts';

/** Batches of an earlier life that are gone through before signals and answers get their turn. */
const REPLAYED_AT_ONCE = 256;

/** Where the engine tells what became of every hit. */
export interface Recorder {
  /** The visit's hits are now planned; each will be settled once. */
  plan(visit: VisitOfHits): void;
  /** The gate has let the visit in: it counts towards its day's cap. */
  admitted?(visit: VisitOfHits): void;
  settle(hit: Hit, outcome: Outcome): void;
  /** How the batch ended in an earlier life of this run; undefined when it is still to be sent. */
  known?(batch: Batch): readonly Outcome[] | undefined;
  /** These batches leave now: what must survive a crash is on disk when it returns. */
  begin?(batches: readonly Batch[]): void;
  /** `lagMs`: how late it left; `latencyMs`: until its answer was complete, from when it should have left. */
  sent(batch: Batch, delivery: Delivery, times: { lagMs: number; latencyMs: number }): void;
}

export interface EngineRules {
  readonly timeline: Iterator<Batch>;
  readonly pacer: Pacer;
  readonly gate: Gate;
  readonly transport: Transport;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly stop: Stop;
  /** Requests in flight at most. */
  readonly concurrency: number;
  /** Batches taken off the timeline and not yet settled at most; infinite where arrivals wait for nobody. */
  readonly lookahead: number;
  /** A batch that could not leave within this time after it should have is skipped, with the rest of its visit. */
  readonly maxLatenessMs: number;
}

/** A batch that leaves now, and how late. */
interface Departure {
  readonly batch: Batch;
  readonly lagMs: number;
}

const SEND: PaceDecision = { kind: 'send' };

/**
 * Resolves when the timeline is at its end or the run is stopped, and nothing is in flight any more. Rejects, once
 * nothing is in flight, with the first error that the plan or the recorder threw.
 */
export function runEngine(rules: EngineRules): Promise<void> {
  const { timeline, pacer, gate, transport, recorder, clock, stop } = rules;
  const lanes = createLanes();
  /** Visits whose remaining hits are settled without being sent, with the reason. */
  const dropped = new Map<VisitOfHits, string>();
  /** Visits that came when the run had enough: they are not even planned. */
  const refused = new Set<VisitOfHits>();
  /** Visits that have come and whose last hit has not. */
  let underWay = 0;
  let next: IteratorResult<Batch, unknown> = timeline.next();
  let inFlight = 0;
  let isWaking = false;
  let failure: { readonly error: unknown } | undefined;

  return new Promise((resolve, reject) => {
    const isStopped = () => stop.draining.aborted;
    const isLast = ({ seq, visit }: Hit) => seq === visit.hits.length - 1;

    function fail(error: unknown): void {
      failure ??= { error };
      stop.request('failure');
    }

    function skip(hit: Hit, reason: string): void {
      recorder.settle(hit, { kind: 'skipped', reason });
      if (isLast(hit)) dropped.delete(hit.visit);
      else dropped.set(hit.visit, reason);
    }

    /** Asks the gate for each visit that begins in the batch. */
    function admitVisits(batch: Batch): void {
      for (const hit of batch.hits) {
        const { seq, visit } = hit;
        if (seq === 0) {
          const admission = gate.admit(visit);
          if (admission === 'full') refused.add(visit);
          else {
            recorder.plan(visit);
            underWay++;
            if (admission === 'capped') dropped.set(visit, 'capped');
            else recorder.admitted?.(visit);
          }
        }
        if (isLast(hit) && !refused.has(visit)) underWay--;
      }
    }

    /** False for a hit of a visit that is refused or dropped; one of a dropped visit is settled. */
    function isWanted(hit: Hit): boolean {
      if (refused.has(hit.visit)) {
        if (isLast(hit)) refused.delete(hit.visit);
        return false;
      }
      const reason = dropped.get(hit.visit);
      if (reason !== undefined) skip(hit, reason);
      return reason === undefined;
    }

    /** The batch without the hits that are not wanted; undefined when none is left. */
    function withoutDropped(batch: Batch): Batch | undefined {
      if (dropped.size === 0 && refused.size === 0) return batch;
      const hits = batch.hits.filter(isWanted);
      return hits.length > 0 ? { ...batch, hits } : undefined;
    }

    function wakeAt(instantMs: number): void {
      if (isWaking) return;
      isWaking = true;
      void clock.sleepUntil(instantMs, stop.draining).then(() => {
        isWaking = false;
        pump();
      });
    }

    /** The pacer's decision; a batch that is to wait is asked about again in time. */
    function pace(batch: Batch): PaceDecision {
      const decision = pacer(batch, clock.now());
      if (decision.kind === 'wait') wakeAt(decision.untilMs);
      return decision;
    }

    /** Settles a batch that an earlier life of this run has settled; false when there is none. */
    function replay(batch: Batch): boolean {
      const outcomes = recorder.known?.(batch);
      outcomes?.forEach((outcome, i) => {
        recorder.settle(batch.hits[i] as Hit, outcome);
      });
      return outcomes !== undefined;
    }

    /** Takes what is due off the timeline. A batch without a time of its own is due at once, and paced as it leaves. */
    function take(): void {
      let replayed = 0;
      while (!isStopped() && !next.done && lanes.size + inFlight < rules.lookahead) {
        if (gate.isFull && underWay === 0) {
          next = { done: true, value: undefined };
          return;
        }
        const batch = next.value;
        const decision = batch.leaveMs > 0 ? pace(batch) : SEND;
        if (decision.kind === 'wait') return;
        admitVisits(batch);
        if (replay(batch)) replayed++;
        else if (decision.kind === 'skip') for (const hit of batch.hits) skip(hit, decision.reason);
        else {
          const rest = withoutDropped(batch);
          if (rest) lanes.add(rest);
        }
        next = timeline.next();
        if (replayed === REPLAYED_AT_ONCE) {
          wakeAt(clock.now() + 1);
          return;
        }
      }
    }

    /** Sends what waits while there is room. */
    function send(): void {
      const leaving: Departure[] = [];
      while (!isStopped() && inFlight + leaving.length < rules.concurrency) {
        const waiting = lanes.first;
        if (!waiting) break;
        const decision = waiting.leaveMs > 0 ? SEND : pace(waiting);
        if (decision.kind === 'wait') break;
        lanes.take();
        const batch = withoutDropped(waiting);
        const lagMs = batch && batch.leaveMs > 0 ? clock.now() - batch.leaveMs : 0;
        const late = lagMs > rules.maxLatenessMs ? 'late' : undefined;
        const reason = decision.kind === 'skip' ? decision.reason : late;
        if (batch && reason === undefined) leaving.push({ batch, lagMs });
        else {
          for (const hit of batch?.hits ?? []) skip(hit, reason ?? '');
          lanes.release(waiting.lane);
        }
      }
      if (leaving.length === 0 || isStopped()) return;
      recorder.begin?.(leaving.map(({ batch }) => batch));
      for (const departure of leaving) deliver(departure);
    }

    function deliver({ batch, lagMs }: Departure): void {
      const delivering = transport.send(batch.hits, stop.draining);
      inFlight++;
      delivering
        .then((delivery) => settle(batch, delivery, lagMs))
        .catch(fail)
        .then(() => {
          inFlight--;
          lanes.release(batch.lane);
          pump();
        });
    }

    function settle(batch: Batch, delivery: Delivery, lagMs: number): void {
      const { outcomes, sentMs, answeredMs, fatal } = delivery;
      const fromMs = batch.leaveMs > 0 ? batch.leaveMs : (sentMs ?? answeredMs);
      recorder.sent(batch, delivery, { lagMs, latencyMs: answeredMs - fromMs });
      batch.hits.forEach((hit, i) => {
        recorder.settle(hit, outcomes[i] as Outcome);
      });
      if (fatal) stop.request('authentication');
    }

    function pump(): void {
      try {
        do {
          take();
          send();
        } while (!isStopped() && !next.done && !isWaking && lanes.size + inFlight === 0);
      } catch (error) {
        fail(error);
      }
      const isOver = isStopped() || (next.done && lanes.size === 0);
      if (!isOver || inFlight > 0) return;
      if (failure) reject(failure.error);
      else resolve();
    }

    stop.draining.addEventListener('abort', pump, { once: true });
    pump();
  });
}
