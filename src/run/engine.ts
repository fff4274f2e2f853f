/** The loop of every run: takes batches off the timeline when they are due and keeps lanes in order. */
import type { Clock } from '../types/clock.ts';
import type { Batch, PaceDecision, Pacer, Transport } from '../types/delivery.ts';
import type { Outcome } from '../types/outcome.ts';
import type { RequestGate } from '../types/request-flow.ts';
import { createAdmission } from './admission.ts';
import { createDispatch, latenessMs, settle } from './dispatch.ts';
import type { Gate } from './gate.ts';
import { createInDoubt, LOST, UNKNOWN } from './in-doubt.ts';
import { createLanes } from './lanes.ts';
import type { Recorder } from './recorder.ts';
import type { Stop } from './stop.ts';

/** Batches of an earlier life that are gone through before signals and answers get their turn. */
const REPLAYED_AT_ONCE = 256;

export interface EngineOptions {
  readonly timeline: Iterator<Batch>;
  readonly pacer: Pacer;
  readonly gate: Gate;
  readonly transport: Transport;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly stop: Stop;
  /** Batches under way at most. */
  readonly concurrency: number;
  /** Where the target may get fewer requests at a time than that. */
  readonly requests?: Pick<RequestGate, 'room' | 'onRoom'>;
  /** Batches taken off the timeline and not yet settled at most; infinite where arrivals wait for nobody. */
  readonly lookahead: number;
  /** The lookahead is filled again when so many, at most all, are missing: what is planned together is planned faster. */
  readonly refill: number;
  /**
   * A batch that could not leave within this time after it should have is skipped, with the rest of its visit: as
   * `behind` when the engine came to it too late, as `late` when it waited for the target.
   */
  readonly maxLatenessMs: number;
  /** Where the right to send may be lost for a while: since when it is there, in epoch ms. */
  readonly mayLeaveSinceMs?: () => number;
  /** What should have left before this instant was a lost worker's to send: skipped, it is so for that reason. */
  readonly takenOverMs?: number;
}

const SEND: PaceDecision = { kind: 'send' };

/**
 * Resolves when the timeline is at its end or the run is stopped, and nothing is in flight any more. Rejects, once
 * nothing is in flight, with the first error that the plan or the recorder threw.
 */
