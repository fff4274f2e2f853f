/** Measures how many visits a target sustains: one short live run after the other, each at a rate of its own. */
import { createMemoryLedger } from '../../ledger/memory.ts';
import type { Totals } from '../../ledger/totals.ts';
import { visitsPerDayFor } from '../../plan/days/load-profile.ts';
import type { Capacity, CapacityEvidence } from '../../report/capacity.ts';
import { createPause } from '../../run/pause.ts';
import { createStop, type Stop } from '../../run/stop.ts';
import type { Clock } from '../../types/clock.ts';
import type { LoadProfile } from '../../types/load-profile.ts';
import type { Threshold } from '../../types/threshold.ts';
import type { LiveJob } from '../job.ts';
import type { Activity } from '../monitor/activity.ts';
import { runJob } from '../run-job.ts';
import {
  type CapacityBounds,
  type CapacityStep,
  createCapacitySearch,
  mostSteps,
} from './capacity-search.ts';
import { evidenceOf, outcomeOf, WARM_UP_MS } from './evidence.ts';

/** A step that is in breach for so long ends at once: the target is not kept in trouble. */
const BREACH_MS = 3_000;
const BURST = 2;
/** Left alone after a step that was too much, twice as long after the next one, so that each finds it rested. */
const REST_MS = 2_000;
const LONGEST_REST_MS = 16_000;

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
  /** A step begins; the counts change as it goes on. */
  readonly onStart: (step: CapacityStep, job: LiveJob, totals: Totals, activity: Readonly<Activity>) => void;
  readonly onStep: (evidence: CapacityEvidence) => void;
  /** The target is left alone for so long. */
  readonly onRest: (ms: number) => void;
}

/** What was found, whatever ended the search. */
export interface CapacityEnd {
  readonly capacity: Capacity;
  readonly failure: { readonly error: unknown } | undefined;
}

/** How long the search takes at most, where what it finds can be held. */
export function longestSearchMs({
  bounds,
  stepMs,
  holdMs,
}: Omit<CapacityRunOptions, 'job' | 'thresholds'>): number {
  return mostSteps(bounds) * (stepMs + REST_MS) + holdMs;
}

/** The job at an even rate for so long. */
function jobAt(job: LiveJob, rate: number, lengthMs: number): LiveJob {
  const profile: LoadProfile = { stages: [{ ms: lengthMs, from: rate, to: rate }] };
  const traffic = { ...job.traffic, volume: 'exact', visitsPerDay: visitsPerDayFor(profile) } as const;
  return { ...job, traffic, profile, timing: 'compressed', durationMs: lengthMs, gracefulStopMs: 0 };
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

/** One rate, tried. @returns undefined when the search was stopped meanwhile */
async function tryRate(
  { job, thresholds, stepMs, holdMs }: CapacityRunOptions,
  step: CapacityStep,
  { clock, stop, self, onStart }: CapacityDependencies,
): Promise<CapacityEvidence | undefined> {
  const lengthMs = step.phase === 'hold' ? holdMs : stepMs;
  const own = createStop(stop);
  const running = jobAt(job, step.rate, lengthMs);
  const result = await runJob(running, {
    clock,
    stop: own,
    pause: createPause(clock),
    self,
    ledger: createMemoryLedger(),
    isAlive: () => false,
    options: { resume: false, again: true, inDoubt: 'skip' },
    thresholds: thresholds.map(abortingSoon),
    onStart: (totals, activity) => onStart(step, running, totals, activity),
    onDay: () => {},
  });
  if (result.error) throw result.error;
  if (stop.draining.aborted) return undefined;
  const isCutShort = own.reason === 'threshold';
  return evidenceOf(result, { ...step, lengthMs, isCutShort }, thresholds);
}

/** Never rejects: what was found until then counts, whatever ends the search. */
export async function findCapacity(
  rules: CapacityRunOptions,
  dependencies: CapacityDependencies,
): Promise<CapacityEnd> {
  const { clock, stop, onStep, onRest } = dependencies;
  const search = createCapacitySearch(rules.bounds);
  const steps: CapacityEvidence[] = [];
  let restMs = REST_MS;
  let failure: CapacityEnd['failure'];
  try {
    for (let step = search.next(); step && !stop.draining.aborted; step = search.next()) {
      const evidence = await tryRate(rules, step, dependencies);
      if (!evidence) break;
      steps.push(evidence);
      onStep(evidence);
      const outcome = outcomeOf(evidence);
      search.note(outcome);
      if (outcome !== 'too-much') restMs = REST_MS;
      else if (search.next()) {
        onRest(restMs);
        await clock.sleepUntil(clock.now() + restMs, stop.draining);
        restMs = Math.min(LONGEST_REST_MS, restMs * 2);
      }
    }
  } catch (error) {
    failure = { error };
  }
  return { capacity: { ...search.finding, steps }, failure };
}
