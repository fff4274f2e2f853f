/** Sends what is left of a run, and keeps watch over it: transport, engine, ledger and clock put together. */
import type { UserError } from '../../errors.ts';
import { createTally } from '../../ledger/tally.ts';
import { countsOf, type Totals } from '../../ledger/totals.ts';
import { sumOfDigests } from '../../plan/digest.ts';
import { untilAbandoned } from '../../run/abandon.ts';
import { every } from '../../run/clock.ts';
import { type EngineOptions, runEngine } from '../../run/engine.ts';
import type { Gate } from '../../run/gate.ts';
import { withPause } from '../../run/pause.ts';
import type { Stop } from '../../run/stop.ts';
import type { LocalDate } from '../../types/local-date.ts';
import { createDayProgress } from '../ledger/day-progress.ts';
import { type Activity, createActivity, watchRequests } from '../monitor/activity.ts';
import { createRunMonitor } from '../monitor/monitor.ts';
import { createRecorder } from '../monitor/recorder.ts';
import { type Beginning, begin } from './begin.ts';
import { leftOverError, stalledError } from './exit-status.ts';
import { createFailure, type Failure } from './failure.ts';
import { createJobTransport } from './job-transport.ts';
import { stallTimeoutOf, watchLimits } from './limits.ts';
import type { SendDependencies, Sending, Sent } from './sending.ts';
import { createSharedLive, type SharedLive } from './shared-live.ts';

/** Between two looks at thresholds, and two writes of what waits to be written. */
const TICK_MS = 1_000;
/** Between two looks at what leaves soon. */
const WRITE_EVERY_MS = 100;

/** What reads the visits that count towards a day's cap, and keeps the activity's number of them up to date. */
function createAdmitted(
  { job, plan, run }: Sending,
  { ledger, clock }: SendDependencies,
  activity: Activity,
) {
  const on = (date: LocalDate) => ledger.admitted({ url: run.url, site: run.site, date, shard: run.shard });
  return {
    on,
    /** The ledger may have some more than were let in, for those that come soon: the gate knows. */
    async look(gate?: Pick<Gate, 'admittedOn'>): Promise<void> {
      if (job.command === 'backfill' || job.dailyCap === 0) return;
      const { date } = plan.calendar.dayAt(clock.now());
      activity.admittedToday = Math.min(job.dailyCap, gate?.admittedOn(date) || (await on(date)));
    },
  };
}

/** What has come of the traffic so far; each day is saved and told once it is over. */
function createCounts(
  { job, journal, settledDays }: Sending,
  { onDay, shared }: SendDependencies,
  failure: Failure,
) {
  let isClosing = false;
  /** Days that the end of this process may have cut off, and that another may go on with. */
  const last: (readonly [LocalDate, Totals])[] = [];
  const days = createDayProgress();
  const restored = settledDays.all.map(({ date, totals }) => ({ target: job.name, date, totals }));
  const tally = createTally(
    (_target, date, totals) => {
      const extent = days.close(date);
      const day = { date, counts: countsOf(totals), settled: job.command === 'run' ? null : extent };
      if (!settledDays.byDate.has(date)) void failure.attempt(() => journal.saveDay(day));
      if (isClosing && shared) last.push([date, totals]);
      else onDay(date, totals);
    },
    restored,
    job.command === 'run',
  );
  function close(): void {
    isClosing = true;
    tally.close();
  }
  function tellLast(): void {
    // Without its ledger this process is not the one that ends the day.
    if (failure.isOfLedger) return;
    for (const [date, totals] of last) onDay(date, totals);
  }
  return { days, tally, close, tellLast, digest: () => sumOfDigests([settledDays.digest, days.digest]) };
}

/** Sends all that the schedule has, or what the run has time for. */
async function sendSchedule(
  { job }: Sending,
  { clock, stop, pause, shared }: SendDependencies,
  { schedule, arrivalsEndMs }: Beginning,
  way: Pick<EngineOptions, 'transport' | 'requests' | 'concurrency' | 'recorder'>,
): Promise<void> {
  const pacer = withPause(schedule.pacer, pause);
  const lease = shared && { mayLeaveSinceMs: () => shared.lease.heldSinceMs };
  await runEngine({ ...schedule, ...way, ...lease, pacer, clock, stop });
  // The timeline may end with a hit before that: the run lasts as long as it was told to.
  if (job.command === 'run' && !schedule.gate.isFull) await clock.sleepUntil(arrivalsEndMs, stop.draining);
}

