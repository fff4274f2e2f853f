/** Measures how many visits a target sustains: one short live run after the other, each at a rate of its own. */
import { createMemoryLedger } from '../../ledger/memory.ts';
import { visitsPerDayFor } from '../../plan/days/load-profile.ts';
import type { Capacity, CapacityEvidence, CapacityPhase } from '../../report/capacity.ts';
import { lostOf } from '../../report/counts.ts';
import { percentileOf } from '../../report/percentile.ts';
import { merged, type Point } from '../../report/series.ts';
import { judge, measuresOfPoint } from '../../report/verdict.ts';
import { createPause } from '../../run/pause.ts';
import { createStop, type Stop } from '../../run/stop.ts';
import type { Clock } from '../../types/clock.ts';
import type { LoadProfile } from '../../types/load-profile.ts';
import type { Threshold } from '../../types/threshold.ts';
import type { LiveJob } from '../job.ts';
import { type JobResult, runJob } from '../run-job.ts';
import { type CapacityBounds, type CapacityStep, createCapacitySearch } from './capacity-search.ts';

/** Connections open and caches fill at the beginning of a step: it does not count. */
const WARM_UP_MS = 2_000;
/** A step that is in breach for so long ends at once: the target is not kept in trouble. */
const BREACH_MS = 3_000;
const BURST = 2;
/** Left alone after a step that was too much, so that the next one finds it rested. */
const REST_MS = 2_000;
/** Answers that come in are this share of the hits that go out, or a queue is growing. */
const KEEPS_UP = 0.95;

export interface CapacityRunOptions {
  readonly job: LiveJob;
  readonly bounds: CapacityBounds;
  readonly thresholds: readonly Threshold[];
  readonly stepMs: number;
  readonly holdMs: number;
}

export interface CapacityDependencies {
  readonly clock: Clock;
  readonly stop: Stop;
  readonly self: { readonly pid: number; readonly hostname: string };
  readonly onStart: (phase: CapacityPhase, rate: number, lengthMs: number) => void;
  readonly onStep: (evidence: CapacityEvidence) => void;
}

/** The job at an even rate for so long. */
function jobAt(job: LiveJob, rate: number, lengthMs: number): LiveJob {
  const profile: LoadProfile = { stages: [{ ms: lengthMs, from: rate, to: rate }] };
  const traffic = { ...job.traffic, visitsPerDay: visitsPerDayFor(profile) };
  return { ...job, traffic, profile, timing: 'compressed', durationMs: lengthMs };
}

/**
 * Looked at over a short window while a step goes on, so that it ends soon after it has become too much. A burst of
 * arrivals may double a latency for a moment; more than that is a queue.
 */
function abortingSoon(threshold: Threshold): Threshold {
  const { metric, limit } = threshold;
  if (metric.startsWith('visits.')) return threshold;
  const allowed = metric.startsWith('latency.') ? limit * BURST : limit;
  return { ...threshold, limit: allowed, overMs: BREACH_MS, abortAfterMs: WARM_UP_MS + BREACH_MS };
}

function percentile(point: Point, of: number): number {
  const { latencyMs } = point;
  return latencyMs ? percentileOf(latencyMs, of) : 0;
}

/** A step of the search that has been carried out. */
interface Tried extends CapacityStep {
  readonly startMs: number;
  readonly lengthMs: number;
  /** True: it was in breach of a threshold, and ended before its time. */
  readonly isCutShort: boolean;
}

/** What came of a step between its warm-up and its end: answers that come later are those of a queue. */
function evidenceOf(
  { points, verdicts: inWindows }: JobResult,
  { phase, rate, startMs, lengthMs: wantedMs, isCutShort }: Tried,
  thresholds: readonly Threshold[],
): CapacityEvidence {
  const within = points.filter((entry) => entry.startMs < startMs + wantedMs);
  const counted = within.filter((entry) => entry.startMs >= startMs + WARM_UP_MS);
  const point = merged(counted.length > 0 ? counted : within);
  if (!point) throw new Error('a step of the capacity search lasted no time');
  const { outcomes, offered, lengthMs } = point;
  const seconds = lengthMs / 1000;
  // A breach of a short window ends a step that may look well as a whole.
  const asWhole = thresholds
    .filter(({ metric }) => !metric.startsWith('visits.'))
    .map((threshold) => judge(threshold, 'default', measuresOfPoint(point)));
  const verdicts = isCutShort ? inWindows : asWhole;
  const isKeepingUp = outcomes.accepted >= offered * KEEPS_UP;
  return {
    phase,
    rate,
    offered: offered / seconds,
    accepted: outcomes.accepted / seconds,
    lost: lostOf(outcomes),
    latencyMs: { p50: percentile(point, 50), p95: percentile(point, 95), p99: percentile(point, 99) },
    seconds,
    isSustained: !isCutShort && isKeepingUp && verdicts.every(({ isMet }) => isMet),
    verdicts,
  };
}

/** @throws UserError when the target cannot be reached or refuses the token */
export async function findCapacity(
  rules: CapacityRunOptions,
  dependencies: CapacityDependencies,
): Promise<Capacity> {
  const { job, bounds, thresholds, stepMs, holdMs } = rules;
  const { clock, stop, self, onStart, onStep } = dependencies;
  const search = createCapacitySearch(bounds);
  const steps: CapacityEvidence[] = [];
  /** Of the sustained steps: the mean of hits a visit, by which a step's hits tell how many visits it came to. */
  let hits = 0;
  let visits = 0;
  const pause = createPause(clock);
  for (let step = search.next(); step && !stop.draining.aborted; step = search.next()) {
    const lengthMs = step.phase === 'hold' ? holdMs : stepMs;
    onStart(step.phase, step.rate, lengthMs);
    const own = createStop(stop);
    const startMs = clock.now();
    const result = await runJob(jobAt(job, step.rate, lengthMs), {
      clock,
      stop: own,
      pause,
      self,
      ledger: createMemoryLedger(),
      isAlive: () => false,
      options: { resume: false, again: true, inDoubt: 'skip' },
      thresholds: thresholds.map(abortingSoon),
      onDay: () => {},
    });
    if (result.error) throw result.error;
    if (stop.draining.aborted) break;
    const isCutShort = own.reason === 'threshold';
    const evidence = evidenceOf(result, { ...step, startMs, lengthMs, isCutShort }, thresholds);
    steps.push(evidence);
    onStep(evidence);
    // Where hits had to wait, fewer left than were to: only a sustained step tells what its visits came to.
    if (evidence.isSustained) {
      hits += evidence.offered * evidence.seconds;
      visits += step.rate * evidence.seconds;
    }
    search.note(evidence.isSustained, evidence.isSustained ? evidence.offered / (hits / visits) : step.rate);
    if (!evidence.isSustained) await clock.sleepUntil(clock.now() + REST_MS, stop.draining);
  }
  return { rate: search.best, isHeld: search.isHeld, steps };
}
