// Sides that several benchmarks share: the bare replay of one bulk body, and backfills of this tree and an earlier one.

/** As many bulk requests of 200 hits as a backfill ever has in flight: one for each lane. */
export const CONNECTIONS = 16;
export const BATCH_SIZE = 200;

export const BULK_ENVIRONMENT = {
  BACKFILL_BATCH_SIZE: String(BATCH_SIZE),
  CONCURRENCY: String(CONNECTIONS),
};

/**
 * A backfill by a worker: of one process, whose processor time it tells.
 * @param ledger `sqlite`, `memory`, or `none` where no account is kept at all
 */
export function workerBackfill({ work, built }, seconds, ledger, env, of = built) {
  return async () => {
    const args = ledger === 'none' ? ['send', [seconds]] : ['backfill', [seconds, ledger]];
    const result = await work(...args, seconds, env, of);
    return {
      value: result.accepted / result.seconds,
      'µs CPU/hit': (result.cpuSeconds / result.accepted) * 1e6,
      ...secondHalf(result),
    };
  };
}

/** Earlier commits do not tell it. */
function secondHalf({ secondHalfMicros }) {
  return secondHalfMicros === undefined ? {} : { 'µs in the second half': secondHalfMicros };
}

/** What undici takes for a single hit whose bytes are there. */
export function replaySingle({ server, bodies, work }, connections, seconds) {
  const args = [server.url, bodies.single.path, connections, seconds, 'application/x-www-form-urlencoded'];
  return async () => {
    const result = await work('replay', args, seconds);
    const { requests, seconds: taken, cpuSeconds } = result;
    return { value: requests / taken, 'µs CPU/hit': (cpuSeconds / requests) * 1e6, ...secondHalf(result) };
  };
}

export function workerPlan({ work, built }, seconds, of = built, environment = BULK_ENVIRONMENT) {
  return async () => {
    const { hits, seconds: taken, cpuSeconds } = await work('plan', [seconds], seconds, environment, of);
    return { value: hits / taken, 'µs CPU/hit': (cpuSeconds / hits) * 1e6 };
  };
}

/** What the command itself sends, with all of its processes. */
export function commandBackfill({ backfill, built }, seconds, args, of = built) {
  return async () => {
    const { hits, seconds: taken } = await backfill(args, seconds, of);
    return { value: hits.accepted / taken };
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

export function bulkConditions({ server, bodies, earlier }, seconds) {
  const { hits, bytes } = bodies.bulk;
  const beside = earlier ? [`beside ${earlier.ref}`] : [];
  return [
    server.kind,
    `${CONNECTIONS} requests in flight`,
    `${hits} hits in ${bytes} bytes`,
    `${seconds} s`,
    ...beside,
  ];
}
