import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRatePacer, paceByRoom, paceBySchedule } from '../../src/run/pacer.ts';
import { bulkBatch, liveBatches, visitOf } from '../doubles/hits.ts';

const bulk = bulkBatch(visitOf().hits);

describe('paceBySchedule', () => {
  const [batch = bulk] = liveBatches([visitOf({ startMs: 5000 })]);

  it('lets a batch wait until its time and never keeps it longer', () => {
    expect(paceBySchedule(batch, 4999)).toEqual({ kind: 'wait', untilMs: 5000 });
    expect([paceBySchedule(batch, 5000), paceBySchedule(batch, 90_000)]).toEqual([
      { kind: 'send' },
      { kind: 'send' },
    ]);
  });
});

describe('paceByRoom', () => {
  it('never waits', () => {
    expect(paceByRoom(bulk, 0)).toEqual({ kind: 'send' });
  });
});

describe('createRatePacer', () => {
  /** Times at which requests leave when each is ready at once and every timer fires late by what is given. */
  function leaveTimes(rate: number, count: number, lateness: (i: number) => number, fromMs = 1_000_000) {
    const pacer = createRatePacer(rate);
    const times: number[] = [];
    let nowMs = fromMs;
    while (times.length < count) {
      const decision = pacer(bulk, nowMs);
      if (decision.kind === 'send') times.push(nowMs);
      if (decision.kind === 'wait') nowMs = decision.untilMs + lateness(times.length);
    }
    return times;
  }

  it('spaces requests evenly from the first one on', () => {
    const times = leaveTimes(4, 6, () => 0);
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(gaps).toEqual([245, 250, 250, 250, 250]);
  });

  it('reaches the rate although timers fire late', () => {
    const times = leaveTimes(500, 1001, () => 1.3);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeCloseTo(2000, -1);
  });

  it('makes up for no standstill', () => {
    const times = leaveTimes(10, 40, (i) => (i === 20 ? 60_000 : 0));
    const after = times.filter((time) => time >= (times[20] ?? 0) && time < (times[20] ?? 0) + 1000);
    expect(after.length).toBeLessThanOrEqual(11);
  });

  it('exceeds the rate in no second by more than timers may be late', () => {
    const rates = fc.integer({ min: 1, max: 400 });
    const latenesses = fc.array(fc.nat(3000), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(rates, latenesses, (rate, late) => {
        const times = leaveTimes(rate, rate + 50, (i) => late[i % late.length] ?? 0);
        for (const from of times) {
          const inSecond = times.filter((time) => time >= from && time < from + 1000).length;
          expect(inSecond).toBeLessThanOrEqual(rate + 1 + Math.ceil(rate * 0.005));
        }
      }),
      { numRuns: 50 },
    );
  });
});
