import { describe, expect, it } from 'vitest';
import { createRequestGate } from '../../src/run/request-gate.ts';
import { createSendLease, withLease } from '../../src/run/send-lease.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

const NEVER = new AbortController().signal;

describe('a send lease', () => {
  it('is held for its length from when its renewal was asked for', async () => {
    const clock = new VirtualClock(10_000);
    const lease = createSendLease(clock, 5_000);
    expect(lease.isHeld).toBe(false);
    lease.renew(8_000);
    expect(lease.isHeld).toBe(true);
    await clock.advance(2_999);
    expect(lease.isHeld).toBe(true);
    await clock.advance(1);
    expect(lease.isHeld).toBe(false);
  });

  it('knows since when it is held without a break', async () => {
    const clock = new VirtualClock(10_000);
    const lease = createSendLease(clock, 5_000);
    lease.renew(10_000);
    await clock.advance(4_000);
    lease.renew(14_000);
    expect(lease.heldSinceMs).toBe(10_000);
    await clock.advance(6_000);
    lease.renew(20_000);
    expect(lease.heldSinceMs).toBe(20_000);
  });

  it('is never shortened by an answer that comes late, and never held again once it has ended', () => {
    const clock = new VirtualClock(10_000);
    const lease = createSendLease(clock, 5_000);
    lease.renew(10_000);
    lease.renew(1_000);
    expect(lease.isHeld).toBe(true);
    lease.end();
    lease.renew(10_000);
    expect(lease.isHeld).toBe(false);
  });

  it('keeps requests in until it is renewed, and lets them go when the run stops', async () => {
    const clock = new VirtualClock(10_000);
    const lease = createSendLease(clock, 5_000);
    const gate = withLease(
      createRequestGate(() => 1),
      lease,
    );
    const stop = new AbortController();
    const enter = (signal: AbortSignal) =>
      new Promise<boolean>((resolve) => gate.enter(undefined, signal, resolve));
    const [waiting, stopped] = [enter(NEVER), enter(stop.signal)];
    expect(gate.inFlight).toBe(0);
    stop.abort();
    expect(await stopped).toBe(false);
    lease.renew(10_000);
    expect(await waiting).toBe(true);
    expect(gate.inFlight).toBe(1);
  });
});
