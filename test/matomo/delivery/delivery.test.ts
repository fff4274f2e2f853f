import { describe, expect, it } from 'vitest';
import { EXIT, UserError } from '../../../src/errors.ts';
import { deliver } from '../../../src/matomo/delivery/delivery.ts';
import type { DeliveryRules } from '../../../src/matomo/delivery/delivery-rules.ts';
import type { Verdict } from '../../../src/matomo/delivery/reply.ts';
import { RETRY_POLICY } from '../../../src/matomo/delivery/retry.ts';
import { createBodies } from '../../../src/matomo/requests/body.ts';
import type { Request } from '../../../src/matomo/requests/request-parts.ts';
import { createRequestSize } from '../../../src/matomo/requests/request-size.ts';
import { bulkBatch, encoded, pageviews, visitOf } from '../../doubles/hits.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';

const { hits } = visitOf({ kinds: pageviews(3) });
const IF_GIVEN_UP = { kind: 'failed', reason: 'http-502' } as const;
const again = (retryAfterMs?: number): Verdict => ({ kind: 'retry', ifGivenUp: IF_GIVEN_UP, retryAfterMs });
const settled: Verdict = { kind: 'settled', outcomes: hits.map(() => ({ kind: 'accepted' })) };
const policy = { ...RETRY_POLICY, attempts: 4 };

function rulesWith(attempt: DeliveryRules['attempt']): DeliveryRules {
  return {
    attempt,
    policy,
    clock: new VirtualClock(0),
    jitter: () => 0,
    bodies: createBodies(true, undefined),
    size: createRequestSize(Number.POSITIVE_INFINITY),
    reconcile: undefined,
    probe: undefined,
    onWait: undefined,
    onReconciled: undefined,
    hasAccepted: () => false,
  };
}

/** Sends with attempts that take 100 ms each and end as scripted; the last verdict is repeated. */
function send(
  verdicts: readonly Verdict[],
  {
    jitter,
    attempts,
    isEndedByUser,
  }: { jitter?: () => number; attempts?: number; isEndedByUser?: () => boolean } = {},
) {
  const clock = new VirtualClock(0);
  const stop = new AbortController();
  const sentMs: number[] = [];
  const attempt = async () => {
    const verdict = verdicts[Math.min(sentMs.length, verdicts.length - 1)] ?? settled;
    const startMs = clock.now();
    sentMs.push(startMs);
    await clock.sleepUntil(startMs + 100, new AbortController().signal);
    return { sentMs: startMs, verdict };
  };
  const rules = { ...policy, attempts: attempts ?? policy.attempts };
  const done = deliver(
    bulkBatch(hits),
    {
      ...rulesWith(attempt),
      policy: rules,
      clock,
      jitter: jitter ?? (() => 0),
      ...(isEndedByUser ? { isEndedByUser } : {}),
    },
    stop.signal,
  );
  return { clock, stop, sentMs, done };
}

