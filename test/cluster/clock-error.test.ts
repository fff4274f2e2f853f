import { describe, expect, it } from 'vitest';
import { clockAheadMs, clockRefusal } from '../../src/cluster/clock-error.ts';

describe('the clock of a worker', () => {
  it('is right where the time of the database lies between question and answer, however long that takes', () => {
    expect(clockAheadMs(5_000, 5_000, 5_000)).toBe(0);
    expect(clockAheadMs(5_000, 1_000, 60_000)).toBe(0);
  });

  it('is ahead or behind by at least what the way there and back does not explain', () => {
    expect(clockAheadMs(5_000, 45_000, 45_300)).toBe(40_000);
    expect(clockAheadMs(45_000, 5_000, 5_300)).toBe(-39_700);
  });

  it('keeps it from live runs from a second on, and the reason says by how much and what to do', () => {
    expect(clockRefusal(1_000)).toBeUndefined();
    expect(clockRefusal(-1_000)).toBeUndefined();
    expect(clockRefusal(40_000)).toBe(
      'the clock of this worker is 40.0 s ahead of that of PostgreSQL: set the clocks of both machines by the network (NTP), and restart the worker',
    );
    expect(clockRefusal(-1_500)).toContain('is 1.5 s behind that of PostgreSQL');
  });
});
