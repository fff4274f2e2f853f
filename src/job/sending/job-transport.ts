/** The way of a job's requests to its target: HTTP behind the check for refusals and the breaker. */
import type { Tally } from '../../ledger/tally.ts';
import { createReconcile, type Reconcile } from '../../matomo/delivery/reconcile.ts';
import { createTransport } from '../../matomo/delivery/transport.ts';
import { createReportingApi } from '../../matomo/reporting/reporting.ts';
import { createVisitorLog, type VisitorLog } from '../../matomo/reporting/visitor-log.ts';
import { createRequestSize } from '../../matomo/requests/request-size.ts';
import { createRandomSource } from '../../plan/random.ts';
import { withBreaker } from '../../run/breaker.ts';
import { createInFlightLimit } from '../../run/in-flight-limit.ts';
import { createRequestGate } from '../../run/request-gate.ts';
import { withLease } from '../../run/send-lease.ts';
import { isEndedByUser } from '../../run/stop.ts';
import type { Clock } from '../../types/clock.ts';
import type { Transport } from '../../types/delivery.ts';
import type { InFlightLimit, RequestGate } from '../../types/request-flow.ts';
import type { Job } from '../job.ts';
import { type InDoubtCounts, sumOfInDoubt } from '../ledger/in-doubt.ts';
import type { Activity, RequestWatch } from '../monitor/activity.ts';
import { withRefusalCheck } from '../monitor/refusals.ts';
import type { SendDependencies, Sending } from './sending.ts';

/** A backfill has a request ready for the connection that is free next. A live hit waits where it can still be skipped. */
const READY_REQUESTS = 1;
const BREAKER_THRESHOLD = 8;
const PROBE_EVERY_MS = 5_000;
/** What Matomo has answered itself is recorded by then, or never will be. */
const ANSWERED_SETTLE_MS = 1_000;
/** A live visitor's next hits do not wait longer than this for the one before them. */
const LIVE_PATIENCE_MS = 2_000;

/** How a job's requests go out, and what is found out on the way. */
export interface JobTransport {
  readonly transport: Transport;
  readonly requests: RequestGate;
  /** Batches under way at most. */
  readonly concurrency: number;
  readonly limit: InFlightLimit;
  readonly inDoubt: Readonly<InDoubtCounts>;
}

/** Jitter shapes no traffic; a stream of its own keeps chance in one place. */
function retryJitter(): () => number {
  const stream = createRandomSource('retry').stream(1, 0, 0);
  return () => stream.next();
}

/** Undefined where Matomo cannot tell: without a token, or where the same visits have been sent before. */
export function openVisitorLog({ job, isSentBefore }: Sending): VisitorLog | undefined {
  if (job.target.token === undefined || isSentBefore) return undefined;
  return createVisitorLog(createReportingApi(job.target), job.traffic.siteId);
}

function reconcileWith(log: VisitorLog, job: Job, clock: Clock, onWait: () => void): Reconcile {
  const { responseTimeoutMs } = job.target;
  if (job.command === 'run') {
    const openMs = Math.min(responseTimeoutMs, LIVE_PATIENCE_MS);
    return createReconcile({
      log,
      clock,
      onWait,
      settleMs: { final: Math.min(openMs, ANSWERED_SETTLE_MS), closed: openMs, open: openMs, queued: openMs },
      certain: ['final', 'closed'],
      patienceMs: LIVE_PATIENCE_MS,
    });
  }
  return createReconcile({
    log,
    clock,
    onWait,
    settleMs: {
      final: Math.min(responseTimeoutMs, ANSWERED_SETTLE_MS),
      closed: responseTimeoutMs,
      open: responseTimeoutMs,
      queued: responseTimeoutMs,
    },
    certain: ['final', 'closed', 'open'],
    patienceMs: job.stallTimeoutMs,
  });
}

/** Those who ask while a question is under way get its answer: many refusals at once are no reason for many questions. */
function sharedProbe(probe: () => Promise<void>): () => Promise<void> {
  let asking: Promise<void> | undefined;
  return () => {
    asking ??= probe().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

export function createJobTransport(
  sending: Sending,
  { clock, stop, onBreaker, onRequest, onSmallerRequests, shared }: SendDependencies,
  activity: Activity,
  watch: Pick<RequestWatch, 'change'>,
  tally: Pick<Tally, 'failedAttempt' | 'lost'>,
): JobTransport {
  const { job, encoder, probe } = sending;
  const { target } = job;
  const limit = createInFlightLimit(target.concurrency, job.command === 'backfill');
  const ahead = job.command === 'backfill' ? READY_REQUESTS : 0;
  const limitNow = () => (shared ? Math.min(limit.limit, shared.share()) : limit.limit);
  const requests = withLease(createRequestGate(limitNow, ahead), shared?.lease);
  const log = openVisitorLog(sending);
  const inDoubt = sumOfInDoubt([]);
  const http = createTransport({
    ...target,
    connections: target.concurrency,
    bodies: encoder.bodies,
    clock,
    gate: requests,
    limit,
    jitter: retryJitter(),
    size: createRequestSize(
      job.command === 'backfill' ? job.batchBytes : Number.POSITIVE_INFINITY,
      onSmallerRequests,
    ),
    reconcile: log && reconcileWith(log, job, clock, requests.pause),
    probe: sharedProbe(probe),
    onWait: requests.pause,
    onReconciled(what) {
      inDoubt[what]++;
    },
    onInFlight: watch.change,
    onFailedAttempt: (reason, example) =>
      tally.failedAttempt(reason, () => ({ atMs: clock.wallNow(), ...example() })),
    onLost: (reason, example) => tally.lost(reason, () => ({ atMs: clock.wallNow(), ...example() })),
    ...(onRequest ? { onRequest } : {}),
    // Another worker goes on with what one that is stopped has left of a shared run.
    ...(shared ? { mayStart: () => shared.lease.isHeld } : { isEndedByUser: () => isEndedByUser(stop) }),
  });
  const stallMs = job.command === 'backfill' ? job.stallTimeoutMs : Number.POSITIVE_INFINITY;
  const transport = withBreaker(withRefusalCheck(http, { probe, clock }), {
    threshold: BREAKER_THRESHOLD,
    probeEveryMs: Math.min(PROBE_EVERY_MS, stallMs / 4),
    clock,
    onChange(outage) {
      activity.isTargetDown = outage !== undefined;
      onBreaker?.(outage);
    },
  });
  return {
    transport: {
      send: transport.send,
      async close() {
        await transport.close();
        await log?.close();
      },
    },
    requests,
    concurrency: target.concurrency + ahead,
    limit,
    inDoubt,
  };
}
