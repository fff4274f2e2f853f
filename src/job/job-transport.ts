/** The way of a job's requests to its target: HTTP behind the check for refusals and the breaker. */
import { createTransport } from '../matomo/transport.ts';
import { createRandomSource } from '../plan/random.ts';
import { withBreaker } from '../run/breaker.ts';
import type { Transport } from '../types/delivery.ts';
import type { Activity } from './monitor/activity.ts';
import { withRefusalCheck } from './monitor/refusals.ts';
import type { SendDependencies, Sending } from './sending.ts';

const BREAKER_THRESHOLD = 8;
const PROBE_EVERY_MS = 5_000;

/** Jitter shapes no traffic; a stream of its own keeps chance in one place. */
function retryJitter(): () => number {
  const stream = createRandomSource('retry').stream(1, 0, 0);
  return () => stream.next();
}

export function createJobTransport(
  { job, encoder, probe }: Sending,
  { clock, onBreaker, onRequest }: SendDependencies,
  activity: Activity,
): Transport {
  const { target } = job;
  const transport = createTransport({
    ...target,
    connections: target.concurrency,
    bodies: encoder.bodies,
    clock,
    jitter: retryJitter(),
    onInFlight(change) {
      activity.requestsInFlight += change;
    },
    ...(onRequest ? { onRequest } : {}),
  });
  const stallMs = job.command === 'backfill' ? job.stallTimeoutMs : Number.POSITIVE_INFINITY;
  return withBreaker(withRefusalCheck(transport, { probe, clock }), {
    threshold: BREAKER_THRESHOLD,
    probeEveryMs: Math.min(PROBE_EVERY_MS, stallMs / 4),
    clock,
    onChange(isOpen) {
      activity.isTargetDown = isOpen;
      onBreaker?.(isOpen);
    },
  });
}
