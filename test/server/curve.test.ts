import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createProcessHost } from '../../src/host.ts';
import { createTotals } from '../../src/ledger/totals.ts';
import { createCurve } from '../../src/server/jobs/curve.ts';
import { percentilesOf, since, sumOfPairs } from '../../src/server/jobs/pairs.ts';
import { type CurvePoint, sumOfTotals, withRestSettled } from '../../src/server/jobs/totals.ts';
import { openDatabase } from '../../src/server/store/database.ts';
import { createDelayedWrites } from '../../src/server/store/delayed-writes.ts';
import { createPointStore } from '../../src/server/store/point-store.ts';
import { createRotatingFile } from '../../src/server/stream/rotating-file.ts';
import { decodeTotals, encodeTotals, type SerializedTotals } from '../../src/shards/serialization.ts';
import { createFakeHost } from '../doubles/fake-host.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

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
  it('of several processes add up: of a lost one, what was due is unknown, and what was not due was not sent', () => {
    const lost = { ...totalsOf(10), hitsToCome: 3, hits: { ...totalsOf(10).hits, planned: 14 } };
    const sum = sumOfTotals([withRestSettled(lost), totalsOf(5)]);
    expect(sum.hits).toMatchObject({ planned: 19, accepted: 15, unknown: 1, skipped: 3 });
    expect(sum).toMatchObject({ reasons: { 'process-lost': 1, stopped: 3 }, hitsToCome: 0 });
    const ended = totalsOf(5);
    expect(withRestSettled(ended)).toBe(ended);
    const ofPlugin = (visits: number) => ({
      ...totalsOf(1),
      behaviours: { 'acme/rate': { ...totalsOf(visits).visits, planned: visits } },
    });
    // A process of an earlier version counts none.
    const { behaviours: _, ...earlier } = totalsOf(5);
    const all = sumOfTotals([ofPlugin(2), earlier as SerializedTotals, ofPlugin(7)]);
    expect(all.behaviours['acme/rate']?.planned).toBe(9);
  });
});

/** The points that a curve has given out. */
function kept() {
  const points: { resolution: string; point: CurvePoint }[] = [];
  const keep = (resolution: string, point: CurvePoint) => void points.push({ resolution, point });
  const of = (wanted: string) =>
    points.flatMap(({ resolution, point }) => (resolution === wanted ? [point] : []));
  return { keep, of };
}

const accepted = (points: readonly CurvePoint[]) => points.map((point) => point.accepted);
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe('a curve', () => {
  it('has seconds, minutes and hours, and every hit once in each', () => {
    const { keep, of } = kept();
    const curve = createCurve(0, keep);
    const seconds = 5 * 3600;
    for (let second = 1; second <= seconds; second++) curve.add(second * 1000, totalsOf(second * 2));
    const counts = ['second', 'minute', 'hour'].map((resolution) => accepted(of(resolution)));
    expect(counts.map((list) => list.length)).toEqual([seconds, 300, 5]);
    expect(counts.map(sum)).toEqual([seconds * 2, seconds * 2, seconds * 2]);
  });

  it('begins anew with another process, does not go back, and loses no part of a minute', () => {
    const { keep, of } = kept();
    const curve = createCurve(0, keep);
    curve.add(1000, totalsOf(100));
    curve.restart(5000, undefined);
    curve.add(6000, totalsOf(3));
    expect(of('second')).toMatchObject([
      { accepted: 100, seconds: 1 },
      { accepted: 3, seconds: 1 },
    ]);
    expect(accepted(of('minute'))).toEqual([100]);
  });

  it('goes on from what was counted, where the next process counts up to it first', () => {
    const { keep, of } = kept();
    const curve = createCurve(0, keep);
    curve.add(1000, totalsOf(100));
    curve.restart(5000, totalsOf(100));
    for (const [atMs, count] of [
      [6000, 40],
      [7000, 100],
      [8000, 130],
    ] as const) {
      curve.add(atMs, totalsOf(count));
    }
    expect(accepted(of('second'))).toEqual([100, 0, 0, 30]);
  });
});

async function openStore() {
  const folder = mkdtempSync(join(tmpdir(), 'trafficinator-points-'));
  folders.push(folder);
  const clock = new VirtualClock(0);
  const open = async () => {
    const connection = await openDatabase(createProcessHost(), join(folder, 'control.db'));
    return {
      connection,
      store: createPointStore(
        connection,
        clock,
        createDelayedWrites(() => {}),
      ),
    };
  };
  return { clock, open };
}