export async function sendAll(sending: Sending, dependencies: SendDependencies): Promise<Sent> {
  const { job, journal, encoder } = sending;
  const { clock, stop, pause, thresholds, onAnswer, onPoints } = dependencies;
  const failure = createFailure(stop);
  const activity = createActivity();
  const counts = createCounts(sending, dependencies, failure);
  const { days, tally, digest } = counts;
  const { total } = tally;
  const admitted = createAdmitted(sending, dependencies, activity);
  await admitted.look();
  let live: SharedLive | undefined;
  dependencies.onStart?.(total, activity, {
    get isReplaying() {
      return journal.isReplaying || (dependencies.shared?.takeover !== undefined && !live);
    },
    checkpoint: () => live?.progress.checkpoint(),
  });
  if (sending.unresolved) failure.note(sending.unresolved);
  const begun = await begin(sending, dependencies, admitted.on);
  live = createSharedLive(sending, dependencies, begun.startMs);
  const startMs = () => begun.startMs;
  const onAbort = () => stop.request('threshold');
  const monitor = createRunMonitor({
    name: job.name,
    thresholds,
    clock,
    totals: total,
    startMs,
    pause,
    onAbort,
  });
  let fatal: Error | undefined;
  const recorder = createRecorder({
    tally,
    days,
    journal,
    monitor,
    bodies: encoder.bodies,
    isLive: job.command === 'run',
    shared: live,
    onFatal(error) {
      fatal ??= error;
    },
    ...(onAnswer ? { onAnswer } : {}),
  });
  const watch = watchRequests(activity);
  const { transport, requests, concurrency, ...found } = createJobTransport(
    sending,
    dependencies,
    activity,
    watch,
    tally,
  );
  const stopTicking = every(TICK_MS, () => {
    void failure.attempt(journal.flush);
    void failure.attempt(() => admitted.look(begun.schedule.gate));
    watch.look();
    monitor.evaluate(clock.now());
    onPoints?.(monitor.takePoints());
  });
  const { writeSoon } = begun;
  const write = async () => stop.draining.aborted || writeSoon?.();
  const stopWriting = writeSoon
    ? every(
        WRITE_EVERY_MS,
        oneAtATime(() => failure.attempt(write)),
      )
    : () => {};
  const stopWatching = watchLimits(job, begun.endMs, total, dependencies);
  try {
    await sendSchedule(sending, dependencies, begun, { transport, requests, concurrency, recorder });
    if (stop.reason === undefined) days.end();
  } catch (error) {
    failure.note(error);
  } finally {
    stopWatching();
    stopTicking();
    stopWriting();
    await untilAbandoned(transport.close, stop.abandoned);
    await live?.close();
  }
  counts.close();
  await failure.attempt(journal.close);
  counts.tellLast();
  if (fatal) failure.note(fatal);
  onPoints?.(monitor.takePoints());
  return {
    totals: total,
    digest: digest(),
    verdicts: monitor.verdicts(),
    inDoubt: found.inDoubt,
    inFlight: found.limit.report,
    points: monitor.points,
    error: failure.error ?? unsentError(sending, stop, total),
  };
}

/** Called again before it is done, it does nothing. */
function oneAtATime(work: () => Promise<void>): () => void {
  let isBusy = false;
  return () => {
    if (isBusy) return;
    isBusy = true;
    void work().finally(() => {
      isBusy = false;
    });
  };
}

/** What a backfill could not send. */
function unsentError({ job, journal }: Sending, stop: Stop, totals: Totals): UserError | undefined {
  if (job.command === 'run') return undefined;
  if (stop.reason === 'stalled') return stalledError(stallTimeoutOf(job), totals);
  if (stop.reason !== undefined || journal.leftOver === 0) return undefined;
  return leftOverError(journal.leftOver, totals);
}
