import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTotals } from '../../src/ledger/totals.ts';
import { createCurve } from '../../src/server/jobs/curve.ts';
import { percentilesOf, since, sumOfPairs } from '../../src/server/jobs/pairs.ts';
import { sumOfTotals, withRestUnknown } from '../../src/server/jobs/totals.ts';
import { createRotatingFile } from '../../src/server/stream/rotating-file.ts';
import { decodeTotals, encodeTotals } from '../../src/shards/serialization.ts';
import { createFakeHost } from '../doubles/fake-host.ts';

function totalsOf(accepted: number, times: readonly number[] = []) {
  const totals = createTotals();
  totals.hits.planned = accepted;
  totals.hits.accepted = accepted;
  totals.requests = times.length;
  totals.visits.planned = Math.floor(accepted / 3);
  for (const ms of times) totals.latencyMs.recordValue(ms);
  return encodeTotals(totals);
}

const times = fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 60 });

describe('distributions over the wire', () => {
  it('have the percentiles of the histogram that they come from', () => {
    fc.assert(
      fc.property(times, (list) => {
        const wire = totalsOf(list.length, list);
        const histogram = decodeTotals(wire).latencyMs;
        const { p50, p99, max } = percentilesOf(wire.latencyMs);
        const near = (value: number, percent: number) => {
          const right = list.length === 0 ? 0 : histogram.getValueAtPercentile(percent);
          return Math.abs(value - right) <= Math.max(1, right * 0.02);
        };
        expect([near(p50, 50), near(p99, 99), near(max, 100)]).toEqual([true, true, true]);
      }),
    );
  });

  it('add up, and what was added is what differs', () => {
    fc.assert(
      fc.property(times, times, (first, second) => {
        const [one, two] = [totalsOf(0, first).latencyMs, totalsOf(0, second).latencyMs];
        const both = sumOfPairs([one, two]);
        expect(both.reduce((sum, [, count]) => sum + count, 0)).toBe(first.length + second.length);
        expect(since(one, both)).toEqual(sumOfPairs([[], two]));
      }),
    );
  });
});

describe('totals', () => {
  it('of several processes add up, and what a lost one had planned is unknown', () => {
    const lost = { ...totalsOf(10), hits: { ...totalsOf(10).hits, planned: 14 } };
    const sum = sumOfTotals([withRestUnknown(lost), totalsOf(5)]);
    expect(sum.hits).toMatchObject({ planned: 19, accepted: 15, unknown: 4 });
    expect(sum.reasons).toEqual({ 'process-lost': 4 });
  });
});

describe('a curve', () => {
  it('keeps seconds for an hour, minutes and hours for longer, and every hit once', () => {
    const curve = createCurve(0);
    const seconds = 5 * 3600;
    for (let second = 1; second <= seconds; second++) curve.add(second * 1000, totalsOf(second * 2));
    const of = (resolution: 'second' | 'minute' | 'hour') => curve.points(resolution, 0);
    expect(of('second').atMs).toHaveLength(3600);
    expect(of('minute').atMs).toHaveLength(300);
    expect(of('hour').atMs).toHaveLength(5);
    for (const resolution of ['minute', 'hour'] as const) {
      expect(of(resolution).accepted.reduce((sum, count) => sum + count, 0)).toBe(seconds * 2);
    }
    expect(curve.points('second', (seconds - 10) * 1000).accepted).toEqual(new Array(10).fill(2));
  });

  it('begins anew with another process, and does not go back', () => {
    const curve = createCurve(0);
    curve.add(1000, totalsOf(100));
    curve.restart(5000);
    curve.add(6000, totalsOf(3));
    expect(curve.points('second', 0)).toMatchObject({ accepted: [100, 3], seconds: [1, 1] });
  });
});

describe('a log file', () => {
  it('is begun anew when it is full, with three older ones beside it', () => {
    const host = createFakeHost();
    const write = createRotatingFile(host, '/data/service.log', () => {}, 100);
    for (let i = 0; i < 50; i++) write(`${String(i).padStart(30, '.')}\n`);
    const names = [...host.files.keys()].filter((name) => name.startsWith('/data/'));
    expect(names.sort()).toEqual(['', '.1', '.2', '.3'].map((end) => `/data/service.log${end}`));
    for (const name of names) expect(host.files.get(name)?.length).toBeLessThanOrEqual(100);
    expect(host.files.get('/data/service.log')).toContain('49');
  });

  it('that cannot be written is told once', () => {
    const host = createFakeHost();
    const broken: unknown[] = [];
    const full = {
      ...host,
      appendFile: () => {
        throw new Error('ENOSPC');
      },
    };
    const write = createRotatingFile(full, '/data/service.log', (error) => broken.push(error));
    write('a\n');
    write('b\n');
    expect(broken).toHaveLength(1);
  });
});
