import { expect, it } from 'vitest';
import { createCarriedRequests } from '../../src/cluster/carried-requests.ts';
import { createTotals } from '../../src/ledger/totals.ts';
import { decodeTotals, encodeTotals } from '../../src/shards/serialization.ts';

/** Requests of so many ms each, beside those of whole days that are known by their number alone. */
function counted(timesMs: readonly number[], ofDays = 0, timeouts = 0) {
  const totals = createTotals();
  totals.requests = timesMs.length + ofDays;
  for (const ms of timesMs) totals.latencyMs.recordValue(ms);
  if (timeouts > 0) totals.failedAttempts['no-answer'] = timeouts;
  return encodeTotals(totals);
}
const shown = (totals: ReturnType<typeof counted>) => {
  const { requests, latencyMs, failedAttempts } = decodeTotals(totals);
  return [requests, latencyMs.totalCount, latencyMs.maxValue, failedAttempts['no-answer'] ?? 0];
};

it('are added to those of the worker that goes on with a backfill, each once', () => {
  const former = counted([10, 90, 20], 5, 2);
  const carried = createCarriedRequests(former, 'backfill');
  // The new owner begins with the five of the whole day, and has sent two when it first tells of it.
  expect(shown(carried(counted([30, 40], 5)))).toEqual([10, 5, 90, 2]);
  expect(shown(carried(counted([30, 40, 50], 5, 1)))).toEqual([11, 6, 90, 3]);
  const third = createCarriedRequests(carried(counted([30, 40, 50], 5, 1)), 'backfill');
  expect(shown(third(counted([], 5)))).toEqual([11, 6, 90, 3]);
});

it('are not counted again where a day has become whole meanwhile', () => {
  const carried = createCarriedRequests(counted([10, 90, 20], 0), 'backfill');
  expect(shown(carried(counted([], 3)))).toEqual([3, 3, 90, 0]);
});

it('are known to the next owner of a live run, but for failed attempts', () => {
  const carried = createCarriedRequests(counted([10, 90], 0, 2), 'run');
  expect(shown(carried(counted([10, 90, 30])))).toEqual([3, 3, 90, 2]);
});

it('are none where nobody had the shard before', () => {
  const totals = counted([1]);
  expect(createCarriedRequests(undefined, 'run')(totals)).toBe(totals);
});
