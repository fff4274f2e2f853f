/** Sends what is left of a run, and keeps watch over it: transport, engine, ledger and clock put together. */
import { UserError } from '../errors.ts';
import type { Ledger, RunRow } from '../ledger/ledger.ts';
import { countsOf, createTally, type Totals } from '../ledger/tally.ts';
import { createTransport, type RecordedRequest } from '../matomo/transport.ts';
import { TrafficDigest } from '../plan/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { createRandomSource } from '../plan/random.ts';
import type { HitsOfVisit } from '../plan/timeline.ts';
import { withBreaker } from '../run/breaker.ts';
import { every } from '../run/clock.ts';
import { type Recorder, runEngine } from '../run/engine.ts';
import type { Stop } from '../run/stop.ts';
import type { Clock, LocalDate, Transport } from '../types.ts';
import { courseOfBackfill, courseOfLiveRun } from './course.ts';
import { leftOverError, stalledError } from './ending.ts';
import type { Journal } from './journal.ts';
import { withRefusalCheck } from './refusals.ts';
import type { BackfillJob, Job } from './shape.ts';

const BREAKER_THRESHOLD = 8;
const PROBE_EVERY_MS = 5_000;
const FLUSH_EVERY_MS = 1_000;

export interface SendingEffects {
  readonly clock: Clock;
  readonly stop: Stop;
  readonly ledger: Ledger;
  /** Gets each local day once, in order, when it is over. */
  readonly onDay: (date: LocalDate, totals: Totals) => void;
  /** Gets the counts once the run starts; they change as it goes on. */
  readonly onStart?: (totals: Totals) => void;
  readonly onBreaker?: (isOpen: boolean) => void;
  readonly onRequest?: (request: RecordedRequest) => void;
}

export interface Sending {
  readonly job: Job;
  readonly plan: Plan;
  readonly hitsOf: HitsOfVisit;
  readonly run: RunRow;
  readonly journal: Journal;
  /** Whether the target would take a hit of this job; rejects with a `UserError` where it would not. */
  readonly probe: () => Promise<void>;
}

export interface Sent {
  readonly totals: Totals;
  /** Digest of the traffic that was planned. */
  readonly digest: string;
  /** Why the run ended before its time, or what it left behind. */
  readonly error: UserError | undefined;
}

/** Time without an accepted hit after which a backfill gives up; a slow rate is no stall. */
function patienceMs({ stallTimeoutMs, requestsPerSecond }: BackfillJob): number {
  return Math.max(stallTimeoutMs, requestsPerSecond === undefined ? 0 : 2000 / requestsPerSecond);
}

/** Ends the run when nothing has been accepted for too long. */
async function watchForStall(timeoutMs: number, totals: Totals, clock: Clock, stop: Stop, over: AbortSignal) {
  let accepted = -1;
  while (!over.aborted && !stop.draining.aborted) {
    if (totals.hits.accepted === accepted) return stop.request('stalled');
    accepted = totals.hits.accepted;
    await clock.sleepUntil(clock.now() + timeoutMs, over);
  }
}

async function endInTime(durationMs: number, clock: Clock, stop: Stop, over: AbortSignal) {
  await clock.sleepUntil(clock.now() + durationMs, over);
  if (!over.aborted) stop.request('time');
}

/** Jitter shapes no traffic; a stream of its own keeps chance in one place. */
function retryJitter(): () => number {
  const stream = createRandomSource('retry').stream(1, 0, 0);
  return () => stream.next();
}

function transportOf({ job, probe }: Sending, { clock, onBreaker, onRequest }: SendingEffects): Transport {
  const { target } = job;
  const transport = createTransport({
    ...target,
    connections: target.concurrency,
    isBulk: job.command === 'backfill' && job.batchSize > 1,
    clock,
    jitter: retryJitter(),
    ...(onRequest ? { onRequest } : {}),
  });
  const stallMs = job.command === 'backfill' ? job.stallTimeoutMs : Number.POSITIVE_INFINITY;
  return withBreaker(withRefusalCheck(transport, { probe, clock }), {
    threshold: BREAKER_THRESHOLD,
    probeEveryMs: Math.min(PROBE_EVERY_MS, stallMs / 4),
    clock,
    ...(onBreaker ? { onChange: onBreaker } : {}),
  });
}

/** Remembers the first thing that went wrong; anything but a user's error is a defect and is thrown in the end. */
function createFailure(stop: Stop) {
  let first: { readonly error: unknown } | undefined;

  function note(error: unknown): void {
    first ??= { error };
    stop.request('failure');
  }

  return {
    note,
    attempt(work: () => void): void {
      try {
        work();
      } catch (error) {
        note(error);
      }
    },
    get error(): UserError | undefined {
      const error = first?.error;
      if (error === undefined || error instanceof UserError) return error;
      throw error;
    },
  };
}

export async function sendAll(sending: Sending, effects: SendingEffects): Promise<Sent> {
  const { job, plan, hitsOf, run, journal } = sending;
  const { clock, stop, ledger } = effects;
  const digest = new TrafficDigest();
  const failure = createFailure(stop);
  let fatal: Error | undefined;
  const tally = createTally((_target, date, totals) => {
    failure.attempt(() => ledger.saveDay(run.id, date, countsOf(totals)));
    effects.onDay(date, totals);
  });
  effects.onStart?.(tally.total);
  const admittedBefore = (date: LocalDate) =>
    ledger.admitted({ url: run.url, site: run.site, date, shard: run.shard });
  const course =
    job.command === 'backfill'
      ? courseOfBackfill(job, plan, hitsOf, run.startedMs)
      : courseOfLiveRun(job, plan, hitsOf, clock.now(), admittedBefore);
  const recorder: Recorder = {
    settle: tally.settle,
    known: journal.known,
    begin: journal.begin,
    plan: (visit) => {
      digest.add(visit.hits);
      tally.plan(visit);
    },
    ...(job.command === 'run' ? { admitted: journal.admit } : {}),
    sent: (batch, delivery, times) => {
      tally.sent(batch, delivery, times);
      journal.sent(batch, delivery);
      fatal ??= delivery.fatal;
    },
  };
  const transport = transportOf(sending, effects);
  const over = new AbortController();
  const stopFlushing = every(FLUSH_EVERY_MS, () => failure.attempt(journal.flush));
  if (job.command === 'backfill') {
    void watchForStall(patienceMs(job), tally.total, clock, stop, over.signal);
  } else if (job.durationMs !== undefined) void endInTime(job.durationMs, clock, stop, over.signal);
  try {
    await runEngine({ ...course, transport, clock, stop, concurrency: job.target.concurrency, recorder });
  } catch (error) {
    failure.note(error);
  } finally {
    over.abort();
    stopFlushing();
    await transport.close();
  }
  failure.attempt(journal.flush);
  tally.close();
  if (fatal) failure.note(fatal);
  const error = failure.error ?? leftBehind(sending, stop, tally.total);
  return { totals: tally.total, digest: digest.value, error };
}

/** What a backfill could not send. */
function leftBehind({ job, journal }: Sending, stop: Stop, totals: Totals): UserError | undefined {
  if (job.command === 'run') return undefined;
  if (stop.reason === 'stalled') return stalledError(patienceMs(job), totals);
  if (stop.reason !== undefined || journal.leftOver === 0) return undefined;
  return leftOverError(journal.leftOver, totals);
}
