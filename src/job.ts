/** One run or backfill, wired from plan to tally: what the command line starts and waits for. */
import { EXIT, UserError } from './errors.ts';
import { createPlanTally, createTally, type Totals } from './ledger/tally.ts';
import { createHitWriter } from './matomo/hits.ts';
import { probeTarget } from './matomo/probe.ts';
import { createTransport, type RecordedRequest } from './matomo/transport.ts';
import { createOffsetTable, dayNumberOf, type LocalDay } from './plan/calendar.ts';
import { TrafficDigest } from './plan/digest.ts';
import { createPlan, type Plan } from './plan/plan.ts';
import { createRandomSource } from './plan/random.ts';
import {
  bulkTimeline,
  type HitsOfVisit,
  laneCountFor,
  leaveCompressed,
  leaveInRealTime,
  liveTimeline,
  visitsOfDays,
} from './plan/timeline.ts';
import { type EngineRules, runEngine } from './run/engine.ts';
import { createGate } from './run/gate.ts';
import { createRatePacer, paceByRoom, paceBySchedule } from './run/pacer.ts';
import type { Stop } from './run/stop.ts';
import type { Clock, Hit, LocalDate, Pacer, Range, Shard, TrafficSettings } from './types.ts';

const DAY_MS = 86_400_000;
/** Requests that wait behind those in flight, so that none waits for the plan. */
const READY_BATCHES = 16;

export interface JobTarget {
  readonly url: string;
  readonly token: string | undefined;
  readonly concurrency: number;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly retryAttempts: number;
}

interface JobBase {
  readonly traffic: TrafficSettings;
  readonly target: JobTarget;
  readonly shard: Shard;
}

export interface LiveJob extends JobBase {
  readonly command: 'run';
  readonly timing: 'realtime' | 'compressed';
  readonly pauseSeconds: Range;
  readonly maxLatenessMs: number;
  /** Visits a local day at most; 0 for no cap. */
  readonly dailyCap: number;
  /** Visits of the run at most; 0 for no end. */
  readonly stopAfter: number;
  /** How long the run lasts at most; undefined for no end. */
  readonly durationMs: number | undefined;
}

export interface BackfillJob extends JobBase {
  readonly command: 'backfill';
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly batchSize: number;
  /** Visits of the whole window at most; 0 for no limit. */
  readonly maxVisits: number;
  readonly requestsPerSecond: number | undefined;
}

export type Job = LiveJob | BackfillJob;

export interface JobEffects {
  readonly clock: Clock;
  readonly stop: Stop;
  /** Gets each local day once, in order, when it is over. */
  readonly onDay: (date: LocalDate, totals: Totals) => void;
  /** Gets the counts once the run starts; they change as it goes on. */
  readonly onStart?: (totals: Totals) => void;
  readonly onRequest?: (request: RecordedRequest) => void;
}

export interface JobResult {
  readonly totals: Totals;
  /** Digest of the traffic that was planned. */
  readonly digest: string;
  readonly durationMs: number;
  readonly exitCode: number;
  /** Why the run ended before its time. */
  readonly error: UserError | undefined;
}

function daysBetween(plan: Plan, from: LocalDate, to: LocalDate): LocalDay[] {
  const first = dayNumberOf(from);
  return Array.from({ length: dayNumberOf(to) - first + 1 }, (_, i) => plan.calendar.dayNumbered(first + i));
}

/** The present minute: a backfill never reaches beyond it. */
function presentMinute(nowMs: number): number {
  return Math.floor(nowMs / 60_000) * 60_000;
}

function visitsOf(job: BackfillJob, plan: Plan, nowMs: number) {
  return {
    days: daysBetween(plan, job.from, job.to),
    shard: job.shard,
    maxVisits: job.maxVisits === 0 ? Number.POSITIVE_INFINITY : job.maxVisits,
    untilMs: presentMinute(nowMs),
  };
}

type Course = Pick<
  EngineRules,
  'timeline' | 'pacer' | 'gate' | 'lookahead' | 'maxLatenessMs' | 'stopsOnFailure'
>;

function courseOf(job: Job, plan: Plan, hitsOf: HitsOfVisit, nowMs: number): Course {
  const { shard, target } = job;
  if (job.command === 'backfill') {
    const { batchSize, requestsPerSecond } = job;
    const pacer: Pacer = requestsPerSecond === undefined ? paceByRoom : createRatePacer(requestsPerSecond);
    return {
      timeline: bulkTimeline(plan, hitsOf, { ...visitsOf(job, plan, nowMs), batchSize }),
      pacer,
      gate: createGate({ dailyCap: 0, stopAfter: 0, shard }),
      lookahead: Math.min(target.concurrency, laneCountFor(batchSize)) + READY_BATCHES,
      maxLatenessMs: Number.POSITIVE_INFINITY,
      stopsOnFailure: true,
    };
  }
  const leaveTimes = job.timing === 'realtime' ? leaveInRealTime : leaveCompressed(plan, job.pauseSeconds);
  return {
    timeline: liveTimeline(plan, hitsOf, { fromMs: nowMs, shard, leaveTimes }),
    pacer: paceBySchedule,
    gate: createGate({ dailyCap: job.dailyCap, stopAfter: job.stopAfter, shard }),
    lookahead: Number.POSITIVE_INFINITY,
    maxLatenessMs: job.maxLatenessMs,
    stopsOnFailure: false,
  };
}

function exitCodeOf(totals: Totals, stop: Stop, error: UserError | undefined): number {
  if (error) return error.exitCode;
  if (stop.reason === 'SIGINT') return 130;
  if (stop.reason === 'SIGTERM') return 143;
  const { rejected, failed, unknown } = totals.hits;
  if (rejected + failed + unknown > 0) return EXIT.losses;
  return (totals.reasons.late ?? 0) > 0 ? EXIT.threshold : EXIT.done;
}

