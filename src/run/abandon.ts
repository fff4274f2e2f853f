/** Gives up waiting for requests in flight when the user leaves at once: what became of their hits is not known. */
import type { Clock } from '../types/clock.ts';
import type { Batch, Delivery, Transport } from '../types/delivery.ts';

function unknownDelivery({ hits }: Batch, nowMs: number): Delivery {
  return {
    outcomes: hits.map(() => ({ kind: 'unknown', reason: 'abandoned' })),
    retries: 0,
    sentMs: undefined,
    answeredMs: nowMs,
  };
}

/** The same transport, whose requests and whose close are waited for until the signal is aborted, and no longer. */
export function withAbandon(transport: Transport, signal: AbortSignal, clock: Clock): Transport {
  const waiting = new Set<() => void>();
  signal.addEventListener('abort', () => {
    for (const giveUp of waiting) giveUp();
  });

  function untilAbandoned<T>(begin: () => Promise<T>, otherwise: () => T): Promise<T> {
    if (signal.aborted) return Promise.resolve(otherwise());
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        waiting.delete(giveUp);
        resolve(otherwise());
      };
      waiting.add(giveUp);
      begin()
        .then(resolve, reject)
        .finally(() => waiting.delete(giveUp));
    });
  }

  return {
    send: (batch, draining) =>
      untilAbandoned(
        () => transport.send(batch, draining),
        () => unknownDelivery(batch, clock.now()),
      ),
    close: () => untilAbandoned(transport.close, () => {}),
  };
}
