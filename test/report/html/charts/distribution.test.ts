import { describe, expect, it } from 'vitest';
import { createTotals } from '../../../../src/ledger/totals.ts';
import { columnsOf } from '../../../../src/report/html/charts/distribution.ts';

function histogramOf(...values: number[]) {
  const { latencyMs } = createTotals();
  for (const value of values) latencyMs.recordValue(value);
  return latencyMs;
}

describe('a distribution of times', () => {
  it('counts each time once, between the shortest and the longest', () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 4000);
    const columns = columnsOf(histogramOf(...values));
    expect(columns.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
    // A histogram of two digits tells times above 256 ms apart by up to 1 %.
    for (const { fromMs, toMs, count } of columns.filter((column) => column.toMs <= 256)) {
      expect(count).toBe(values.filter((value) => value >= fromMs && value < toMs).length);
    }
  });

  it('has columns without a gap between them', () => {
    const columns = columnsOf(histogramOf(0, 3, 900));
    expect(columns[0]).toEqual({ fromMs: 0, toMs: 1, count: 1 });
    expect(columns.at(-1)).toMatchObject({ fromMs: 800, toMs: 1000, count: 1 });
    for (const [i, { toMs }] of columns.slice(0, -1).entries()) expect(columns[i + 1]?.fromMs).toBe(toMs);
  });

  it('is empty where there is no time', () => {
    expect(columnsOf(histogramOf())).toEqual([]);
  });

  it('reaches as far as a histogram does', () => {
    expect(columnsOf(histogramOf(3_600_000))).toMatchObject([{ count: 1 }]);
  });
});
