import { describe, expect, it } from 'vitest';
import { createStop } from '../../src/run/stop.ts';
import { settlePromises } from '../doubles/virtual-clock.ts';

describe('createStop', () => {
  it('drains from the first request on and keeps its reason', () => {
    const stop = createStop();
    expect([stop.draining.aborted, stop.reason]).toEqual([false, undefined]);
    let calls = 0;
    stop.draining.addEventListener('abort', () => {
      calls++;
      // Whoever hears of the stop can ask why.
      expect(stop.reason).toBe('SIGINT');
    });
    stop.request('SIGINT');
    stop.request('stalled');
    expect([stop.draining.aborted, stop.reason, calls]).toEqual([true, 'SIGINT', 1]);
  });

  it('lets any number of requests listen without a warning', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    const { draining } = createStop();
    for (let i = 0; i < 100; i++) draining.addEventListener('abort', () => {});
    await settlePromises();
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('has as many parts as are asked for, without a warning of a leak', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const whole = createStop();
    for (let part = 0; part < 20; part++) createStop(whole);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
