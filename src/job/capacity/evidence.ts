/** What a step of the search for a capacity says about the target. */
import type { CapacityEvidence } from '../../report/capacity.ts';
import { lostOf } from '../../report/counts.ts';
import { percentileOf } from '../../report/percentile.ts';
import { merged, type Point } from '../../report/series.ts';
import { judge, measuresOfPoint } from '../../report/verdict.ts';
import type { Threshold } from '../../types/threshold.ts';
import type { JobResult } from '../job-run.ts';
import type { CapacityStep, StepOutcome } from './capacity-search.ts';

/** Connections open and caches fill at the beginning of a step: it does not count. */
export const WARM_UP_MS = 2_000;
/** Accepted hits are this share of the hits that are due, or a queue is growing. */
const KEEPS_UP = 0.95;

function percentile({ latencyMs }: Point, of: number): number {
  return latencyMs ? percentileOf(latencyMs, of) : 0;
}

/** A step of the search that has been carried out. */
export interface TriedStep extends CapacityStep {
  readonly lengthMs: number;
  /** True: it was in breach of a threshold, and ended before its time. */
  readonly isCutShort: boolean;
}

const NOTHING = { offered: 0, accepted: 0, lost: 0, latencyMs: { p50: 0, p95: 0, p99: 0 }, seconds: 0 };

/** What came of a step between its warm-up and its end: answers that come later are those of a queue. */
export function evidenceOf(
  { points, verdicts: inWindows }: Pick<JobResult, 'points' | 'verdicts'>,
  { phase, rate, lengthMs: wantedMs, isCutShort }: TriedStep,
  thresholds: readonly Threshold[],
): CapacityEvidence {
  // The run plans and asks the target before it begins: its curve tells when that was.
  const startMs = points[0]?.startMs ?? 0;
  const within = points.filter((entry) => entry.startMs < startMs + wantedMs);
  const counted = within.filter((entry) => entry.startMs >= startMs + WARM_UP_MS);
  const point = merged(counted.length > 0 ? counted : within);
  if (!point || point.offered === 0) return { ...NOTHING, phase, rate, isSustained: false, verdicts: [] };
  const { outcomes, offered, offeredAccepted, lengthMs } = point;
  const seconds = lengthMs / 1000;
  const asWhole = thresholds
    .filter(({ metric }) => !metric.startsWith('visits.'))
    .map((threshold) => judge(threshold, 'default', measuresOfPoint(point)));
  // A breach of a short window ends a step that may look well as a whole. Else the numbers of the whole step tell why.
  const isMissed = asWhole.some(({ isMet }) => !isMet);
  const verdicts = isCutShort && !isMissed ? inWindows : asWhole;
  const isKeepingUp = outcomes.accepted >= offered * KEEPS_UP;
  return {
    phase,
    rate,
    offered: offered / seconds,
    accepted: offeredAccepted / seconds,
    lost: lostOf(outcomes),
    latencyMs: { p50: percentile(point, 50), p95: percentile(point, 95), p99: percentile(point, 99) },
    seconds,
    isSustained: !isCutShort && isKeepingUp && verdicts.every(({ isMet }) => isMet),
    verdicts,
  };
}

export function outcomeOf({ offered, isSustained }: CapacityEvidence): StepOutcome {
  if (offered === 0) return 'empty';
  return isSustained ? 'sustained' : 'too-much';
}
