/** Requests under way: each batch is written down, sent, and recorded with what came of it. */
import type { Clock } from '../types/clock.ts';
import type { Batch, Delivery, Transport } from '../types/delivery.ts';
import type { Outcome } from '../types/outcome.ts';
import type { RequestGate } from '../types/request-flow.ts';
import type { Lanes } from './lanes.ts';
import type { Recorder, SendJournal } from './recorder.ts';
import type { Stop } from './stop.ts';

export interface DispatchOptions {
  readonly transport: Transport;
  readonly recorder: Recorder;
  readonly lanes: Lanes;
  readonly clock: Clock;
  readonly stop: Stop;
  /** Batches under way at most. */
  readonly concurrency: number;
  /** Where the target may get fewer requests at a time. */
  readonly requests?: Pick<RequestGate, 'room'>;
  /** Called when a request has come to its end. */
  readonly onSettled: () => void;
  readonly onError: (error: unknown) => void;
  /** Where the right to send may be lost for a while: since when it is there, in epoch ms. */
  readonly mayLeaveSinceMs?: () => number;
  /** Settles a batch in doubt; true when it is to be sent. */
  readonly isAbsent: (batch: Batch) => Promise<boolean>;
  /** Has `flush` called at the instant, in epoch ms, or before. */
  readonly wakeAt: (instantMs: number) => void;
}

export interface Dispatch {
  /** No request is without its answer, and nothing is being written down. */
  readonly isAtRest: boolean;
  /** Batches that were added and have not come to their end. */
  readonly size: number;
  readonly hasRoom: boolean;
  /** Sends the batch, or holds it until it is written down. */
  add(batch: Batch): void;
  /** Sends what is held, unless more is to be written down with it. */
  flush(): void;
}

/** How late a batch that leaves now is; one without a time of its own is never late. */
export function latenessMs({ leaveMs }: Batch, clock: Clock): number {
  return leaveMs > 0 ? clock.now() - leaveMs : 0;
}

/** Records the outcome of each hit of the batch that has one. */
export function settle(recorder: Recorder, batch: Batch, outcomes: readonly (Outcome | undefined)[]): void {
  const { wholeVisits } = batch;
  if (wholeVisits && recorder.accept && outcomes.every((outcome) => outcome?.kind === 'accepted')) {
    for (const visit of wholeVisits) recorder.accept(visit);
    return;
  }
  const { hits } = batch;
  for (let i = 0; i < hits.length; i++) {
    const hit = hits[i];
    const outcome = outcomes[i];
    if (hit && outcome) recorder.settle(hit, outcome);
  }
}

function unknownDelivery({ hits }: Batch, nowMs: number): Delivery {
  return {
    outcomes: hits.map(() => ({ kind: 'unknown', reason: 'abandoned' })),
    retries: 0,
    sentMs: undefined,
    answeredMs: nowMs,
  };
}

