import { describe, expect, it } from 'vitest';
import { createTotals } from '../../src/ledger/totals.ts';
import { createDays } from '../../src/shards/days.ts';

function create(shards: number) {
  const given: [date: string, visits: number][] = [];
  const days = createDays(shards, (date, { visits }) => given.push([date, visits.planned]));
  const part = (visits: number) => {
    const totals = createTotals();
    totals.visits.planned = visits;
    return totals;
  };
  return { given, days, part };
}

describe('days of several shards', () => {
  it('come out in order, when the last shard has given its part', () => {
    const { given, days, part } = create(2);
    days.add(0, '2026-10-01', part(3));
    days.add(0, '2026-10-02', part(4));
    expect(given).toEqual([]);
    days.add(1, '2026-10-01', part(5));
    expect(given).toEqual([['2026-10-01', 8]]);
    days.add(1, '2026-10-02', part(6));
    expect(given).toEqual([
      ['2026-10-01', 8],
      ['2026-10-02', 10],
    ]);
  });

  it('do not wait for a shard that has no visits on the day, nor for one that has ended', () => {
    const { given, days, part } = create(3);
    days.add(0, '2026-10-01', part(3));
    days.add(1, '2026-10-02', part(5));
    expect(given).toEqual([]);
    days.end(2);
    expect(given).toEqual([['2026-10-01', 3]]);
    days.end(0);
    expect(given).toEqual([
      ['2026-10-01', 3],
      ['2026-10-02', 5],
    ]);
  });
});
