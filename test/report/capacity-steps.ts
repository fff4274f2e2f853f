/** Steps of a search for a capacity. */
import type { CapacityEvidence, CapacityPhase } from '../../src/report/capacity.ts';

/** @param rate visits a second, of five hits each */
export function stepOf(phase: CapacityPhase, rate: number, isSustained: boolean): CapacityEvidence {
  const verdict = {
    threshold: 'latency.p95<500ms',
    target: 'default',
    value: isSustained ? 80 : 812,
    limit: 500,
    unit: 'ms',
    isMet: isSustained,
  } as const;
  return {
    phase,
    rate,
    offered: rate * 5,
    accepted: isSustained ? rate * 5 : rate * 4,
    lost: isSustained ? 0 : 7,
    latencyMs: { p50: 20, p95: verdict.value, p99: verdict.value + 100 },
    seconds: 18,
    isSustained,
    verdicts: [verdict],
  };
}
