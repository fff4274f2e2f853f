// Sides that several benchmarks share: the bare replay of one bulk body, and a backfill with a chosen ledger.

/** As many bulk requests of 200 hits as a backfill ever has in flight: one for each lane. */
export const CONNECTIONS = 16;
export const BATCH_SIZE = 200;

export const BULK_ENVIRONMENT = {
  BACKFILL_BATCH_SIZE: String(BATCH_SIZE),
  CONCURRENCY: String(CONNECTIONS),
};

/** A backfill by a worker, for the sides that choose their ledger. */
export async function workerBackfill({ work }, seconds, ledger, env) {
  const result = await work('backfill', [seconds, ledger], seconds, env);
  return {
    value: result.accepted / result.seconds,
    'µs CPU/hit': (result.cpuSeconds / result.accepted) * 1e6,
  };
}

export function replaySide({ server, bodies, work }, seconds) {
  const { path, hits } = bodies.bulk;
  return {
    name: 'bare replay',
    async measure() {
      const {
        requests,
        seconds: taken,
        cpuSeconds,
      } = await work('replay', [server.url, path, CONNECTIONS, seconds], seconds);
      return { value: (requests * hits) / taken, 'µs CPU/hit': (cpuSeconds / requests / hits) * 1e6 };
    },
  };
}

export function bulkConditions({ server, bodies }, seconds) {
  const { hits, bytes } = bodies.bulk;
  return [server.kind, `${CONNECTIONS} requests in flight`, `${hits} hits in ${bytes} bytes`, `${seconds} s`];
}
