/** What is sent when: the timeline, pacer and bounds of a job. */
import { createHash } from 'node:crypto';
import { type BatchSpan, bulkTimeline, laneCountFor } from '../plan/bulk-timeline.ts';
import type { LocalDay } from '../plan/days/calendar.ts';
import { profileArrivals } from '../plan/days/load-profile.ts';
import type { HitNumbers } from '../plan/hit-numbers.ts';
import { PLAN_VERSION, type Plan } from '../plan/plan.ts';
import {
  compressed,
  compressedFromArrival,
  dailyArrivals,
  inRealTime,
  isInShard,
  liveTimeline,
  type ScheduledVisit,
  type VisitOpener,
  visitsToLeave,
} from '../plan/timeline.ts';
import type { EngineOptions } from '../run/engine.ts';
import { createGate, type GateLimits } from '../run/gate.ts';
import { createRatePacer, paceByRoom, paceBySchedule } from '../run/pacer.ts';
import { dayNumberOf, TIMEZONE_RELEASE } from '../timezone.ts';
import type { Batch, Encoder } from '../types/delivery.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { Shard } from '../types/shard.ts';
import type { BackfillJob, Job, LiveJob } from './job.ts';

/** Hits that wait behind those in flight, so that none waits for the plan or for the ledger. */
const READY_HITS = 1600;
const FEWEST_READY_BATCHES = 16;
/** Hits that are planned at once. */
const REFILL_HITS = 800;

/**
 * Names all that shapes the job's traffic: a run is continued only under the same digest. Hexadecimal.
 * @param timezones release of the timezone data
 */
export function digestOfSettings(job: Job, timezones = TIMEZONE_RELEASE): string {
  const { traffic, shard } = job;
  const window =
    job.command === 'backfill'
      ? { from: job.from, to: job.to, batchSize: job.batchSize, maxVisits: job.maxVisits }
      : {};
  const text = JSON.stringify({
    version: PLAN_VERSION,
    timezones,
    traffic,
    shard,
    ...window,
  });
  return createHash('sha256').update(text).digest('hex');
}

function daysBetween(plan: Plan, from: LocalDate, to: LocalDate): LocalDay[] {
  const first = dayNumberOf(from);
  return Array.from({ length: dayNumberOf(to) - first + 1 }, (_, i) => plan.calendar.dayNumbered(first + i));
}

/** Which visits a backfill sends: those that were over in the minute in which it was first started. */
export function visitsOfBackfill(job: BackfillJob, plan: Plan, startedMs: number) {
  return {
    days: daysBetween(plan, job.from, job.to),
    shard: job.shard,
    maxVisits: job.maxVisits === 0 ? Number.POSITIVE_INFINITY : job.maxVisits,
    untilMs: Math.floor(startedMs / 60_000) * 60_000,
  };
}

/** Visits that the backfill's days have, but for those that are not over yet. */
export function countVisits(job: BackfillJob, plan: Plan): number {
  const { shard, maxVisits } = job;
  const inShard = classesInShard(plan.classCount, shard);
  let left = maxVisits === 0 ? Number.POSITIVE_INFINITY : maxVisits;
  let visits = 0;
  for (const day of daysBetween(plan, job.from, job.to)) {
    const count = Math.min(plan.countOf(day), left);
    left -= count;
    const first = count > 0 ? plan.laneOf(day, 0) : 0;
    visits += inShard(first + count) - inShard(first);
  }
  return visits;
}

/** How many of the first visits belong to the shard: their classes come one after the other, again and again. */
function classesInShard(classCount: number, shard: Shard): (visits: number) => number {
  if (shard.count === 1) return (visits) => visits;
  const upTo = new Uint32Array(classCount + 1);
  for (let lane = 0; lane < classCount; lane++) {
    upTo[lane + 1] = (upTo[lane] as number) + Number(isInShard(lane, shard));
  }
  return (visits) =>
    Math.floor(visits / classCount) * (upTo[classCount] as number) + (upTo[visits % classCount] as number);
}

/**
 * The batches of a backfill, always the same ones in the same order.
 *
 * @param settled days of which nothing is left to do: their batches do not come
 */