export function createDispatch(rules: DispatchOptions): Dispatch {
  const { transport, recorder, lanes, clock, stop, concurrency, requests } = rules;
  const { sendJournal: journal } = recorder;
  /** May leave, and are not written down yet. */
  let held: Batch[] = [];
  /** Are being written down. */
  let writing: readonly Batch[] = [];
  /** Sent, and not at their end. */
  const inFlight = new Set<Batch>();
  /** Batches in doubt that are asked about. */
  let asked = 0;
  /** By lane: until when its batches have waited for what became of another one. */
  const clarifiedMs = new Map<number, number>();

  /** From when on nothing but the target kept the batch back: it does not answer for the time that the ledger takes. */
  function freeMs({ leaveMs, heldMs: [heldMs, writtenMs] = [0, 0], lane }: Batch): number {
    const sinceMs = Math.max(leaveMs, clarifiedMs.get(lane) ?? 0, rules.mayLeaveSinceMs?.() ?? 0);
    return sinceMs + Math.max(0, writtenMs - Math.max(heldMs, sinceMs));
  }

  function record(batch: Batch, delivery: Delivery): void {
    const { outcomes, sentMs, answeredMs, fatal } = delivery;
    const { leaveMs, readyMs = leaveMs } = batch;
    const leftMs = sentMs ?? answeredMs;
    const fromMs = leaveMs > 0 ? Math.min(freeMs(batch), leftMs) : leftMs;
    const lagMs = leaveMs > 0 ? Math.max(readyMs, fromMs) - leaveMs : 0;
    recorder.sent(batch, delivery, { lagMs, latencyMs: answeredMs - fromMs });
    settle(recorder, batch, outcomes);
    if (fatal) stop.request('authentication');
  }

  /** A batch that was given up has come to its end before. */
  function end(batch: Batch, conclude: () => void): void {
    if (!inFlight.delete(batch)) return;
    try {
      conclude();
    } catch (error) {
      rules.onError(error);
    }
    lanes.release(batch.lane);
    rules.onSettled();
  }

  function deliver(batch: Batch): void {
    inFlight.add(batch);
    journal?.leave(batch);
    transport.send(batch, stop.draining).then(
      (delivery) => end(batch, () => record(batch, delivery)),
      (error: unknown) => end(batch, () => rules.onError(error)),
    );
  }

  /** The user leaves at once: what became of the hits in flight is not known. */
  function giveUp(): void {
    for (const batch of inFlight) end(batch, () => record(batch, unknownDelivery(batch, clock.now())));
  }

  /** As long as most of the requests are under way, more can be written down at once. */
  function isWorthWaiting({ restUntilMs }: SendJournal): boolean {
    return held.length < inFlight.size && clock.now() < restUntilMs;
  }

  /** What was written down leaves, unless the run was stopped meanwhile. */
  function sendWritten(written: readonly Batch[]): void {
    if (stop.draining.aborted) return;
    const writtenMs = clock.now();
    for (const batch of written)
      deliver(batch.leaveMs > 0 ? { ...batch, heldMs: [batch.heldMs?.[0] ?? writtenMs, writtenMs] } : batch);
    const waiting = held;
    held = [];
    for (const batch of waiting) add(batch);
  }

  /** One commit at a time: what comes meanwhile goes with the next one. */
  async function writeHeld(to: SendJournal): Promise<void> {
    const leaving = held;
    held = [];
    writing = leaving;
    try {
      await to.begin(leaving, lanes.waiting);
      writing = [];
      sendWritten(leaving);
    } catch (error) {
      writing = [];
      rules.onError(error);
    }
    rules.onSettled();
  }

  /** Its lane waits until it is known what became of it. */
  async function clarify(batch: Batch): Promise<void> {
    asked++;
    let isAbsent = false;
    try {
      isAbsent = await rules.isAbsent(batch);
    } catch (error) {
      rules.onError(error);
    }
    asked--;
    clarifiedMs.set(batch.lane, clock.now());
    if (isAbsent && !stop.draining.aborted) add({ ...batch, isInDoubt: false });
    else lanes.release(batch.lane);
    rules.onSettled();
  }

  function hold(batch: Batch): void {
    const nowMs = clock.now();
    held.push(batch.leaveMs > 0 && !batch.heldMs ? { ...batch, heldMs: [nowMs, nowMs] } : batch);
  }

  function add(batch: Batch): void {
    if (batch.isInDoubt) void clarify(batch);
    else if (journal?.isWritten(batch) === false) hold(batch);
    else deliver(batch);
  }

  stop.abandoned.addEventListener('abort', giveUp, { once: true });
  return {
    add,
    get isAtRest() {
      return inFlight.size + asked === 0 && writing.length === 0;
    },
    get size() {
      return inFlight.size + asked + writing.length + held.length;
    },
    get hasRoom() {
      const waiting = writing.length + held.length;
      if (requests && requests.room <= waiting) return false;
      return inFlight.size + waiting < concurrency;
    },
    flush() {
      if (!journal || held.length === 0 || writing.length > 0) return;
      if (isWorthWaiting(journal)) rules.wakeAt(journal.restUntilMs);
      else void writeHeld(journal);
    },
  };
}
