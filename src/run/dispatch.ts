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
  /** Has `flush` called at the instant, in epoch ms, or before. */
  readonly wakeAt: (instantMs: number) => void;
}

export interface Dispatch {
  /** Requests without an answer. */
  readonly inFlight: number;
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
export function settle(
  recorder: Recorder,
  { hits }: Batch,
  outcomes: readonly (Outcome | undefined)[],
): void {
  for (let i = 0; i < hits.length; i++) {
    const hit = hits[i];
    const outcome = outcomes[i];
    if (hit && outcome) recorder.settle(hit, outcome);
  }
}

export function createDispatch(rules: DispatchOptions): Dispatch {
  const { transport, recorder, lanes, clock, stop, concurrency, requests } = rules;
  const { sendJournal: departures } = recorder;
  /** May leave, and are not written down yet. */
  let held: Batch[] = [];
  let inFlight = 0;

  function record(batch: Batch, delivery: Delivery): void {
    const { outcomes, sentMs, answeredMs, fatal } = delivery;
    const { leaveMs, readyMs = leaveMs } = batch;
    const fromMs = leaveMs > 0 ? leaveMs : (sentMs ?? answeredMs);
    recorder.sent(batch, delivery, { lagMs: readyMs - leaveMs, latencyMs: answeredMs - fromMs });
    settle(recorder, batch, outcomes);
    if (fatal) stop.request('authentication');
  }

  async function deliver(batch: Batch): Promise<void> {
    inFlight++;
    try {
      record(batch, await transport.send(batch, stop.draining));
    } catch (error) {
      rules.onError(error);
    }
    inFlight--;
    lanes.release(batch.lane);
    rules.onSettled();
  }

  /** As long as most of the requests are under way, more can be written down at once. */
  function isWorthWaiting({ restUntilMs }: SendJournal): boolean {
    return held.length < inFlight && clock.now() < restUntilMs;
  }

  return {
    get inFlight() {
      return inFlight;
    },
    get size() {
      return inFlight + held.length;
    },
    get hasRoom() {
      if (requests && requests.room <= held.length) return false;
      return inFlight + held.length < concurrency;
    },
    add(batch) {
      if (departures?.leave(batch) === false) held.push(batch);
      else void deliver(batch);
    },
    flush() {
      if (!departures || held.length === 0) return;
      if (isWorthWaiting(departures)) {
        rules.wakeAt(departures.restUntilMs);
        return;
      }
      const leaving = held;
      held = [];
      departures.begin(leaving, lanes.waiting);
      for (const batch of leaving) void deliver(batch);
    },
  };
}