export function batchesOf(
  job: BackfillJob,
  plan: Plan,
  encoder: Encoder,
  startedMs: number,
  settled: ReadonlyMap<LocalDate, BatchSpan> = new Map(),
): Generator<Batch, undefined> {
  return bulkTimeline(plan, encoder, {
    ...visitsOfBackfill(job, plan, startedMs),
    settled,
    batchSize: job.batchSize,
  });
}

export type Schedule = Pick<
  EngineOptions,
  'timeline' | 'pacer' | 'gate' | 'lookahead' | 'refill' | 'maxLatenessMs'
>;

export function scheduleBackfill(
  job: BackfillJob,
  plan: Plan,
  encoder: Encoder,
  startedMs: number,
  settled?: ReadonlyMap<LocalDate, BatchSpan>,
  rateFactor?: () => number,
): Schedule {
  const { batchSize, requestsPerSecond, target, shard } = job;
  const ready = Math.max(FEWEST_READY_BATCHES, Math.floor(READY_HITS / batchSize));
  return {
    timeline: batchesOf(job, plan, encoder, startedMs, settled),
    pacer: requestsPerSecond === undefined ? paceByRoom : createRatePacer(requestsPerSecond, rateFactor),
    gate: createGate({ dailyCap: 0, stopAfter: 0, shard }),
    lookahead: Math.min(target.concurrency, laneCountFor(batchSize)) + ready,
    refill: Math.ceil(REFILL_HITS / batchSize),
    maxLatenessMs: Number.POSITIVE_INFINITY,
  };
}

/** How the job's visits leave: as they would in life, or in a hurry. */
function openerOf({ timing, profile, pauseSeconds }: LiveJob, plan: Plan, encoder: Encoder): VisitOpener {
  if (timing === 'realtime') return inRealTime(plan, encoder);
  const opener = profile === undefined ? compressed : compressedFromArrival;
  return opener(plan, encoder, pauseSeconds);
}

/** What a live run has planned before it starts, so that its first hits leave in time. */
export interface Preparation {
  readonly planned: readonly ScheduledVisit[];
  /** Visits from this instant on are still to be planned, in epoch ms. */
  readonly untilMs: number;
}

/** Draws the arrivals of the day; plans visits that have come, and leave later since they are compressed. */
export function prepareLiveRun(job: LiveJob, plan: Plan, encoder: Encoder, nowMs: number): Preparation {
  if (job.profile !== undefined) return { planned: [], untilMs: nowMs };
  plan.startsOf(plan.calendar.dayAt(nowMs));
  if (job.timing === 'realtime') return { planned: [], untilMs: nowMs };
  return { planned: visitsToLeave(plan, openerOf(job, plan, encoder), job.shard, nowMs), untilMs: nowMs };
}

/** Of a live run that workers share. */
export interface Continuation extends Pick<GateLimits, 'admittedByLost' | 'decided'> {
  /** Visits that are under way at this instant are left out: they are over. */
  readonly fromMs: number;
  readonly numberOf: HitNumbers;
}

/** @param admittedBefore visits of the local day that earlier runs have let in */
export function scheduleLiveRun(
  job: LiveJob,
  plan: Plan,
  encoder: Encoder,
  { planned, untilMs }: Preparation,
  startMs: number,
  admittedBefore: (day: LocalDate) => Promise<number>,
  shared?: Continuation,
): Schedule {
  const { dailyCap, stopAfter, shard, profile, gracefulStopMs } = job;
  const arrivalsEndMs = startMs + (job.durationMs ?? Number.POSITIVE_INFINITY);
  const arrivals =
    profile === undefined
      ? dailyArrivals(plan, untilMs)
      : profileArrivals(profile, plan.random, plan.calendar, startMs);
  return {
    timeline: liveTimeline(plan, {
      encoder,
      planned,
      arrivals,
      open: openerOf(job, plan, encoder),
      fromMs: shared?.fromMs ?? startMs,
      untilMs: arrivalsEndMs,
      endMs: arrivalsEndMs + gracefulStopMs,
      shard,
      numberOf: shared?.numberOf,
    }),
    pacer: paceBySchedule,
    gate: createGate({ dailyCap, stopAfter, shard, admittedBefore, ...shared }),
    lookahead: Number.POSITIVE_INFINITY,
    refill: 1,
    maxLatenessMs: job.maxLatenessMs,
  };
}
