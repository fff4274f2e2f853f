import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { whileDown } from '../../../src/job/sending/outage.ts';
import { TRANSIENT_FAILURES } from '../../../src/matomo/delivery/probe.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';

const down = (code = 'target-refused') => new UserError('The target is down.', { code, exitCode: 3 });

function start(errors: (UserError | undefined)[], isKnown: boolean, stallTimeoutMs = 120_000) {
  const clock = new VirtualClock();
  const startMs = clock.now();
  const stop = new AbortController();
  const waits: number[] = [];
  let asked = 0;
  const answer = whileDown(
    async () => {
      const error = errors[Math.min(asked++, errors.length - 1)];
      if (error) throw error;
      return 'well';
    },
    { clock, signal: stop.signal, stallTimeoutMs, isKnown, onWait: (_, longestMs) => waits.push(longestMs) },
  );
  answer.catch(() => {});
  return { clock, stop, answer, waits, asked: () => asked, passedMs: () => clock.now() - startMs };
}

describe('a target that is down at the start', () => {
  it('is asked again until it answers, with one word about the wait', async () => {
    const { clock, answer, waits, asked } = start([down(), down('target-failing'), undefined], true);
    expect(await clock.run(answer)).toBe('well');
    expect(asked()).toBe(3);
    expect(waits).toEqual([120_000]);
  });

  it('is given up after the stall timeout, with its last error', async () => {
    const { clock, answer, passedMs } = start([down(), down('target-silent')], true, 7_000);
    await expect(clock.run(answer)).rejects.toMatchObject({ code: 'target-silent' });
    expect(passedMs()).toBe(7_000);
  });

  it('is given up after half a minute when it was never reached: its address may be wrong', async () => {
    const { clock, answer, passedMs } = start([down()], false);
    await expect(clock.run(answer)).rejects.toMatchObject({ code: 'target-refused' });
    expect(passedMs()).toBe(30_000);
  });

  it('is waited for only where it is there and fails now and then, when told so', async () => {
    const clock = new VirtualClock();
    const rules = { clock, signal: new AbortController().signal, stallTimeoutMs: 2_000, isKnown: false };
    const ask = (errors: UserError[]) =>
      whileDown(
        async () => {
          const error = errors.shift();
          if (error) throw error;
          return 'well';
        },
        { ...rules, codes: TRANSIENT_FAILURES, onWait: () => {} },
      );
    expect(await clock.run(ask([down('target-failing'), down('target-closed')]))).toBe('well');
    await expect(ask([down('target-refused')])).rejects.toMatchObject({ code: 'target-refused' });
  });

  it.each([
    ['target-certificate', true],
    ['token-refused', true],
    ['not-matomo', true],
    ['site-refused', false],
  ])('is not waited for when waiting mends nothing: %s', async (code, isKnown) => {
    const { answer, asked, waits } = start([down(code)], isKnown);
    await expect(answer).rejects.toMatchObject({ code });
    expect([asked(), waits]).toEqual([1, []]);
  });

  it('that refuses a site it has taken hits for may have its database down', async () => {
    const { clock, answer } = start([down('site-refused'), undefined], true);
    expect(await clock.run(answer)).toBe('well');
  });

  it('is waited for no longer when the user stops', async () => {
    const { clock, stop, answer, passedMs } = start([down()], true);
    await clock.advance(1_000);
    stop.abort();
    await expect(answer).rejects.toMatchObject({ code: 'target-refused' });
    expect(passedMs()).toBe(1_000);
  });
});
