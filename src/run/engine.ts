/** The loop of every run: takes batches off the timeline when they are due and keeps lanes in order. */
import type { Batch, Clock, Delivery, Hit, Outcome, Pacer, Transport, VisitOfHits } from '../types.ts';
import type { Gate } from './gate.ts';
import { createLanes } from './lanes.ts';
import type { Stop } from './stop.ts';

/** Where the engine tells what became of every hit. */
export interface Recorder {
  /** The visit's hits are now planned; each will be settled once. */
  plan(visit: VisitOfHits): void;
  settle(hit: Hit, outcome: Outcome): void;
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
  /** True: what cannot be delivered at all ends the run, for what comes after it would fare no better. */
  readonly stopsOnFailure: boolean;
}

/** Resolves when the timeline is at its end or the run is stopped, and nothing is in flight any more. */
export function runEngine(rules: EngineRules): Promise<void> {
  const { timeline, pacer, gate, transport, recorder, clock, stop } = rules;
  const lanes = createLanes();
  /** Visits whose remaining hits are settled without being sent, with the reason. */
  const dropped = new Map<VisitOfHits, string>();
  /** Visits that came when the run had enough: they are not even planned. */
  const refused = new Set<VisitOfHits>();
  /** Visits that have come and whose last hit has not. */
  let underWay = 0;
  let next = timeline.next();
  let inFlight = 0;
  let isWaking = false;

  return new Promise((resolve, reject) => {
    const isStopped = () => stop.draining.aborted;

    function skip(hit: Hit, reason: string): void {
      recorder.settle(hit, { kind: 'skipped', reason });
      if (hit.seq === hit.visit.hits.length - 1) dropped.delete(hit.visit);
      else dropped.set(hit.visit, reason);
    }

    /** Asks the gate for each visit that begins in the batch. */
    function admitVisits(batch: Batch): void {
      for (const { seq, visit } of batch.hits) {
        if (seq === 0) {
          const admission = gate.admit(visit);
          if (admission === 'full') refused.add(visit);
          else {
            recorder.plan(visit);
            underWay++;
            if (admission === 'capped') dropped.set(visit, 'capped');
          }
        }
        if (seq === visit.hits.length - 1 && !refused.has(visit)) underWay--;
      }
    }

    /** The batch without the hits of dropped visits, which are settled; undefined when none is left. */
    function withoutDropped(batch: Batch): Batch | undefined {
      if (dropped.size === 0 && refused.size === 0) return batch;
      const hits = batch.hits.filter((hit) => {
        if (refused.has(hit.visit)) return false;
        const reason = dropped.get(hit.visit);
        if (reason !== undefined) skip(hit, reason);
        return reason === undefined;
      });
      return hits.length > 0 ? { ...batch, hits } : undefined;
    }

    function wakeAt(instantMs: number): void {
      if (isWaking) return;
      isWaking = true;
      clock.sleepUntil(instantMs, stop.draining).then(() => {
        isWaking = false;
        pump();
      }, reject);
    }

    /** Takes what is due off the timeline. */
    function take(): void {
      while (!isStopped() && !next.done && lanes.size + inFlight < rules.lookahead) {
        const decision = pacer(next.value, clock.now());
        if (decision.kind === 'wait') {
          wakeAt(decision.untilMs);
          return;
        }
        const batch = next.value;
        admitVisits(batch);
        if (decision.kind === 'skip') for (const hit of batch.hits) skip(hit, decision.reason);
        const rest = decision.kind === 'send' ? withoutDropped(batch) : undefined;
        if (rest) lanes.add(rest);
        next = refused.size > 0 && underWay === 0 ? { done: true, value: undefined } : timeline.next();
      }
    }

    /** Sends what waits while there is room. */
    function send(): void {
      while (!isStopped() && inFlight < rules.concurrency) {
        const waiting = lanes.take();
        if (!waiting) return;
        const batch = withoutDropped(waiting);
        const lagMs = batch && batch.leaveMs > 0 ? clock.now() - batch.leaveMs : 0;
        if (batch && lagMs <= rules.maxLatenessMs) deliver(batch, lagMs);
        else {
          for (const hit of batch?.hits ?? []) skip(hit, 'late');
          lanes.release(waiting.lane);
        }
      }
    }

    function deliver(batch: Batch, lagMs: number): void {
      inFlight++;
      transport.send(batch.hits, stop.draining).then((delivery) => {
        inFlight--;
        const fromMs = batch.leaveMs > 0 ? batch.leaveMs : (delivery.sentMs ?? delivery.answeredMs);
        recorder.sent(batch, delivery, { lagMs, latencyMs: delivery.answeredMs - fromMs });
        batch.hits.forEach((hit, i) => {
          recorder.settle(hit, delivery.outcomes[i] as Outcome);
        });
        if (delivery.fatal) stop.request('authentication');
        else if (rules.stopsOnFailure && delivery.outcomes[0]?.kind === 'failed') stop.request('target');
        lanes.release(batch.lane);
        pump();
      }, reject);
    }

    function pump(): void {
      try {
        take();
        send();
      } catch (error) {
        reject(error);
        return;
      }
      const isOver = isStopped() || (next.done && lanes.size === 0);
      if (isOver && inFlight === 0) resolve();
    }

    stop.draining.addEventListener('abort', pump, { once: true });
    pump();
  });
}
