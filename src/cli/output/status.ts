/** How the jobs at work are getting on, in few words. */
import type { Job, LiveJob } from '../../job/job.ts';
import type { Activity } from '../../job/monitor/activity.ts';
import type { Totals } from '../../ledger/totals.ts';
import { missingOf, overdueOf } from '../../report/counts.ts';
import { formatDuration, formatNumber } from '../../report/format.ts';
import { shareOf } from '../../run/gate.ts';
import { createRecentLatency, rateText, targetText } from './load-status.ts';
import { visitsOfWindow } from './messages/volume.ts';

/** A job at work, with its counts, which change as it goes on. */
export interface Running {
  readonly job: Job;
  readonly totals: Totals;
  readonly activity: Readonly<Activity>;
}

export interface Status {
  /** The most important first. */
  readonly facts: readonly string[];
  /** How much of the work is done, 0 to 1; undefined where it has no end. */
  readonly done: number | undefined;
}

const SPEED_WINDOW_MS = 10_000;
const LONGEST_NUMBER = 99_999;

function endedVisits({ visits }: Totals): number {
  return visits.complete + visits.partial + visits.failed;
}

/** Visits that have begun and not ended, also those that the daily cap keeps back. */
export function openVisits(totals: Totals): number {
  return totals.visits.planned - totals.visits.skipped - endedVisits(totals);
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}

function count(value: number): string {
  if (value <= LONGEST_NUMBER) return formatNumber(value);
  return value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 1 });
}

/** How fast something grows, by the second: over the last ten seconds, or since it was last asked. */
function createSpeed(): (value: number, nowMs: number) => number {
  const marks: { value: number; atMs: number }[] = [];
  return (value, nowMs) => {
    while (marks[1] && marks[1].atMs <= nowMs - SPEED_WINDOW_MS) marks.shift();
    const first = marks[0] ?? { value, atMs: nowMs };
    marks.push({ value, atMs: nowMs });
    return ((value - first.value) / Math.max(1, nowMs - first.atMs)) * 1000;
  };
}

function partDone({ job, totals }: Running, elapsedMs: number): number | undefined {
  if (job.command === 'backfill') {
    const all = visitsOfWindow(job);
    const planned = (job.maxVisits > 0 ? Math.min(all, job.maxVisits) : all) / job.shard.count;
    return endedVisits(totals) / Math.max(1, planned);
  }
  const parts = [
    ...(job.durationMs === undefined ? [] : [elapsedMs / job.durationMs]),
    ...(job.stopAfter > 0 ? [endedVisits(totals) / job.stopAfter] : []),
  ];
  return parts.length > 0 ? Math.max(...parts) : undefined;
}

/** The part of the job that has most to do yet; undefined where one has no end. */
function partOfAll(running: readonly Running[], elapsedMs: number): number | undefined {
  const parts = running.map((entry) => partDone(entry, elapsedMs));
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? Math.min(1, ...known) : undefined;
}

