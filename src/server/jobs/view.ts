/** A job as answers and events show it. */
import type { EventSpan } from '../../plan/days/declared-events.ts';
import { isEnded, type JobRow } from '../store/job-store.ts';
import type { Job } from './job.ts';
import type { Outcome } from './progress.ts';
import { shownTotals } from './totals.ts';

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const rounded = (value: number) => Math.round(value * 100) / 100;

function outcomeOf(row: JobRow): Outcome | undefined {
  // Written by the service only, and undefined before the end.
  return (row.outcome as Outcome | null) ?? undefined;
}

const shownEvents = (events: readonly EventSpan[]) =>
  events.map(({ kind, fromMs, toMs, factor }) => ({ kind, from: iso(fromMs), to: iso(toMs), factor }));

function liveView(job: Job | undefined) {
  if (!job) return { rates: null, targets: [] };
  const { hitsPerSecond, visitsPerSecond, requestsPerSecond } = job.progress.rates();
  return {
    rates: {
      hitsPerSecond: rounded(hitsPerSecond),
      visitsPerSecond: rounded(visitsPerSecond),
      requestsPerSecond: rounded(requestsPerSecond),
    },
    targets: job.progress
      .targets()
      .map(({ totals, responseTimeoutMs: _, nextVisit, declaredEvents, ...facts }) => ({
        ...facts,
        nextVisit: nextVisit && { at: iso(nextVisit.atMs), why: nextVisit.why },
        declaredEvents: shownEvents(declaredEvents),
        totals: totals ? shownTotals(totals) : null,
      })),
  };
}

/** A process of it is at work, or will be in a moment. */
const isSending = ({ state }: JobRow, job: Job | undefined): job is Job =>
  job !== undefined && !isEnded(state) && state !== 'needs-token';

/**
 * @param job where it is at work
 * @param missingTokens names of secrets that it was started with and that are not kept
 */
export function jobView(row: JobRow, job: Job | undefined, missingTokens: readonly string[]) {
  const { id, command, name, state, request, createdMs, startedMs, endedMs, exitCode, error } = row;
  const outcome = outcomeOf(row);
  const totals = job?.progress.totals;
  const live = liveView(job);
  return {
    id,
    command,
    name,
    state,
    isEnded: isEnded(state),
    isWanted: row.isWanted,
    presets: request.presets,
    isSink: request.isSink,
    missingTokens: [...missingTokens],
    withoutTokensSince: missingTokens.length > 0 && isSending(row, job) ? iso(job.launchedMs) : null,
    shards: request.shards,
    source: row.source,
    createdAt: iso(createdMs),
    startedAt: iso(startedMs),
    endedAt: iso(endedMs),
    endsAt: startedMs === null || request.forMs === null ? null : iso(startedMs + request.forMs),
    exitCode,
    error,
    pid: job ? row.pid || null : null,
    restarts: row.restarts,
    isTargetDown: job?.progress.isTargetDown ?? false,
    totals: totals ? shownTotals(totals) : (outcome?.totals ?? null),
    rates: live.rates,
    thresholds: request.thresholds ?? [],
    targets:
      live.targets.length > 0
        ? live.targets
        : (outcome?.targets ?? []).map(({ declaredEvents = [], ...facts }) => {
            return { ...facts, declaredEvents: shownEvents(declaredEvents) };
          }),
  };
}
