import { describe, expect, it } from 'vitest';
import { backoffMs, RETRY_POLICY } from '../../../src/matomo/delivery/retry.ts';

const policy = { ...RETRY_POLICY, attempts: 4 };

describe('backoffMs', () => {
  const delays = (jitter: number) =>
    [0, 1, 2, 3, 4, 5, 6, 40].map((retry) => backoffMs(policy, retry, jitter));

  it('doubles from retry to retry up to the longest delay', () => {
    expect(delays(1)).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('is between half and all of it', () => {
    expect(delays(0)).toEqual(delays(1).map((ms) => ms / 2));
    expect(backoffMs(policy, 0, 0.5)).toBe(375);
  });
});
