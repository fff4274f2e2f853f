/** What a job would send, counted and digested, with nothing sent. */
import { createPlanTally } from '../ledger/plan-tally.ts';
import type { Totals } from '../ledger/totals.ts';
import { createHitWriter } from '../matomo/requests/hits.ts';
import { visitsOfDays } from '../plan/bulk-timeline.ts';
import { createOffsetTable } from '../plan/days/calendar.ts';
import { TrafficDigest } from '../plan/digest.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import { createGate } from '../run/gate.ts';
import type { Encoder } from '../types/delivery.ts';
import type { VisitRecord } from '../types/hit.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { Job, LiveJob } from './job.ts';
import { prepareLiveRun, scheduleLiveRun, visitsOfBackfill } from './schedule.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A run that is shorter than so long is shown in parts, one that is longer by the hour of the day. */
const SHORT_RUN_MS = 2 * HOUR_MS;
const MOST_PARTS = 12;
const MOST_SAMPLED_VISITS = 50_000;

const NO_BODY = { add: () => {}, close: () => Buffer.alloc(0), parts: undefined };

/** A part of the time in which visits begin. */
export interface PlannedPart {
  /** `14:00` of the day, or `+01:30` of the run, minutes and seconds after its start. */
  readonly label: string;
  readonly visits: number;
}

export interface DryRun {
  readonly totals: Totals;
  readonly digest: string;
  readonly parts: readonly PlannedPart[];
  /** `day`: parts are hours of the local day. `run`: they are parts of the run. */
  readonly partsOf: 'day' | 'run';
  /** The run itself has no end, and only so much of its beginning was planned; undefined where it was planned as a whole. */
  readonly sampleMs: number | undefined;
}

interface Beginning {
  readonly visit: VisitRecord;
  /** When its first hit leaves, or is due in a backfill. */
  readonly atMs: number;
}

/** True: the run has an end, or follows no day. */
export function isPlannedFromNow({ profile, durationMs, stopAfter }: LiveJob): boolean {
  return profile !== undefined || durationMs !== undefined || stopAfter > 0;
}

/**
 * The visits that the run lets in when it begins now.
 * @param open has, in the end, the visits that the end of the run cuts off
 */
function* visitsOfRun(
  job: LiveJob,
  plan: Plan,
  encoder: Encoder,
  nowMs: number,
  open: Set<VisitRecord>,
): Generator<Beginning> {
  const preparation = prepareLiveRun(job, plan, encoder, nowMs);
  const { timeline, gate } = scheduleLiveRun(job, plan, encoder, preparation, nowMs, async () => 0);
  for (let next = timeline.next(); !next.done; next = timeline.next()) {
    const { leaveMs, hits } = next.value;
    for (const { visit, seq } of hits) {
      if (seq === 0 && gate.admit(visit) === 'admit') {
        open.add(visit);
        yield { visit, atMs: leaveMs };
      }
      if (seq === visit.hits.length - 1) open.delete(visit);
    }
    if (gate.isFull && open.size === 0) return;
  }
}

/** Visits of the backfill's window, or of the present local day of a run, whatever the time. */
function* visitsOfWholeDays(
  job: Job,
  plan: Plan,
  { writeInPlace }: Encoder,
  nowMs: number,
): Generator<Beginning> {
  const { shard } = job;
  const all = Number.POSITIVE_INFINITY;
  const [window, dailyCap] =
    job.command === 'backfill'
      ? [visitsOfBackfill(job, plan, nowMs), 0]
      : [{ days: [plan.calendar.dayAt(nowMs)], shard, maxVisits: all, untilMs: all }, job.dailyCap];
  const gate = createGate({ dailyCap, stopAfter: 0, shard });
  for (const visit of visitsOfDays(plan, window)) {
    if (gate.admit(visit) === 'admit') yield { visit: writeInPlace(visit).visit, atMs: visit.startMs };
  }
}

function clockTime(first: number, second: number): string {
  return [first, second].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Counts visits by the hour of the day. */
export function createHours(timezone: string) {
  const offsets = createOffsetTable();
  const counts = new Array<number>(24).fill(0);
  return {
    add(atMs: number) {
      const localMs = atMs + offsets.offsetMs(timezone, atMs);
      const hour = Math.floor((localMs % DAY_MS) / HOUR_MS);
      counts[hour] = (counts[hour] ?? 0) + 1;
    },
    parts: () => counts.map((visits, hour): PlannedPart => ({ label: clockTime(hour, 0), visits })),
  };
}

/** Counts visits by parts of the run's time. */
function createRunParts(startMs: number, durationMs: number) {
  const count = Math.min(MOST_PARTS, Math.max(1, Math.floor(durationMs / 1000)));
  const partMs = durationMs / count;
  const counts = new Array<number>(count).fill(0);
  return {
    add(atMs: number) {
      const part = Math.min(count - 1, Math.floor((atMs - startMs) / partMs));
      counts[part] = (counts[part] ?? 0) + 1;
    },
    parts: () =>
      counts.map((visits, part): PlannedPart => {
        const seconds = Math.floor((part * partMs) / 1000);
        return { label: `+${clockTime(Math.floor(seconds / 60), seconds % 60)}`, visits };
      }),
  };
}

/** How much is planned of a load profile without an end: an hour, less where that has more visits than is worth a wait. */
export function sampleMsOf(job: Job): number | undefined {
  if (job.command !== 'run' || job.profile === undefined) return undefined;
  if (job.durationMs !== undefined || job.stopAfter > 0) return undefined;
  const peak = Math.max(...job.profile.stages.flatMap(({ from, to }) => [from, to]));
  const minutes = Math.floor(MOST_SAMPLED_VISITS / Math.max(peak, 1e-9) / 60);
  return Math.min(HOUR_MS, Math.max(1, minutes) * 60_000);
}

/**
 * Plans what the job would send if it began now: a backfill's window, a live run up to its end. A live run without an
 * end is planned for its present local day, and for the time of the sample where it follows a load profile.
 */
export function dryRunJob(
  job: Job,
  nowMs: number,
  onDay: (date: LocalDate, totals: Totals) => void,
  sampleMs = sampleMsOf(job),
): DryRun {
  const plan = createPlan(job.traffic, job.extensions);
  const encoder = { ...createHitWriter(job.traffic, createOffsetTable()), openBody: () => NO_BODY };
  const digest = new TrafficDigest();
  const tally = createPlanTally(onDay);
  const open = new Set<VisitRecord>();
  const isFromNow = job.command === 'run' && isPlannedFromNow(job);
  const run = job.command === 'run' && sampleMs !== undefined ? { ...job, durationMs: sampleMs } : job;
  const visits =
    isFromNow && run.command === 'run'
      ? visitsOfRun(run, plan, encoder, nowMs, open)
      : visitsOfWholeDays(job, plan, encoder, nowMs);
  const durationMs = run.command === 'run' ? (run.durationMs ?? DAY_MS) : DAY_MS;
  const isShort = isFromNow && durationMs < SHORT_RUN_MS;
  const parts = isShort ? createRunParts(nowMs, durationMs) : createHours(job.traffic.timezone);
  for (const { visit, atMs } of visits) {
    digest.add(visit.digest);
    tally.add(visit);
    parts.add(atMs);
  }
  tally.close();
  tally.total.cutOffVisits = sampleMs === undefined ? open.size : 0;
  return {
    totals: tally.total,
    digest: digest.value,
    parts: parts.parts(),
    partsOf: isShort ? 'run' : 'day',
    sampleMs,
  };
}
