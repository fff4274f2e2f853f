/** Sends what is left of a run, and keeps watch over it: transport, engine, ledger and clock put together. */
import { UserError } from '../errors.ts';
import type { Ledger, RunRow } from '../ledger/ledger.ts';
import { countsOf, createTally, type Totals } from '../ledger/tally.ts';
import { createTransport, type RecordedRequest } from '../matomo/transport.ts';
import { TrafficDigest } from '../plan/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { createRandomSource } from '../plan/random.ts';
import type { Point } from '../report/series.ts';
import type { Verdict } from '../report/verdict.ts';
import { withBreaker } from '../run/breaker.ts';
import { every } from '../run/clock.ts';
import { runEngine } from '../run/engine.ts';
import { type Pause, withPause } from '../run/pause.ts';
import type { Stop } from '../run/stop.ts';
import type { Clock } from '../types/clock.ts';
import type { Transport } from '../types/delivery.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { Threshold } from '../types/threshold.ts';
import type { JobEncoder } from './encoder.ts';
import { leftOverError, stalledError } from './exit-status.ts';
import type { BackfillJob, Job } from './job.ts';
import type { Journal } from './ledger/journal.ts';
import { type Activity, createActivity } from './monitor/activity.ts';
import { createWatch } from './monitor/monitor.ts';
import { createRecorder } from './monitor/recorder.ts';
import { withRefusalCheck } from './monitor/refusals.ts';
import { courseOfBackfill, courseOfLiveRun, prepareLiveRun } from './schedule.ts';

const BREAKER_THRESHOLD = 8;
const PROBE_EVERY_MS = 5_000;
/** Between two looks at thresholds, and two writes of what waits to be written. */
const TICK_MS = 1_000;
/** What was due just before the end of a run may leave so long after it; nothing else may. */
const END_GRACE_MS = 1_000;

export interface SendingEffects {
  readonly clock: Clock;
  readonly stop: Stop;
  readonly ledger: Ledger;
  /** Resolves with the instant from which a live run sends, when that is now. */
  readonly begin?: () => Promise<number>;
  /** Gets each local day once, in order, when it is over. */
  readonly onDay: (date: LocalDate, totals: Totals) => void;
  /** Gets the counts once the run starts; they change as it goes on. */
  readonly onStart?: (totals: Totals, activity: Readonly<Activity>) => void;
  /** Gets what has happened since the last time, about once a second and at the end; no point is in the result then. */
  readonly onPoints?: (points: readonly Point[]) => void;
  /** A request was answered, so long after it should have left. */
  readonly onAnswer?: (latencyMs: number) => void;
  readonly onBreaker?: (isOpen: boolean) => void;
  readonly onRequest?: (request: RecordedRequest) => void;
  readonly thresholds: readonly Threshold[];
  /** Lets a live run be paused. */
  readonly pause: Pause;
}

export interface Sending {
  readonly job: Job;
  readonly plan: Plan;
  readonly encoder: JobEncoder;
  readonly run: RunRow;
  readonly journal: Journal;
  /** Whether the target would take a hit of this job; rejects with a `UserError` where it would not. */
  readonly probe: () => Promise<void>;
}

export interface Sent {
  readonly totals: Totals;
  /** Digest of the traffic that was planned. */
  readonly digest: string;
  /** How the thresholds came out. */
  readonly verdicts: readonly Verdict[];
  /** What happened when. */
  readonly points: readonly Point[];
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

async function endInTime(endMs: number, clock: Clock, stop: Stop, over: AbortSignal) {
  await clock.sleepUntil(endMs, over);
  if (!over.aborted) stop.request('time');
}

/** Jitter shapes no traffic; a stream of its own keeps chance in one place. */
function retryJitter(): () => number {
  const stream = createRandomSource('retry').stream(1, 0, 0);
  return () => stream.next();
}

function transportOf(
  { job, encoder, probe }: Sending,
  { clock, onBreaker, onRequest }: SendingEffects,
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

/** The course of the job from the instant at which it starts, which for live runs others may have a say in. */
async function begin(
  { job, plan, encoder, run }: Sending,
  { clock, ledger, begin: together }: SendingEffects,
) {
  if (job.command === 'backfill') {
    const course = courseOfBackfill(job, plan, encoder, run.startedMs);
    return { course, startMs: clock.now(), endMs: Number.POSITIVE_INFINITY };
  }
  const admittedBefore = (date: LocalDate) =>
    ledger.admitted({ url: run.url, site: run.site, date, shard: run.shard });
  const preparation = prepareLiveRun(job, plan, encoder, clock.now());
  const startMs = together ? await together() : clock.now();
  const course = courseOfLiveRun(job, plan, encoder, preparation, startMs, admittedBefore);
  return { course, startMs, endMs: startMs + (job.durationMs ?? Number.POSITIVE_INFINITY) };
}

export async function sendAll(sending: Sending, effects: SendingEffects): Promise<Sent> {
  const { job, run, journal } = sending;
  const { clock, stop, ledger, pause } = effects;
  const digest = new TrafficDigest();
  const failure = createFailure(stop);
  let fatal: Error | undefined;
  const tally = createTally((_target, date, totals) => {
    failure.attempt(() => ledger.saveDay(run.id, date, countsOf(totals)));
    effects.onDay(date, totals);
  });
  const activity = createActivity();
  effects.onStart?.(tally.total, activity);
  const { course, startMs, endMs } = await begin(sending, effects);
  const watch = createWatch({
    name: job.name,
    thresholds: effects.thresholds,
    clock,
    totals: tally.total,
    startMs: () => startMs,
    pause,
    onAbort: () => stop.request('threshold'),
  });
  const recorder = createRecorder({
    tally,
    digest,
    journal,
    watch,
    bodies: sending.encoder.bodies,
    isLive: job.command === 'run',
    onFatal(error) {
      fatal ??= error;
    },
    ...(effects.onAnswer ? { onAnswer: effects.onAnswer } : {}),
  });
  const transport = transportOf(sending, effects, activity);
  const over = new AbortController();
  const stopTicking = every(TICK_MS, () => {
    failure.attempt(journal.flush);
    watch.look(clock.now());
    effects.onPoints?.(watch.take());
  });
  if (job.command === 'backfill') {
    void watchForStall(patienceMs(job), tally.total, clock, stop, over.signal);
  } else void endInTime(endMs + END_GRACE_MS, clock, stop, over.signal);
  try {
    const { concurrency } = job.target;
    const pacer = withPause(course.pacer, pause);
    await runEngine({ ...course, pacer, transport, clock, stop, concurrency, recorder });
    // The timeline ends with the last hit before that: the run lasts as long as it was told to.
    if (job.command === 'run' && !course.gate.isFull) await clock.sleepUntil(endMs, stop.draining);
  } catch (error) {
    failure.note(error);
  } finally {
    over.abort();
    stopTicking();
    await transport.close();
  }
  failure.attempt(journal.close);
  tally.close();
  if (fatal) failure.note(fatal);
  const error = failure.error ?? leftBehind(sending, stop, tally.total);
  effects.onPoints?.(watch.take());
  const { points } = watch;
  return { totals: tally.total, digest: digest.value, verdicts: watch.verdicts(), points, error };
}

/** What a backfill could not send. */
function leftBehind({ job, journal }: Sending, stop: Stop, totals: Totals): UserError | undefined {
  if (job.command === 'run') return undefined;
  if (stop.reason === 'stalled') return stalledError(patienceMs(job), totals);
  if (stop.reason !== undefined || journal.leftOver === 0) return undefined;
  return leftOverError(journal.leftOver, totals);
}