function pointAt(atMs: number, count: number): CurvePoint {
  const none = { planned: 0, rejected: 0, failed: 0, unknown: 0, skipped: 0, visits: 0 };
  return {
    ...none,
    atMs,
    seconds: 1,
    accepted: count,
    requests: 1,
    p50: 1,
    p95: count,
    p99: count,
    lagP99: 0,
  };
}

describe('points on the disk', () => {
  it('are written within seconds also after the clock was put back', async () => {
    const { open } = await openStore();
    const { connection } = await open();
    let nowMs = 3_600_000;
    const jumping = createPointStore(
      connection,
      { now: () => nowMs },
      createDelayedWrites(() => {}),
    );
    nowMs = 0;
    jumping.add(1, undefined, 'second', pointAt(1000, 1));
    expect(connection.rows('select count(*) as n from point', [], (row) => row)).toEqual([{ n: 1 }]);
    connection.close();
  });

  it('are kept by the second for an hour, by the minute for a week', async () => {
    const { clock, open } = await openStore();
    const { store, connection } = await open();
    for (let minute = 1; minute <= 120; minute++) {
      await clock.advance(60_000);
      store.add(1, undefined, 'second', pointAt(minute * 60_000, 1));
      store.add(1, undefined, 'minute', pointAt(minute * 60_000, 1));
    }
    expect(store.columns(1, undefined, 'second', 0).atMs).toHaveLength(60);
    expect(store.columns(1, undefined, 'minute', 0).atMs).toHaveLength(120);
    expect(store.columns(1, undefined, 'minute', 118 * 60_000).accepted).toEqual([1, 1]);
    expect(store.columns(1, 0, 'second', 0).atMs).toEqual([]);
    store.remove(1);
    expect(store.columns(1, undefined, 'minute', 0).atMs).toEqual([]);
    connection.close();
  });

  it('and how far a job has come outlive the service, but for the last five seconds', async () => {
    const { clock, open } = await openStore();
    const before = await open();
    for (let second = 1; second <= 8; second++) {
      await clock.advance(1000);
      before.store.add(7, 0, 'second', pointAt(second * 1000, second));
      before.store.saveProgress(7, { second });
    }
    // Killed: nobody writes what waits.
    before.connection.close();
    const { store, connection } = await open();
    expect(store.columns(7, 0, 'second', 0).accepted).toEqual([1, 2, 3, 4, 5]);
    expect(store.progress(7)).toEqual({ second: 4 });
    store.completeCoarse(7);
    expect(store.columns(7, 0, 'minute', 0)).toMatchObject({ accepted: [15], seconds: [5], p95: [3] });
    store.completeCoarse(7);
    expect(store.columns(7, 0, 'minute', 0).accepted).toEqual([15]);
    expect(store.progress(8)).toBeUndefined();
    connection.close();
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

  it('that cannot be written is told once, and goes on when there is space again', () => {
    const host = createFakeHost();
    const broken: unknown[] = [];
    let isFull = true;
    const disk = {
      ...host,
      appendFile(path: string, text: string) {
        if (isFull) throw new Error('ENOSPC');
        host.appendFile(path, text);
      },
    };
    const write = createRotatingFile(disk, '/data/service.log', (error) => broken.push(error));
    write('a\n');
    write('b\n');
    isFull = false;
    write('c\n');
    isFull = true;
    write('d\n');
    expect(broken).toHaveLength(2);
    expect(host.files.get('/data/service.log')).toBe('c\n');
  });
});

describe('a point', () => {
  it('counts hits as planned when their time has come, and not those that the end of the run came before', () => {
    const points: CurvePoint[] = [];
    const curve = createCurve(0, (resolution, point) => {
      if (resolution === 'second') points.push(point);
    });
    const at = (planned: number, accepted: number, hitsToCome: number, stopped: number) => {
      const totals = createTotals();
      Object.assign(totals.hits, { planned, accepted, skipped: stopped });
      return encodeTotals({ ...totals, hitsToCome, reasons: { stopped } });
    };
    curve.add(1000, at(84, 10, 67, 0));
    curve.add(2000, at(84, 12, 65, 0));
    curve.add(3000, at(84, 12, 0, 72));
    expect(points.map(({ planned }) => planned)).toEqual([17, 2, 0]);
    expect(points.map(({ skipped }) => skipped)).toEqual([0, 0, 0]);
  });
});
