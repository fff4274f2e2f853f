// The peer of the bulk figures: one bulk body, replayed by a bare loop.

/** As many bulk requests of 200 hits as a backfill ever has in flight: one for each lane. */
export const CONNECTIONS = 16;
export const BATCH_SIZE = 200;

export const BULK_ENVIRONMENT = {
  BACKFILL_BATCH_SIZE: String(BATCH_SIZE),
  CONCURRENCY: String(CONNECTIONS),
};

export function replaySide({ server, bodies, work }, seconds) {
  const { path, hits } = bodies.bulk;
  return {
    name: 'bare replay',
    async measure() {
      const { requests, seconds: taken } = await work(
        'replay',
        [server.url, path, CONNECTIONS, seconds],
        seconds,
      );
      return { value: (requests * hits) / taken };
    },
  };
}

export function bulkConditions({ server, bodies }, seconds) {
  const { hits, bytes } = bodies.bulk;
  return [server.kind, `${CONNECTIONS} requests in flight`, `${hits} hits in ${bytes} bytes`, `${seconds} s`];
}
