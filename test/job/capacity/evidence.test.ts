import { describe, expect, it } from 'vitest';
import { parseThreshold } from '../../../src/config/schema/threshold.ts';
import { evidenceOf, outcomeOf, type TriedStep } from '../../../src/job/capacity/evidence.ts';
import { createSeries } from '../../../src/report/series.ts';
import type { Verdict } from '../../../src/report/verdict.ts';
import type { Batch, Delivery } from '../../../src/types/delivery.ts';
import { liveBatches, visitOf } from '../../doubles/hits.ts';

const START_MS = Date.UTC(2026, 9, 20, 12);
const STEP: TriedStep = { phase: 'grow', rate: 5, lengthMs: 10_000, isCutShort: false };

function thresholdOf(text: string) {
  const parsed = parseThreshold(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

/** A step with a hit every `gapMs`, each of which is answered after so long. */
function stepWith(gapMs: number, latencyOf: (dueMs: number) => number) {
  let nowMs = START_MS;
  const series = createSeries(() => nowMs, { mostPoints: 600, beyond: 'merge' });
  const [batch] = liveBatches([visitOf()]) as [Batch];
  for (let dueMs = START_MS; dueMs < START_MS + STEP.lengthMs; dueMs += gapMs) {
    const answeredMs = dueMs + latencyOf(dueMs - START_MS);
    nowMs = Math.max(nowMs, answeredMs);
    const delivery: Delivery = { outcomes: [{ kind: 'accepted' }], retries: 0, sentMs: dueMs, answeredMs };
    series.sent({ ...batch, leaveMs: dueMs }, delivery, answeredMs - dueMs);
  }
  return { points: series.points, verdicts: [] };
}

describe('the evidence of a step', () => {
  it('has what was due after the warm-up, and its latencies', () => {
    const evidence = evidenceOf(
      stepWith(100, () => 20),
      STEP,
      [thresholdOf('latency.p95<500ms')],
    );
    expect(evidence).toMatchObject({ offered: 10, accepted: 10, lost: 0, seconds: 8, isSustained: true });
    expect(evidence.latencyMs.p95).toBe(20);
    expect(outcomeOf(evidence)).toBe('sustained');
  });

  it('has no more accepted than offered, though answers to the warm-up come later', () => {
    const evidence = evidenceOf(
      stepWith(100, (sinceMs) => (sinceMs < 2000 ? 3000 - sinceMs : 20)),
      STEP,
      [],
    );
    expect(evidence.offered).toBe(10);
    expect(evidence.accepted).toBe(10);
  });

  it('is too much where answers fall behind', () => {
    const evidence = evidenceOf(
      stepWith(100, (sinceMs) => sinceMs),
      STEP,
      [],
    );
    expect(evidence.accepted).toBeLessThanOrEqual(evidence.offered);
    expect(outcomeOf(evidence)).toBe('too-much');
  });

  it('tells of a step that was cut short by its own numbers, or by those of the window that ended it', () => {
    const limit = thresholdOf('latency.p95<500ms');
    const window: Verdict = {
      threshold: 'of the window',
      target: 'default',
      value: 1327,
      limit: 1000,
      unit: 'ms',
      isMet: false,
    };
    const cutShort = (latencyMs: number) =>
      evidenceOf({ ...stepWith(100, () => latencyMs), verdicts: [window] }, { ...STEP, isCutShort: true }, [
        limit,
      ]);
    const slow = cutShort(1500);
    expect(slow.verdicts).toMatchObject([{ value: slow.latencyMs.p95, limit: 500, isMet: false }]);
    expect(cutShort(20).verdicts).toMatchObject([{ threshold: 'of the window' }]);
    expect(cutShort(20).isSustained).toBe(false);
  });

  it('is none where no visit arrived', () => {
    for (const points of [[], stepWith(60_000, () => 1).points.slice(1)]) {
      const evidence = evidenceOf({ points, verdicts: [] }, STEP, [thresholdOf('rate>=0.98')]);
      expect(evidence).toMatchObject({ offered: 0, accepted: 0, isSustained: false });
      expect(outcomeOf(evidence)).toBe('empty');
    }
  });
});
