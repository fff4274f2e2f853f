import { describe, expect, it } from 'vitest';
import { EXIT, UserError } from '../../src/errors.ts';
import type { Verdict } from '../../src/matomo/reply.ts';
import { backoffMs, RETRY_POLICY, sendWithRetries } from '../../src/matomo/retry.ts';
import { bulkBatch, pageviews, visitOf } from '../doubles/hits.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

const { hits } = visitOf({ kinds: pageviews(3) });
const OTHERWISE = { kind: 'failed', reason: 'http-502' } as const;
const again = (retryAfterMs?: number): Verdict => ({ kind: 'again', otherwise: OTHERWISE, retryAfterMs });
const settled: Verdict = { kind: 'settled', outcomes: hits.map(() => ({ kind: 'accepted' })) };
const policy = { ...RETRY_POLICY, attempts: 4 };

/** Sends with attempts that take 100 ms each and end as scripted; the last verdict is repeated. */
function send(
  verdicts: readonly Verdict[],
  { jitter, attempts }: { jitter?: () => number; attempts?: number } = {},
) {
  const clock = new VirtualClock(0);
  const stop = new AbortController();
  const sentMs: number[] = [];
  const attempt = async () => {
    const verdict = verdicts[Math.min(sentMs.length, verdicts.length - 1)] ?? settled;
    sentMs.push(clock.now());
    await clock.sleepUntil(clock.now() + 100, new AbortController().signal);
    return verdict;
  };
  const rules = { ...policy, attempts: attempts ?? policy.attempts };
  const done = sendWithRetries(bulkBatch(hits), attempt, rules, clock, jitter ?? (() => 0), stop.signal);
  return { clock, stop, sentMs, done };
}

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

describe('sendWithRetries', () => {
  it('sends once what is settled', async () => {
    const run = send([settled]);
    expect(await run.clock.run(run.done)).toEqual({
      outcomes: hits.map(() => ({ kind: 'accepted' })),
      retries: 0,
      sentMs: 0,
      answeredMs: 100,
    });
    expect(run.clock.sleepers).toBe(0);
  });

  it('waits longer before every retry', async () => {
    const draws = [0, 1, 0.5];
    const run = send([again(), again(), again(), settled], { jitter: () => draws.shift() ?? 0 });
    const delivery = await run.clock.run(run.done);
    expect(run.sentMs).toEqual([0, 350, 350 + 100 + 1000, 350 + 100 + 1000 + 100 + 1500]);
    expect(delivery).toMatchObject({ retries: 3, sentMs: 0, answeredMs: 3150 });
  });

  it('gives up after the attempts allowed, with the outcome of the last', async () => {
    const run = send([again()]);
    const delivery = await run.clock.run(run.done);
    expect(run.sentMs).toHaveLength(5);
    expect(delivery).toMatchObject({ retries: 4, outcomes: hits.map(() => OTHERWISE) });
  });

  it('tries nothing again when no retries are allowed', async () => {
    const run = send([again()], { attempts: 0 });
    expect(await run.clock.run(run.done)).toMatchObject({ retries: 0 });
    expect(run.sentMs).toHaveLength(1);
  });

  it('waits as long as the target asks for', async () => {
    const run = send([again(20_000), settled]);
    await run.clock.run(run.done);
    expect(run.sentMs).toEqual([0, 20_100]);
  });

  it('waits no shorter than its own backoff when the target asks for less', async () => {
    const run = send([again(0), again(1), settled]);
    await run.clock.run(run.done);
    expect(run.sentMs).toEqual([0, 350, 950]);
  });

  it('never repeats what was refused', async () => {
    const run = send([{ kind: 'refused', status: 403 }, settled]);
    const delivery = await run.clock.run(run.done);
    expect(run.sentMs).toHaveLength(1);
    expect(delivery.outcomes).toEqual(hits.map(() => ({ kind: 'rejected', reason: 'access-refused' })));
    const { fatal } = delivery;
    if (!(fatal instanceof UserError)) throw new Error('expected an error for the user');
    expect([fatal.code, fatal.exitCode]).toEqual(['authentication-refused', EXIT.authentication]);
    expect(fatal.message).toContain('HTTP 403');
  });

  it('stops at a refusal that follows a retry', async () => {
    const run = send([again(), { kind: 'refused', status: 401 }]);
    expect(await run.clock.run(run.done)).toMatchObject({ retries: 1, fatal: expect.any(UserError) });
    expect(run.sentMs).toHaveLength(2);
  });

  it('never repeats what may have been recorded', async () => {
    const outcomes = hits.map(() => ({ kind: 'unknown', reason: 'no-answer' }) as const);
    const run = send([{ kind: 'settled', outcomes }]);
    expect(await run.clock.run(run.done)).toMatchObject({ retries: 0, outcomes });
    expect(run.sentMs).toHaveLength(1);
  });

  it('ends its waiting when the run is stopped', async () => {
    const run = send([again(60_000)]);
    await run.clock.advance(1000);
    run.stop.abort();
    expect(await run.done).toMatchObject({
      retries: 0,
      answeredMs: 1000,
      outcomes: hits.map(() => OTHERWISE),
    });
    expect([run.sentMs.length, run.clock.sleepers]).toEqual([1, 0]);
  });

  it('lets an attempt in flight finish when the run is stopped, and takes its answer', async () => {
    const ends = [settled, again()].map(async (verdict) => {
      const run = send([verdict]);
      await run.clock.advance(50);
      run.stop.abort();
      const delivery = await run.clock.run(run.done);
      return [delivery.outcomes[0]?.kind, run.sentMs.length, delivery.answeredMs];
    });
    expect(await Promise.all(ends)).toEqual([
      ['accepted', 1, 100],
      ['failed', 1, 100],
    ]);
  });
});
