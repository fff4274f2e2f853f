import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSystemClock, every, onWallTime } from '../../src/run/clock.ts';
import type { Clock } from '../../src/types/clock.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

const NOW_MS = Date.UTC(2026, 9, 20, 12);
const DAY_MS = 86_400_000;

describe('systemClock', () => {
  let systemClock: Clock;
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW_MS });
    systemClock = createSystemClock();
  });
  afterEach(() => void vi.useRealTimers());

  function sleep(untilMs: number, signal = new AbortController().signal) {
    const state = { isAwake: false, signal };
    void systemClock.sleepUntil(untilMs, signal).then(() => {
      state.isAwake = true;
    });
    return state;
  }

  it('tells the time in epoch milliseconds', () => {
    expect(systemClock.now()).toBe(NOW_MS);
  });

  it('wakes at the instant and not before', async () => {
    const sleeper = sleep(NOW_MS + 5000);
    await vi.advanceTimersByTimeAsync(4999);
    expect(sleeper.isAwake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(sleeper.isAwake).toBe(true);
    expect(getEventListeners(sleeper.signal, 'abort')).toEqual([]);
  });

  it('wakes at once for an instant that has passed or a signal that is aborted', async () => {
    const sleepers = [sleep(NOW_MS), sleep(NOW_MS - 5000), sleep(NOW_MS + 5000, AbortSignal.abort())];
    await vi.advanceTimersByTimeAsync(0);
    expect(sleepers.map(({ isAwake }) => isAwake)).toEqual([true, true, true]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('wakes when the signal is aborted, and leaves no timer behind', async () => {
    const controller = new AbortController();
    const sleeper = sleep(NOW_MS + DAY_MS, controller.signal);
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect([sleeper.isAwake, vi.getTimerCount()]).toEqual([true, 0]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('sleeps longer than a single timer can', async () => {
    const sleeper = sleep(NOW_MS + 40 * DAY_MS);
    await vi.advanceTimersByTimeAsync(40 * DAY_MS - 1);
    expect(sleeper.isAwake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(sleeper.isAwake).toBe(true);
  });

  it.each([-3_600_000, 3_600_000])(
    'goes by the time that passes when the system clock is set by %d ms',
    async (stepMs) => {
      const sleeper = sleep(NOW_MS + 1000);
      vi.setSystemTime(NOW_MS + stepMs);
      expect([systemClock.now() - NOW_MS, systemClock.wallNow() - NOW_MS]).toEqual([0, stepMs]);
      await vi.advanceTimersByTimeAsync(999);
      expect(sleeper.isAwake).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(sleeper.isAwake).toBe(true);
    },
  );

  it('can go by the time of the system clock, and still sleeps as long as it was told to', async () => {
    vi.setSystemTime(NOW_MS + 5000);
    const clock = onWallTime(systemClock);
    expect(clock.now()).toBe(NOW_MS + 5000);
    let isAwake = false;
    void clock.sleepUntil(NOW_MS + 6000, new AbortController().signal).then(() => {
      isAwake = true;
    });
    vi.setSystemTime(NOW_MS - 5000);
    await vi.advanceTimersByTimeAsync(999);
    expect(isAwake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isAwake).toBe(true);
  });
});

describe('every', () => {
  it('calls back at the interval until it is ended', () => {
    vi.useFakeTimers({ now: NOW_MS });
    let calls = 0;
    const end = every(100, () => {
      calls++;
    });
    vi.advanceTimersByTime(350);
    end();
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    expect(calls).toBe(3);
  });

  it('does not keep the process alive', () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const end = every(60_000, () => {});
    expect(timers()).toBe(before);
    end();
  });
});

describe('VirtualClock', () => {
  it('stands still until told to move, and then wakes sleepers in the order of their times', async () => {
    const clock = new VirtualClock(NOW_MS);
    const { signal } = new AbortController();
    const woken: number[] = [];
    for (const ms of [300, 100, 200]) {
      void clock.sleepUntil(NOW_MS + ms, signal).then(() => woken.push(clock.now() - NOW_MS));
    }
    await clock.advance(250);
    expect([woken, clock.now() - NOW_MS, clock.sleepers]).toEqual([[100, 200], 250, 1]);
  });

  it('runs to the next sleepers until a promise is settled', async () => {
    const clock = new VirtualClock(NOW_MS);
    const { signal } = new AbortController();
    await clock.run(clock.sleepUntil(NOW_MS + DAY_MS, signal));
    expect(clock.now() - NOW_MS).toBe(DAY_MS);
    await expect(clock.run(new Promise(() => {}))).rejects.toThrow('stuck');
  });
});
