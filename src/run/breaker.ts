/** Pauses sending to a target that is down: after failures in a row, one request at a time checks whether it is back. */
import type { Clock } from '../types/clock.ts';
import type { Batch, Delivery, Transport } from '../types/delivery.ts';
import type { Outcome } from '../types/outcome.ts';

export interface BreakerOptions {
  /** Failed requests in a row before the breaker opens. */
  readonly threshold: number;
  readonly probeEveryMs: number;
  readonly clock: Clock;
  /** Called when sending pauses, and with undefined when the target is back. */
  readonly onChange?: (outage: Outage | undefined) => void;
}

/** Why sending pauses. */
export interface Outage {
  /** Failed requests in a row. */
  readonly failures: number;
  /** Of the last failure, such as `http-503`. */
  readonly reason: string;
  /** Until the next request that checks. */
  readonly retryInMs: number;
}

/** A server that refuses one hit after the other is left alone for a while, as one that is down. */
const isFailure = ({ kind, reason }: Outcome) =>
  kind === 'failed' || kind === 'unknown' || reason === 'forbidden';

/** Why the request failed; undefined where it got an answer. */
function failureOf({ outcomes }: Delivery): string | undefined {
  let reason: string | undefined;
  for (const outcome of outcomes) {
    if (!isFailure(outcome)) return undefined;
    reason ??= outcome.reason;
  }
  return reason;
}

function skipped({ hits }: Batch, clock: Clock): Delivery {
  return {
    outcomes: hits.map(() => ({ kind: 'skipped', reason: 'target-down' }) as const),
    retries: 0,
    sentMs: undefined,
    answeredMs: clock.now(),
  };
}

/** The same transport behind a breaker. What waits while it is open is skipped when the run stops. */
export function withBreaker(transport: Transport, rules: BreakerOptions): Transport {
  const { clock, threshold, probeEveryMs, onChange } = rules;
  let failures = 0;
  let isProbing = false;
  let waiting: (() => void)[] = [];

  const isOpen = () => failures >= threshold;

  function note(delivery: Delivery): Delivery {
    const wasOpen = isOpen();
    const reason = failureOf(delivery);
    failures = reason === undefined ? 0 : failures + 1;
    if (isOpen() !== wasOpen) {
      onChange?.(reason === undefined ? undefined : { failures, reason, retryInMs: probeEveryMs });
    }
    return delivery;
  }

  /** Until the request that asks has its answer, or the signal is aborted. */
  function probeEnds(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      signal.addEventListener('abort', wake);
      waiting.push(wake);
    });
  }

  function wakeAll(): void {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  async function probe(batch: Batch, signal: AbortSignal): Promise<Delivery> {
    isProbing = true;
    try {
      await clock.sleepUntil(clock.now() + probeEveryMs, signal);
      return signal.aborted ? skipped(batch, clock) : await sendNow(batch, signal);
    } finally {
      isProbing = false;
      wakeAll();
    }
  }

  const sendNow = (batch: Batch, signal: AbortSignal) => transport.send(batch, signal).then(note);

  async function sendInTurn(batch: Batch, signal: AbortSignal): Promise<Delivery> {
    // Nothing may come between the last look and `probe`: of all that wake together, only one is to ask.
    while (isOpen() && isProbing && !signal.aborted) await probeEnds(signal);
    if (!isOpen()) return sendNow(batch, signal);
    return signal.aborted ? skipped(batch, clock) : probe(batch, signal);
  }

  return {
    close: () => transport.close(),
    send: (batch, signal) => (isOpen() ? sendInTurn(batch, signal) : sendNow(batch, signal)),
  };
}