export function runEngine(rules: EngineOptions): Promise<void> {
  const { timeline, pacer, recorder, clock, stop } = rules;
  const admission = createAdmission(rules.gate, recorder);
  const lanes = createLanes();
  const inDoubt = createInDoubt({ ...rules, admission, lanes });
  const dispatch = createDispatch({
    ...rules,
    lanes,
    wakeAt,
    isAbsent: inDoubt.isAbsent,
    onSettled: pump,
    onError: fail,
  });
  const { promise, resolve, reject } = createDeferred();
  let next: IteratorResult<Batch, unknown> = timeline.next();
  const refillAt = rules.lookahead - rules.refill;
  let isWaking = false;
  let isGateAsking = false;
  let isStopped = stop.draining.aborted;
  let isCounted = false;
  let failure: { readonly error: unknown } | undefined;

  function fail(error: unknown): void {
    failure ??= { error };
    stop.request('failure');
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

  /** False while the gate finds out about the day: then the engine goes on when it has. */
  function isGateReady(batch: Batch): boolean {
    const readiness = isGateAsking ? undefined : admission.readiness(batch);
    if (readiness) {
      isGateAsking = true;
      const goOn = () => {
        isGateAsking = false;
        pump();
      };
      void readiness.catch(fail).then(goOn);
    }
    return !isGateAsking;
  }

  /** Of a visit that a lost worker has ended, nothing more is sent. */
  function endAsBefore(batch: Batch, [outcome]: readonly (Outcome | undefined)[]): void {
    if (batch.leaveMs === 0 || !outcome) return;
    const [hit] = batch.hits;
    if (!hit) return;
    const hasEnded = outcome.kind === 'skipped' || outcome.reason === UNKNOWN.reason;
    if (hasEnded) admission.dropRest(hit, outcome.kind === 'skipped' ? (outcome.reason ?? LOST) : LOST);
  }

  const reasonOf = ({ leaveMs }: Batch, reason: string) =>
    leaveMs > 0 && leaveMs < (rules.takenOverMs ?? 0) ? LOST : reason;

  /** What lost workers have sent is counted also when the run is stopped. True: all of it is. */
  function countReplayed(): boolean {
    for (let counted = 0; counted < REPLAYED_AT_ONCE; counted++) {
      if (failure || !recorder.isReplaying || next.done || next.value.leaveMs > clock.now()) return true;
      const batch = next.value;
      admission.admit(batch);
      const known = recorder.known?.(batch);
      const rest = recorder.isInDoubt?.(batch) ? UNKNOWN : undefined;
      settle(
        recorder,
        batch,
        batch.hits.map((_, i) => known?.[i] ?? rest),
      );
      next = timeline.next();
    }
    void clock.sleepUntil(clock.now() + 1, new AbortController().signal).then(pump);
    return false;
  }

  function makeReady(batch: Batch): void {
    if (!admission.shouldSend(batch)) return;
    lanes.add(batch.leaveMs > 0 ? { ...batch, readyMs: clock.now() } : batch);
  }

  /** Takes what is due off the timeline. A batch without a time of its own is due at once, and paced as it leaves. */
  function take(): void {
    if (lanes.size + dispatch.size > refillAt) return;
    let replayed = 0;
    while (!isStopped && !next.done && lanes.size + dispatch.size < rules.lookahead) {
      if (admission.isOver) {
        next = { done: true, value: undefined };
        return;
      }
      const batch = next.value;
      const decision = batch.leaveMs > 0 ? pace(batch) : SEND;
      if (decision.kind === 'wait') recorder.caughtUp?.();
      if (decision.kind === 'wait' || !isGateReady(batch)) return;
      admission.admit(batch, decision.kind === 'skip');
      const known = recorder.known?.(batch);
      if (recorder.isInDoubt?.(batch)) inDoubt.add(batch);
      else if (known) {
        settle(recorder, batch, known);
        endAsBefore(batch, known);
        if (known.includes(undefined)) makeReady({ ...batch, known });
        replayed++;
      } else if (decision.kind === 'skip') admission.skip(batch.hits, decision.reason);
      else if (latenessMs(batch, clock) > rules.maxLatenessMs)
        admission.skip(batch.hits, reasonOf(batch, 'behind'));
      else makeReady(batch);
      next = timeline.next();
      if (replayed === REPLAYED_AT_ONCE) {
        wakeAt(clock.now() + 1);
        return;
      }
    }
  }

  /** Takes the next batch that may leave now out of the lanes; those that have become useless are settled. */
  function nextToLeave(): Batch | undefined {
    for (let waiting = lanes.first; waiting && !isStopped; waiting = lanes.first) {
      const decision = waiting.leaveMs > 0 ? SEND : pace(waiting);
      if (decision.kind === 'wait') return undefined;
      lanes.take();
      if (waiting.isInDoubt) return waiting;
      const shouldSend = admission.shouldSend(waiting);
      const isLate = latenessMs(waiting, clock) > rules.maxLatenessMs;
      if (shouldSend && decision.kind === 'send' && !isLate) return waiting;
      if (shouldSend)
        admission.skip(waiting.hits, decision.kind === 'skip' ? decision.reason : reasonOf(waiting, 'late'));
      lanes.release(waiting.lane);
    }
    return undefined;
  }

  /** Sends what waits while there is room. */
  function send(): void {
    while (dispatch.hasRoom) {
      const batch = nextToLeave();
      if (!batch) break;
      dispatch.add(batch);
    }
    if (!isStopped) dispatch.flush();
  }

  const isIdle = () => lanes.size + dispatch.size === 0;
  /** Something will wake the engine, though nothing is under way. */
  const isWaiting = () => isWaking || isGateAsking;

  function pump(): void {
    try {
      do {
        take();
        send();
      } while (!isStopped && !next.done && !isWaiting() && isIdle());
    } catch (error) {
      fail(error);
    }
    const isOver = isStopped ? isDrained() : next.done === true && isIdle();
    if (!isOver) return;
    if (failure) reject(failure.error);
    else resolve();
  }

  function isDrained(): boolean {
    try {
      isCounted ||= countReplayed();
    } catch (error) {
      fail(error);
    }
    return isCounted && dispatch.isAtRest;
  }

  const drain = () => {
    isStopped = true;
    for (const batch of lanes.waiting) if (batch.isInDoubt) settle(recorder, batch, [UNKNOWN]);
    pump();
  };
  stop.draining.addEventListener('abort', drain, { once: true });
  rules.requests?.onRoom(pump);
  pump();
  return promise;
}

function createDeferred() {
  let [resolve, reject]: [() => void, (error: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<void>((onDone, onFailed) => {
    [resolve, reject] = [onDone, onFailed];
  });
  return { promise, resolve, reject };
}
