import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate, shareOf } from '../../src/run/gate.ts';
import { visitOf } from '../doubles/hits.ts';

const WHOLE = { index: 1, count: 1 };

describe('shareOf', () => {
  it('divides a number among shards so that the parts add up and differ by one at most', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 50 }), (total, count) => {
        const shares = Array.from({ length: count }, (_, i) => shareOf(total, { index: i + 1, count }));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('createGate', () => {
  it('lets everybody in without limits', () => {
    const gate = createGate({ dailyCap: 0, stopAfter: 0, shard: WHOLE });
    for (let index = 0; index < 1000; index++) expect(gate.admit(visitOf({ index }))).toBe('admit');
    expect([gate.isFull, gate.admittedOn('2026-10-20')]).toEqual([false, 1000]);
  });

  it('caps each local day by itself', () => {
    const gate = createGate({ dailyCap: 2, stopAfter: 0, shard: WHOLE });
    const ask = (day: string) => gate.admit(visitOf({ day }));
    expect([ask('2026-10-20'), ask('2026-10-20'), ask('2026-10-20')]).toEqual(['admit', 'admit', 'capped']);
    expect([ask('2026-10-21'), ask('2026-10-20')]).toEqual(['admit', 'capped']);
    expect([gate.admittedOn('2026-10-20'), gate.admittedOn('2026-10-22')]).toEqual([2, 0]);
  });

  it('counts what the day had before', async () => {
    const admittedBefore = async (day: string) => (day === '2026-10-20' ? 1 : 0);
    const gate = createGate({ dailyCap: 2, stopAfter: 0, shard: WHOLE, admittedBefore });
    for (const day of ['2026-10-20', '2026-10-21']) await gate.readiness(day);
    expect(gate.readiness('2026-10-20')).toBeUndefined();
    const ask = (day: string) => gate.admit(visitOf({ day }));
    expect([ask('2026-10-20'), ask('2026-10-20')]).toEqual(['admit', 'capped']);
    expect([ask('2026-10-21'), ask('2026-10-21'), ask('2026-10-21')]).toEqual(['admit', 'admit', 'capped']);
  });

  it('is full after the number of visits of the run, of which capped ones are none', () => {
    const gate = createGate({ dailyCap: 1, stopAfter: 2, shard: WHOLE });
    const ask = (day: string) => gate.admit(visitOf({ day }));
    expect([ask('2026-10-20'), ask('2026-10-20'), gate.isFull]).toEqual(['admit', 'capped', false]);
    expect([ask('2026-10-21'), gate.isFull, ask('2026-10-22')]).toEqual(['admit', true, 'full']);
  });

  it('counts what a pause turns away neither for the day nor for the run', () => {
    const gate = createGate({ dailyCap: 1, stopAfter: 3, shard: WHOLE });
    const ask = (isPaused: boolean) => gate.admit(visitOf(), isPaused);
    expect([ask(true), ask(false), ask(true), ask(false)]).toEqual(['paused', 'admit', 'capped', 'capped']);
    expect([gate.admittedOn('2026-10-20'), gate.isFull]).toEqual([1, false]);
  });

  it("holds a shard to its part of the run's limits", () => {
    const gates = [1, 2, 3].map((index) =>
      createGate({ dailyCap: 0, stopAfter: 2, shard: { index, count: 3 } }),
    );
    expect(gates.map((gate) => gate.admit(visitOf()))).toEqual(['admit', 'admit', 'full']);
    expect(gates.map((gate) => gate.isFull)).toEqual([true, true, true]);
  });
});