describe('deliver', () => {
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
    expect(delivery).toMatchObject({ retries: 4, outcomes: hits.map(() => IF_GIVEN_UP) });
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

  it('never repeats what may have been recorded, where nobody can be asked', async () => {
    const outcomes = hits.map(() => ({ kind: 'unknown', reason: 'no-answer' }) as const);
    const run = send([{ kind: 'doubt', reason: 'no-answer', fate: 'open' }]);
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
      outcomes: hits.map(() => IF_GIVEN_UP),
    });
    expect([run.sentMs.length, run.clock.sleepers]).toEqual([1, 0]);
  });

  it('takes what waits for another attempt for stopped, not for lost, where a user ends the run', async () => {
    const isEndedByUser = () => true;
    const run = send([again(60_000)], { isEndedByUser });
    await run.clock.advance(1000);
    run.stop.abort();
    const stopped = { kind: 'skipped', reason: 'stopped' };
    expect((await run.done).outcomes).toEqual(hits.map(() => stopped));
    const tried = send([again()], { isEndedByUser, attempts: 1 });
    expect((await tried.clock.run(tried.done)).outcomes).toEqual(hits.map(() => IF_GIVEN_UP));
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

/** Visits of one hit each, encoded as the hit's own number, and what a server makes of the requests. */
function courseOf(count: number, mostBytes: number, more: Partial<DeliveryRules>) {
  const bodies = createBodies(true, undefined, mostBytes);
  const visits = Array.from({ length: count }, (_, index) => visitOf({ index }));
  const body = bodies.open();
  visits.forEach((visit, i) => {
    body.add(encoded(visit, [`hit=${String(i).padStart(4, '0')}`]), 0);
  });
  const bytes = body.close();
  const batch = {
    ...bulkBatch(
      visits.flatMap((visit) => visit.hits),
      0,
      bytes,
    ),
    parts: body.parts,
  };
  const requests: string[][] = [];
  const clock = new VirtualClock(0);
  function start(attempt: (request: Request, rank: number) => Verdict, extra: object = {}) {
    const rules: DeliveryRules = {
      ...rulesWith(async (request) => {
        requests.push(JSON.parse(request.body.toString()).requests);
        expect(request.hits).toHaveLength(requests.at(-1)?.length ?? 0);
        return { sentMs: clock.now(), verdict: attempt(request, requests.length - 1) };
      }),
      bodies,
      clock,
      size: createRequestSize(mostBytes),
      ...more,
    };
    return clock.run(deliver({ ...batch, ...extra }, rules, new AbortController().signal));
  }
  return { batch, requests, clock, start };
}

const accept = ({ hits: sent }: Request): Verdict => ({
  kind: 'settled',
  outcomes: sent.map(() => ({ kind: 'accepted' })),
});
const numbers = (requests: readonly (readonly string[])[]) =>
  requests.map((request) => request.map((hit) => Number(hit.slice(-4))));
const kindsOf = (outcomes: readonly { readonly kind: string }[]) => outcomes.map(({ kind }) => kind);

describe('a batch that is larger than a request may be', () => {
  it('goes out in several, one after the other, with one outcome a hit', async () => {
    const { requests, start } = courseOf(10, 70, {});
    const delivery = await start(accept);
    expect(requests.length).toBeGreaterThan(2);
    expect(numbers(requests).flat()).toEqual([...Array(10).keys()]);
    for (const request of requests) {
      expect(JSON.stringify({ requests: request }).length).toBeLessThanOrEqual(70);
    }
    expect(kindsOf(delivery.outcomes)).toEqual(new Array(10).fill('accepted'));
    expect(delivery.furtherMs).toHaveLength(requests.length - 1);
  });

  it('leaves out hits whose outcome is known', async () => {
    const known = Array.from({ length: 10 }, (_, i) =>
      i % 3 === 0 ? undefined : ({ kind: 'rejected' } as const),
    );
    const { requests, start } = courseOf(10, 70, {});
    const { outcomes } = await start(accept, { known });
    expect(numbers(requests).flat()).toEqual([0, 3, 6, 9]);
    expect(kindsOf(outcomes)).toEqual(known.map((outcome) => outcome?.kind ?? 'accepted'));
  });

  it('holds back the rest when a part of it cannot be sent', async () => {
    const { requests, start } = courseOf(10, 70, { policy: { ...policy, attempts: 0 } });
    const { outcomes } = await start((request, rank) => (rank === 1 ? again() : accept(request)));
    const [first = []] = requests;
    expect(requests).toHaveLength(2);
    expect(kindsOf(outcomes)).toEqual(outcomes.map((_, i) => (i < first.length ? 'accepted' : 'failed')));
  });
});

describe('a batch that is refused as too large', () => {
  /** A server that takes requests of so many bytes. */
  const taking =
    (bytes: number) =>
    (request: Request): Verdict =>
      request.body.length > bytes ? { kind: 'smaller', status: 413 } : accept(request);

  it('is halved until it passes, and what passed is remembered', async () => {
    const found: number[][] = [];
    const size = createRequestSize(100_000, (...facts) => found.push(facts));
    const { requests, start, batch } = courseOf(16, 100_000, { size });
    const whole = batch.body.length;
    const { outcomes } = await start(taking(whole / 3));
    expect(kindsOf(outcomes)).toEqual(new Array(16).fill('accepted'));
    expect(requests.map((request) => request.length)).toEqual([16, 8, 4, 4, 4, 4]);
    expect(found).toHaveLength(1);
    expect(found[0]).toEqual([expect.any(Number), whole, 413]);
    expect(size.mostBytes).toBeLessThan(whole / 3);
  });

  it('is divided beforehand from then on', async () => {
    const size = createRequestSize(100_000);
    await courseOf(16, 100_000, { size }).start(taking(80));
    const next = courseOf(16, 100_000, { size });
    await next.start(taking(80));
    expect(next.requests.every((request) => request.length <= 4)).toBe(true);
    expect(numbers(next.requests).flat()).toEqual([...Array(16).keys()]);
  });

  it('is deferred as far as single hits do not pass', async () => {
    const refused: [string, number | undefined][] = [];
    const onLost: DeliveryRules['onLost'] = (reason, example) =>
      void refused.push([reason, example().status]);
    const { start } = courseOf(4, 100_000, { onLost });
    const forbidden = (request: Request): Verdict =>
      request.body.includes('0002') ? { kind: 'smaller', status: 413 } : accept(request);
    const { outcomes, fatal } = await start(forbidden);
    expect(outcomes[2]).toEqual({ kind: 'skipped', reason: 'deferred' });
    expect(refused).toEqual([['deferred', 413]]);
    expect(kindsOf(outcomes)).toEqual(['accepted', 'accepted', 'skipped', 'accepted']);
    expect(fatal).toBeUndefined();
  });

  it('ends the run when a firewall refuses everything, and is divided when it does not', async () => {
    const everything = new UserError('no', { code: 'authentication-refused', exitCode: EXIT.authentication });
    const forbid = (request: Request): Verdict =>
      request.hits.length > 2 ? { kind: 'smaller', status: 403 } : accept(request);
    const refused = courseOf(8, 100_000, { probe: () => Promise.reject(everything) });
    expect((await refused.start(forbid)).fatal).toBe(everything);
    expect(refused.requests).toHaveLength(1);
    const passed = courseOf(8, 100_000, { probe: async () => {} });
    expect(kindsOf((await passed.start(forbid)).outcomes)).toEqual(new Array(8).fill('accepted'));
  });
});

describe('a hit that is refused with HTTP 403', () => {
  const refused: Verdict = { kind: 'refused', status: 403 };
  const accessRefused = () =>
    Promise.reject(new UserError('no', { code: 'authentication-refused', exitCode: EXIT.authentication }));
  const outcomesOf = async (rules: Partial<DeliveryRules>, verdict = refused) => {
    const { start, requests } = courseOf(1, 100_000, rules);
    const { outcomes, fatal } = await start(() => verdict);
    return { outcomes, requests: requests.length, isFatal: fatal !== undefined };
  };
  const FORBIDDEN = [{ kind: 'rejected', reason: 'forbidden' }];

  it('is lost, and the run goes on, where the target takes other hits: it is not the token', async () => {
    for (const hasAccepted of [() => true, () => false]) {
      expect(await outcomesOf({ hasAccepted, probe: async () => {} })).toEqual({
        outcomes: FORBIDDEN,
        requests: 1,
        isFatal: false,
      });
    }
    expect(await outcomesOf({ hasAccepted: () => true })).toMatchObject({
      outcomes: FORBIDDEN,
      isFatal: false,
    });
  });

  it('is sent again, where all are refused that were accepted before, and then has failed', async () => {
    expect(await outcomesOf({ hasAccepted: () => true, probe: accessRefused })).toEqual({
      outcomes: [{ kind: 'failed', reason: 'http-403' }],
      requests: 5,
      isFatal: false,
    });
  });

  it('ends the run where nothing was accepted yet, where a password is asked for, and where the token is refused', async () => {
    const tokenRefused = () =>
      Promise.reject(new UserError('no', { code: 'token-refused', exitCode: EXIT.authentication }));
    const ended = { outcomes: [{ kind: 'rejected', reason: 'access-refused' }], requests: 1, isFatal: true };
    expect(await outcomesOf({ probe: accessRefused })).toEqual(ended);
    expect(await outcomesOf({})).toEqual(ended);
    expect(await outcomesOf({ hasAccepted: () => true }, { kind: 'refused', status: 401 })).toEqual(ended);
    expect(await outcomesOf({ hasAccepted: () => true, probe: tokenRefused })).toEqual(ended);
  });
});

describe('a batch in doubt', () => {
  const doubt: Verdict = { kind: 'doubt', reason: 'bulk-error', fate: 'final' };
  const doubtFirst = (request: Request, rank: number) => (rank === 0 ? doubt : accept(request));

  it('is accepted without being sent again when Matomo has all of it', async () => {
    const { requests, start } = courseOf(6, 100_000, {
      reconcile: async (asked) => asked.map(() => 'recorded'),
    });
    const { outcomes, retries } = await start(doubtFirst);
    expect([requests.length, retries]).toEqual([1, 0]);
    expect(kindsOf(outcomes)).toEqual(new Array(6).fill('accepted'));
  });

  it('is sent again as far as it is missing, and in its order', async () => {
    const settledAs: string[] = [];
    const { requests, start } = courseOf(6, 100_000, {
      reconcile: async (asked) => asked.map((_, i) => (i < 3 ? 'missing' : 'recorded')),
      onReconciled: (what) => settledAs.push(what),
    });
    const { outcomes, retries } = await start(doubtFirst);
    expect(numbers(requests)).toEqual([
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2],
    ]);
    expect(kindsOf(outcomes)).toEqual(new Array(6).fill('accepted'));
    expect([retries, settledAs]).toEqual([1, ['resent']]);
  });

  it('is unknown as far as Matomo cannot tell', async () => {
    const { requests, start } = courseOf(4, 100_000, {
      reconcile: async (asked) => asked.map((_, i) => (i === 1 ? 'unclear' : 'recorded')),
    });
    const { outcomes } = await start(doubtFirst);
    expect(requests).toHaveLength(1);
    expect(outcomes[1]).toEqual({ kind: 'unknown', reason: 'bulk-error' });
  });

  it('has failed when it is still missing after the last attempt', async () => {
    const { requests, start } = courseOf(4, 100_000, {
      reconcile: async (asked) => asked.map(() => 'missing'),
    });
    const { outcomes } = await start(() => doubt);
    expect(requests).toHaveLength(5);
    expect(outcomes).toEqual(new Array(4).fill({ kind: 'failed', reason: 'bulk-error' }));
  });
});
