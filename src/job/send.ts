/** Sends what is left of a run, and keeps watch over it: transport, engine, ledger and clock put together. */
import type { UserError } from '../errors.ts';
import { createTally } from '../ledger/tally.ts';
import { countsOf, type Totals } from '../ledger/totals.ts';
import { sumOfDigests } from '../plan/digest.ts';
import { withAbandon } from '../run/abandon.ts';
import { every } from '../run/clock.ts';
import { createClockSteps } from '../run/clock-steps.ts';
import { runEngine } from '../run/engine.ts';
import { withPause } from '../run/pause.ts';
import type { Stop } from '../run/stop.ts';
import type { LocalDate } from '../types/local-date.ts';
import { leftOverError, stalledError } from './exit-status.ts';
import { createFailure } from './failure.ts';
import { createJobTransport } from './job-transport.ts';
import { createDayProgress } from './ledger/day-progress.ts';
import { stallTimeoutOf, watchLimits } from './limits.ts';
import { type Activity, createActivity } from './monitor/activity.ts';
import { createRunMonitor } from './monitor/monitor.ts';
import { createRecorder } from './monitor/recorder.ts';
import { prepareLiveRun, scheduleBackfill, scheduleLiveRun } from './schedule.ts';
import type { SendDependencies, Sending, Sent } from './sending.ts';
import { onSystemTime } from './system-time.ts';

/** Between two looks at thresholds, and two writes of what waits to be written. */
const TICK_MS = 1_000;

/** The schedule of the job from the instant at which it starts, which for live runs others may have a say in. */
async function begin(
  { job, plan, encoder, run, settledDays }: Sending,
  { clock, begin: together, shared }: SendDependencies,
  admittedOn: (date: LocalDate) => Promise<number>,
) {
  if (job.command === 'backfill') {
    const schedule = scheduleBackfill(job, plan, encoder, run.startedMs, settledDays.byDate);
    const never = Number.POSITIVE_INFINITY;
    return { schedule, startMs: clock.now(), arrivalsEndMs: never, endMs: never };
  }
  const onTime = onSystemTime(encoder, createClockSteps(clock));
  const preparation = prepareLiveRun(job, plan, onTime, clock.now());
  const startMs = together ? await together() : clock.now();
  const schedule = scheduleLiveRun(job, plan, onTime, preparation, startMs, admittedOn, shared?.fromMs);
  const arrivalsEndMs = startMs + (job.durationMs ?? Number.POSITIVE_INFINITY);
  return { schedule, startMs, arrivalsEndMs, endMs: arrivalsEndMs + job.gracefulStopMs };
}

/** What reads the visits that count towards a day's cap, and keeps the activity's number of them up to date. */
function createAdmitted(
  { job, plan, run }: Sending,
  { ledger, clock }: SendDependencies,
  activity: Activity,
) {
  const on = (date: LocalDate) => ledger.admitted({ url: run.url, site: run.site, date, shard: run.shard });
  return {
    on,
    async look(): Promise<void> {
      if (job.command === 'backfill' || job.dailyCap === 0) return;
      activity.admittedToday = await on(plan.calendar.dayAt(clock.now()).date);
    },
  };
}

export async function sendAll(sending: Sending, dependencies: SendDependencies): Promise<Sent> {
  const { job, journal, encoder, settledDays } = sending;
  const { clock, stop, pause, onAnswer, onPoints } = dependencies;
  const days = createDayProgress();
  const failure = createFailure(stop);
  const activity = createActivity();
  const restored = settledDays.all.map(({ date, totals }) => ({ target: job.name, date, totals }));
  const tally = createTally((_target, date, totals) => {
    const day = { date, counts: countsOf(totals), settled: days.close(date) };
    if (!settledDays.byDate.has(date)) void failure.attempt(() => journal.saveDay(day));
    dependencies.onDay(date, totals);
  }, restored);
  const admitted = createAdmitted(sending, dependencies, activity);
  await admitted.look();
  dependencies.onStart?.(tally.total, activity);
  const { schedule, startMs, arrivalsEndMs, endMs } = await begin(sending, dependencies, admitted.on);
  const monitor = createRunMonitor({
    name: job.name,
    thresholds: dependencies.thresholds,
    clock,
    totals: tally.total,
    startMs: () => startMs,
    pause,
    onAbort: () => stop.request('threshold'),
  });
  let fatal: Error | undefined;
  const recorder = createRecorder({
    tally,
    days,
    journal,
    monitor,
    bodies: encoder.bodies,
    isLive: job.command === 'run',
    onFatal(error) {
      fatal ??= error;
    },
    ...(onAnswer ? { onAnswer } : {}),
  });
  const { requests, ...found } = createJobTransport(sending, dependencies, activity);
  const transport = withAbandon(found.transport, stop.abandoned, clock);
  const stopTicking = every(TICK_MS, () => {
    void failure.attempt(journal.flush);
    void failure.attempt(admitted.look);
    monitor.evaluate(clock.now());
    onPoints?.(monitor.takePoints());
  });
  const stopWatching = watchLimits(job, endMs, tally.total, dependencies);
  try {
    const { concurrency } = job.target;
    const pacer = withPause(schedule.pacer, pause);
    await runEngine({ ...schedule, pacer, transport, requests, clock, stop, concurrency, recorder });
    if (stop.reason === undefined) days.end();
    // The timeline may end with a hit before that: the run lasts as long as it was told to.
    if (job.command === 'run' && !schedule.gate.isFull) await clock.sleepUntil(arrivalsEndMs, stop.draining);
  } catch (error) {
    failure.note(error);
  } finally {
    stopWatching();
    stopTicking();
    await transport.close();
  }
  tally.close();
  await failure.attempt(journal.close);
  if (fatal) failure.note(fatal);
  const error = failure.error ?? unsentError(sending, stop, tally.total);
  onPoints?.(monitor.takePoints());
  const { points } = monitor;
  return {
    totals: tally.total,
    digest: sumOfDigests([settledDays.digest, days.digest]),
    verdicts: monitor.verdicts(),
    inDoubt: found.inDoubt,
    inFlight: found.limit.report,
    points,
    error,
  };
}

/** What a backfill could not send. */
function unsentError({ job, journal }: Sending, stop: Stop, totals: Totals): UserError | undefined {
  if (job.command === 'run') return undefined;
  if (stop.reason === 'stalled') return stalledError(stallTimeoutOf(job), totals);
  if (stop.reason !== undefined || journal.leftOver === 0) return undefined;
  return leftOverError(journal.leftOver, totals);
}
