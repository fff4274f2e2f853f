import { describe, expect, it } from 'vitest';
import { createWriteAhead } from '../../../src/job/ledger/write-ahead.ts';

/** What is expected at each of the times, when so many have come just before each. */
function expectations(comings: readonly (readonly [atMs: number, count: number])[]): number[] {
  let nowMs = 0;
  const writeAhead = createWriteAhead({ now: () => nowMs, wallNow: () => nowMs, sleepUntil: async () => {} });
  return comings.map(([atMs, count]) => {
    nowMs = atMs;
    writeAhead.note(count);
    return writeAhead.expected();
  });
}

describe('how many will come soon', () => {
  it('is nothing at first', () => {
    expect(expectations([[1000, 500]])).toEqual([0]);
  });

  it('is what comes in 50 ms at the rate of the last', () => {
    expect(
      expectations([
        [0, 1],
        [100, 300],
        [300, 800],
      ]),
    ).toEqual([0, 150, 200]);
  });

  it('makes up for the time that a commit takes', () => {
    let nowMs = 0;
    const writeAhead = createWriteAhead({
      now: () => nowMs,
      wallNow: () => nowMs,
      sleepUntil: async () => {},
    });
    writeAhead.expected();
    nowMs = 200;
    writeAhead.note(400);
    expect(writeAhead.expected(150)).toBe(400);
  });

  it('is no more than has come when two come close together', () => {
    expect(
      expectations([
        [0, 1],
        [80, 1],
        [81, 1],
        [82, 1],
      ]),
    ).toEqual([0, 0, 1, 2]);
  });

  it('grows to a rate that has just begun', () => {
    const steps = Array.from({ length: 61 }, (_, ms) => [ms, 10] as const);
    const all = expectations(steps);
    expect(all[10]).toBe(100);
    expect(all[50]).toBe(500);
  });
});