function clockTime(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${hours}:${minutes}`;
}

/** `06:00-22:00`; undefined for the whole day. */
export function activeHoursOf({
  traffic: {
    activeMinutes: { from, to },
  },
}: Job): string | undefined {
  return to - from === 1440 ? undefined : `${clockTime(from)}-${clockTime(to)}`;
}

/** Visits a day at most that this process may send; 0 for no cap. */
export function capOf(job: Job): number {
  return job.command === 'run' && job.dailyCap > 0 ? shareOf(job.dailyCap, job.shard) : 0;
}

/** True when the present local day has all the visits that it may have. */
export function isCapReached({ job, activity }: Running): boolean {
  return capOf(job) > 0 && activity.admittedToday >= capOf(job);
}

/** How much of the day's cap is used, where live runs have one. */
function capFacts(running: readonly Running[]): string[] {
  const capped = running.filter(({ job }) => capOf(job) > 0);
  const cap = sum(capped, ({ job }) => capOf(job));
  const admitted = sum(capped, ({ job, activity }) => Math.min(capOf(job), activity.admittedToday));
  return cap > 0 ? [`cap ${count(admitted)}/${count(cap)} today`] : [];
}

function activeFacts(running: readonly Running[]): string[] {
  const hours = running.flatMap(({ job }) => (job.command === 'run' ? (activeHoursOf(job) ?? []) : []));
  return [...new Set(hours)].map((window) => `active ${window}`);
}

/** When arrivals have ended: visits that may still go on, and for how long at most. */
function finishingFacts(running: readonly Running[], elapsedMs: number): string[] {
  const lefts = running.map(({ job }) =>
    job.command === 'run' && job.durationMs !== undefined
      ? job.durationMs + job.gracefulStopMs - elapsedMs
      : Number.POSITIVE_INFINITY,
  );
  const open = sum(running, ({ totals }) => openVisits(totals));
  const leftMs = Math.max(0, ...lefts);
  if (open === 0 || leftMs === 0) return ['ending'];
  return [
    `finishing ${open === 1 ? '1 visit' : `${count(open)} visits`}`,
    `${formatDuration(leftMs)} left at most`,
  ];
}

function isFinishing(running: readonly Running[], elapsedMs: number): boolean {
  return running.every(
    ({ job }) => job.command === 'run' && job.durationMs !== undefined && elapsedMs >= job.durationMs,
  );
}

/** Said once, where no bar shows it: arrivals have ended, and visits are under way. */
export function finishingText(running: readonly Running[], elapsedMs: number): string | undefined {
  const open = sum(running, ({ totals }) => openVisits(totals));
  if (open === 0 || !isFinishing(running, elapsedMs)) return undefined;
  const longestMs = Math.max(...running.map(({ job }) => (job.command === 'run' ? job.gracefulStopMs : 0)));
  const visits = open === 1 ? '1 visit is' : `${count(open)} visits are`;
  if (longestMs === 0) return `no more visits start: ${visits} under way, and cut off`;
  return `no more visits start: ${visits} under way, with up to ${formatDuration(longestMs)} to finish`;
}

/** @returns how things stand whenever it is asked; more than once a second is fine */
export function createStatus(startMs: number, running: readonly Running[]): (nowMs: number) => Status {
  const hitSpeed = createSpeed();
  const visitSpeed = createSpeed();
  const partSpeed = createSpeed();
  const recentLatency = createRecentLatency();

  /** Time left where the end is known and comes nearer, else the time that has passed. */
  function timeFact(nowMs: number, done: number | undefined): string {
    const perSecond = done === undefined ? 0 : partSpeed(done, nowMs);
    if (done === undefined || perSecond <= 0) return formatDuration(nowMs - startMs);
    return `${formatDuration(((1 - done) / perSecond) * 1000)} left`;
  }

  /** What is asked of the targets, what comes to them, and what they take of it. */
  function loadFacts(live: readonly LiveJob[], nowMs: number): string[] {
    const totals = running.map((entry) => entry.totals);
    const offered = visitSpeed(
      sum(totals, ({ visits }) => visits.planned),
      nowMs,
    );
    const accepted = hitSpeed(
      sum(totals, ({ acceptedNow }) => acceptedNow),
      nowMs,
    );
    const elapsedMs = nowMs - startMs;
    const taken = `accepted ${rateText(accepted)} hits/s`;
    if (isFinishing(running, elapsedMs)) return [...finishingFacts(running, elapsedMs), taken];
    const target = `target ${targetText(live, elapsedMs)}`;
    const cap = capFacts(running);
    // Who has set a cap looks for it.
    return [target, ...(cap.length > 0 ? cap : [`due ${rateText(offered)} visits/s`]), taken];
  }

  /** Losses come first where there are any. */
  function qualityFacts(isLive: boolean, nowMs: number): string[] {
    const totals = running.map((entry) => entry.totals);
    const lost = sum(totals, ({ hits, reasons }) => missingOf(hits, reasons));
    const p95 = isLive ? recentLatency(totals, nowMs) : undefined;
    const facts = [`${count(lost)} lost`, ...(p95 === undefined ? [] : [`p95 ${formatNumber(p95)} ms`])];
    return lost > 0 ? facts : facts.reverse();
  }

  /** What is done, and how fast. */
  function workFacts(nowMs: number): string[] {
    const totals = running.map((entry) => entry.totals);
    const perSecond = hitSpeed(
      sum(totals, ({ acceptedNow }) => acceptedNow),
      nowMs,
    );
    return [
      `${count(sum(totals, endedVisits))} visits`,
      `${count(sum(totals, ({ hits }) => hits.accepted))} hits (${formatNumber(perSecond, perSecond < 10 ? 1 : 0)}/s)`,
    ];
  }

  return (nowMs) => {
    const done = partOfAll(running, nowMs - startMs);
    const totals = running.map((entry) => entry.totals);
    const late = sum(totals, ({ reasons }) => overdueOf(reasons));
    const live = running.flatMap(({ job }) => (job.command === 'run' ? [job] : []));
    return {
      done,
      facts: [
        ...(live.length > 0 ? loadFacts(live, nowMs) : workFacts(nowMs)),
        ...qualityFacts(live.length > 0, nowMs),
        ...(late > 0 ? [`${count(late)} late`] : []),
        timeFact(nowMs, done),
        `${count(sum(running, ({ activity }) => activity.requestsInFlight))} in flight`,
        ...(running.some(isCapReached) ? [] : [`${count(sum(totals, openVisits))} open`]),
        ...activeFacts(running),
      ],
    };
  };
}
