import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { sumOf } from '../../src/ledger/sum.ts';
import { createTotals, type Totals } from '../../src/ledger/totals.ts';
import { createLatencies } from '../../src/report/series.ts';
import {
  decodeError,
  decodePoint,
  decodeTotals,
  encodeError,
  encodePoint,
  encodeTotals,
} from '../../src/shards/serialization.ts';

const overTheWire = (totals: Totals) => decodeTotals(structuredClone(encodeTotals(totals)));

function withTimes(times: readonly number[]): Totals {
  const totals = createTotals();
  for (const ms of times) {
    totals.requests++;
    totals.latencyMs.recordValue(ms);
    totals.lagMs.recordValue(Math.floor(ms / 7));
  }
  return totals;
}

function timesOf({ requests, latencyMs, lagMs }: Totals) {
  const told = [latencyMs, lagMs].map((histogram) => ({
    percentiles: [1, 50, 90, 95, 99, 99.9, 100].map((p) => histogram.getValueAtPercentile(p)),
    mean: histogram.mean,
    max: histogram.maxValue,
    count: histogram.totalCount,
  }));
  return { requests, told };
}

describe('totals over the wire', () => {
  it('of several processes give the distribution of one that recorded everything', () => {
    const times = fc.array(fc.integer({ min: 0, max: 3_600_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(times, { maxLength: 4 }), (parts) => {
        const merged = sumOf(parts.map((part) => overTheWire(withTimes(part))));
        expect(timesOf(merged)).toEqual(timesOf(withTimes(parts.flat())));
      }),
    );
  });

  it('keep every count', () => {
    const totals = createTotals();
    totals.hits.accepted = 7;
    totals.visits.partial = 2;
    totals.reasons.late = 3;
    totals.revenueCents = 12_345;
    totals.funnels.Shop = { entered: 3, completed: 1, steps: [3, 2, 1] };
    totals.behaviours['acme/rate'] = { planned: 9, complete: 5, partial: 2, failed: 1, skipped: 1 };
    expect(encodeTotals(overTheWire(totals))).toEqual(encodeTotals(totals));
    expect(overTheWire(totals)).toMatchObject({
      revenueCents: 12_345,
      funnels: { Shop: { steps: [3, 2, 1] } },
    });
  });
});

it('points over the wire keep their latencies, and have none where they had none', () => {
  const outcomes = { accepted: 1, rejected: 0, failed: 0, unknown: 0, skipped: 2 };
  const point = {
    startMs: 5,
    lengthMs: 1000,
    offered: 4,
    sent: 1,
    offeredAccepted: 1,
    outcomes,
    overdue: 2,
    requests: 1,
    visits: 1,
  };
  const latencyMs = createLatencies();
  latencyMs.recordValue(40_001);
  const told = decodePoint(structuredClone(encodePoint({ ...point, latencyMs })));
  expect(told).toMatchObject(point);
  expect(told.latencyMs?.maxValue).toBe(40_001);
  expect(decodePoint(encodePoint({ ...point, latencyMs: undefined })).latencyMs).toBeUndefined();
});

it('an error over the wire keeps its code, exit code and hint', () => {
  const error = new UserError('Full.', { code: 'ledger-full', exitCode: 2, hint: 'Free some space.' });
  const told = decodeError(structuredClone(encodeError(error)));
  expect(told).toBeInstanceOf(UserError);
  expect(told).toMatchObject({
    message: 'Full.',
    code: 'ledger-full',
    exitCode: 2,
    hint: 'Free some space.',
  });
});
