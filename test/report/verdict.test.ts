import { build } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { parseThreshold } from '../../src/config/schema/threshold.ts';
import { judge, type Measures, verdictText } from '../../src/report/verdict.ts';
import type { Threshold } from '../../src/types/threshold.ts';

function thresholdOf(text: string): Threshold {
  const parsed = parseThreshold(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

function measures(changes: Partial<Measures> = {}): Measures {
  const latencyMs = build({ numberOfSignificantValueDigits: 3 });
  for (let ms = 1; ms <= 100; ms++) latencyMs.recordValue(ms);
  return {
    outcomes: { accepted: 990, rejected: 1, failed: 4, unknown: 0, skipped: 5 },
    offered: 1000,
    sent: 995,
    lost: 5,
    accepted: 990,
    visits: { planned: 200, complete: 190, partial: 6, failed: 1, skipped: 3 },
    requests: 995,
    latencyMs,
    seconds: 10,
    ...changes,
  };
}

const outcomeOf = (text: string, changes?: Partial<Measures>) =>
  judge(thresholdOf(text), 'a', measures(changes));

describe('a threshold', () => {
  it.each([
    ['latency.p95<96ms', 95, true],
    ['latency.p95<95ms', 95, false],
    ['latency.p95<=95ms', 95, true],
    ['latency.max<0.2s', 100, true],
    ['latency.mean>50ms', 50.5, true],
    ['hits.failed<0.1%', 0.004, false],
    ['hits.failed<5', 4, true],
    ['hits.lost <= 5', 5, true],
    ['hits.accepted>=99%', 0.99, true],
    ['visits.complete>=95%', 0.95, true],
    ['rate>=0.98', 0.995, true],
    ['rate>=99.9%', 0.995, false],
    ['throughput>100/s', 99, false],
    ['requests<1000', 995, true],
  ])('%s measures %d: met is %s', (text, value, isMet) => {
    const verdict = outcomeOf(text);
    expect(verdict.value).toBeCloseTo(value, 6);
    expect(verdict.isMet).toBe(isMet);
  });

  it('is missed where nothing was measured', () => {
    expect(outcomeOf('latency.p95<500ms', { latencyMs: undefined })).toMatchObject({
      value: null,
      isMet: false,
    });
    expect(outcomeOf('rate>=0.98', { offered: 0, sent: 0 }).isMet).toBe(false);
  });

  it('may be about one target, a window, and end the run', () => {
    expect(thresholdOf('new/latency.p99<2s over 30s abort after 1m')).toMatchObject({
      target: 'new',
      metric: 'latency.p99',
      limit: 2000,
      overMs: 30_000,
      abortAfterMs: 60_000,
    });
    expect(thresholdOf('hits.lost<1% abort')).toMatchObject({ abortAfterMs: 0, overMs: undefined });
  });

  it.each([
    ['latency<5ms', 'there is no metric latency'],
    ['latency.p95=5ms', 'expected METRIC'],
    ['latency.p95<5%', 'its unit is ms or s'],
    ['rate>3/s', 'its unit is %'],
    ['visits.complete>9% over 10s', 'visits cannot be checked in a window'],
    ['', 'expected METRIC'],
  ])('is not %j', (text, reason) => {
    expect(parseThreshold(text)).toContain(reason);
  });

  it('says by how much it was missed', () => {
    expect(verdictText(outcomeOf('latency.p95<50ms'))).toBe('latency.p95<50ms: 95 ms, 90 % above');
    expect(verdictText(outcomeOf('throughput>=110/s'))).toBe('throughput>=110/s: 99.0/s, 10 % below');
    expect(verdictText(outcomeOf('hits.failed<0.1%'))).toBe('hits.failed<0.1%: 0.40 %, 300 % above');
    expect(verdictText(outcomeOf('rate>=0.98'))).toBe('rate>=0.98: 99.50 %');
    expect(verdictText(outcomeOf('rate>=0.98', { offered: 0, sent: 0 }))).toBe(
      'rate>=0.98: nothing was measured',
    );
  });
});
