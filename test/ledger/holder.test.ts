import { describe, expect, it } from 'vitest';
import { isHolderAlive, LOCK_LEASE_MS, LOCK_RENEWAL_MS } from '../../src/ledger/holder.ts';
import type { Holder } from '../../src/ledger/ledger.ts';

const NOW_MS = 10_000_000;
const holder: Holder = {
  pid: 10,
  hostname: 'alpha',
  command: 'backfill',
  sinceMs: NOW_MS - 500,
  seenMs: NOW_MS,
};
const observer = {
  pid: 20,
  hostname: 'alpha',
  startedMs: NOW_MS - 100,
  nowMs: NOW_MS,
  isRunning: () => true,
};

describe('the holder of a lock', () => {
  it('on this machine is alive as long as its process is', () => {
    expect(isHolderAlive(holder, observer)).toBe(true);
    expect(isHolderAlive(holder, { ...observer, isRunning: (pid) => pid !== 10 })).toBe(false);
  });

  it('on another machine is alive as long as its lease', () => {
    const remote = { ...holder, hostname: 'beta' };
    expect(isHolderAlive(remote, { ...observer, isRunning: () => false })).toBe(true);
    expect(isHolderAlive(remote, { ...observer, nowMs: NOW_MS + LOCK_LEASE_MS })).toBe(true);
    expect(isHolderAlive(remote, { ...observer, nowMs: NOW_MS + LOCK_LEASE_MS + 1 })).toBe(false);
  });

  it('is dead when another process got its id after a restart of the machine', () => {
    expect(isHolderAlive(holder, { ...observer, nowMs: NOW_MS + LOCK_LEASE_MS + 1 })).toBe(false);
  });

  it('with the id of the observer is alive only when it began in the same process', () => {
    expect(isHolderAlive({ ...holder, pid: 20 }, observer)).toBe(false);
    expect(isHolderAlive({ ...holder, pid: 20, sinceMs: NOW_MS - 50 }, observer)).toBe(true);
  });

  it('may miss a renewal or two', () => {
    expect(LOCK_LEASE_MS).toBeGreaterThanOrEqual(3 * LOCK_RENEWAL_MS);
  });
});