function giveUpError(totals: Totals): UserError {
  const reason = Object.keys(totals.reasons)
    .filter((name) => name !== 'stopped')
    .at(-1);
  return new UserError(`The target no longer takes hits (${reason ?? 'no answer'}): the backfill stops.`, {
    code: 'target-lost',
    exitCode: EXIT.target,
    hint: 'Look at the target, then send the days that are not complete again.',
  });
}

/** Sends the traffic of the job. @throws UserError when the target cannot take it at all */
export async function runJob(job: Job, effects: JobEffects): Promise<JobResult> {
  const { clock, stop } = effects;
  const startMs = clock.now();
  const { traffic, target } = job;
  const plan = createPlan(traffic);
  const hitsOf = createHitWriter(traffic, createOffsetTable());
  const oldestMs = job.command === 'backfill' ? plan.calendar.dayOf(job.from).startMs : startMs;
  const isOld = oldestMs < startMs - DAY_MS;
  await probeTarget({
    ...target,
    siteId: traffic.siteId,
    hasPlaces: traffic.hasPlaces,
    oldestSeconds: isOld ? Math.floor(oldestMs / 1000) : undefined,
  });

  const digest = new TrafficDigest();
  const tally = createTally((_target, date, totals) => effects.onDay(date, totals));
  effects.onStart?.(tally.total);
  let fatal: UserError | undefined;
  const transport = createTransport({
    ...target,
    connections: target.concurrency,
    isBulk: job.command === 'backfill' && job.batchSize > 1,
    clock,
    jitter: retryJitter(),
    ...(effects.onRequest ? { onRequest: effects.onRequest } : {}),
  });
  const timesUp = new AbortController();
  if (job.command === 'run' && job.durationMs !== undefined) {
    void clock.sleepUntil(clock.now() + job.durationMs, timesUp.signal).then(() => {
      if (!timesUp.signal.aborted) stop.request('time');
    });
  }
  try {
    await runEngine({
      ...courseOf(job, plan, hitsOf, clock.now()),
      transport,
      clock,
      stop,
      concurrency: target.concurrency,
      recorder: {
        settle: tally.settle,
        plan: (visit) => {
          digest.add(visit.hits);
          tally.plan(visit);
        },
        sent: (batch, delivery, times) => {
          if (delivery.fatal instanceof UserError) fatal ??= delivery.fatal;
          tally.sent(batch, delivery, times);
        },
      },
    });
  } finally {
    timesUp.abort();
    await transport.close();
  }
  if (stop.reason === 'target') fatal ??= giveUpError(tally.total);
  tally.close();
  return {
    totals: tally.total,
    digest: digest.value,
    durationMs: clock.now() - startMs,
    exitCode: exitCodeOf(tally.total, stop, fatal),
    error: fatal,
  };
}

/** Jitter shapes no traffic; a stream of its own keeps chance in one place. */
function retryJitter(): () => number {
  const stream = createRandomSource('retry').stream(1, 0, 0);
  return () => stream.next();
}

/** Visits that a live run of the present local day has, whatever the time. */
function* visitsOfToday(job: LiveJob, plan: Plan, nowMs: number) {
  const gate = createGate({ dailyCap: job.dailyCap, stopAfter: job.stopAfter, shard: job.shard });
  const day = plan.calendar.dayAt(nowMs);
  const all = visitsOfDays(plan, {
    days: [day],
    shard: job.shard,
    maxVisits: Number.POSITIVE_INFINITY,
    untilMs: Number.POSITIVE_INFINITY,
  });
  const endMs = job.durationMs === undefined ? Number.POSITIVE_INFINITY : nowMs + job.durationMs;
  for (const visit of all) {
    const isWithinRun = job.durationMs === undefined || (visit.startMs >= nowMs && visit.startMs < endMs);
    if (!isWithinRun) continue;
    if (gate.admit({ key: visit.key, lane: visit.lane, hits: [], funnel: undefined }) !== 'admit') return;
    yield visit;
  }
}

/** What a run or backfill would send, counted and digested, with nothing sent. */
export interface DryRun {
  readonly totals: Totals;
  readonly digest: string;
  /** Visits that start in each local hour of the days together. */
  readonly visitsByHour: readonly number[];
}

/** Plans the job's traffic: a backfill's window, or the present local day of a run. */
export function dryRunJob(
  job: Job,
  nowMs: number,
  onDay: (date: LocalDate, totals: Totals) => void,
  onHits?: (hits: readonly Hit[]) => void,
): DryRun {
  const plan = createPlan(job.traffic);
  const hitsOf = createHitWriter(job.traffic, createOffsetTable());
  const clock = createOffsetTable();
  const digest = new TrafficDigest();
  const tally = createPlanTally(onDay);
  const visitsByHour = new Array<number>(24).fill(0);
  const visits =
    job.command === 'backfill'
      ? visitsOfDays(plan, visitsOf(job, plan, nowMs))
      : visitsOfToday(job, plan, nowMs);
  for (const visit of visits) {
    const hits = hitsOf(visit);
    digest.add(hits);
    tally.add(hits);
    onHits?.(hits);
    const localMs = visit.startMs + clock.offsetMs(job.traffic.timezone, visit.startMs);
    const hour = Math.floor((localMs % DAY_MS) / 3_600_000);
    visitsByHour[hour] = (visitsByHour[hour] ?? 0) + 1;
  }
  tally.close();
  return { totals: tally.total, digest: digest.value, visitsByHour };
}
