import { describe, expect, it } from 'vitest';
import { type Outage, withBreaker } from '../../src/run/breaker.ts';
import type { Delivery } from '../../src/types/delivery.ts';
import type { Outcome } from '../../src/types/outcome.ts';
import { bulkBatch, visitOf } from '../doubles/hits.ts';
import { createScriptedTransport } from '../doubles/scripted-transport.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

const FAILED: Outcome = { kind: 'failed', reason: 'http-503' };
const OUTAGE: Outage = { failures: 3, reason: 'http-503', retryInMs: 5000 };

function open(isDown: () => boolean) {
  const clock = new VirtualClock();
  const target = createScriptedTransport(clock, () => (isDown() ? { outcome: FAILED } : {}));
  const changes: (Outage | undefined)[] = [];
  const rules = {
    threshold: 3,
    probeEveryMs: 5000,
    clock,
    onChange: (outage: Outage | undefined) => changes.push(outage),
  };
  const transport = withBreaker(target, rules);
  const stop = new AbortController();
  const send = (): Promise<Delivery> => transport.send(bulkBatch(visitOf().hits), stop.signal);
  return { clock, target, changes, stop, send };
}

describe('a breaker', () => {
  it('opens after failures in a row, and lets one request at a time ask', async () => {
    const { clock, target, changes, send } = open(() => true);
    for (let i = 0; i < 3; i++) await clock.run(send());
    expect(changes).toEqual([OUTAGE]);
    const waiting = Array.from({ length: 10 }, send);
    await clock.advance(4999);
    expect(target.requests).toHaveLength(3);
    for (let asked = 1; asked <= 4; asked++) {
      await clock.advance(5000);
      expect(target.requests).toHaveLength(3 + asked);
    }
    expect(target.mostInFlight).toBe(1);
    expect(waiting).toHaveLength(10);
  });

  it('opens where one hit after the other is refused, and not where they are merely invalid', async () => {
    for (const [reason, opened] of [
      ['forbidden', 1],
      ['invalid', 0],
    ] as const) {
      const clock = new VirtualClock();
      const target = createScriptedTransport(clock, () => ({ outcome: { kind: 'rejected', reason } }));
      const changes: (Outage | undefined)[] = [];
      const rules = {
        threshold: 3,
        probeEveryMs: 5000,
        clock,
        onChange: (one?: Outage) => changes.push(one),
      };
      const transport = withBreaker(target, rules);
      const { signal } = new AbortController();
      for (let i = 0; i < 3; i++) await clock.run(transport.send(bulkBatch(visitOf().hits), signal));
      expect(changes).toHaveLength(opened);
    }
  });

  it('closes with the first success, and all that waits goes out', async () => {
    let isDown = true;
    const { clock, target, changes, send } = open(() => isDown);
    for (let i = 0; i < 3; i++) await clock.run(send());
    const waiting = Promise.all(Array.from({ length: 10 }, send));
    await clock.advance(5100);
    isDown = false;
    const deliveries = await clock.run(waiting);
    expect(changes).toEqual([OUTAGE, undefined]);
    expect(
      deliveries.flatMap(({ outcomes }) => outcomes).filter(({ kind }) => kind === 'accepted'),
    ).toHaveLength(9);
    expect(target.requests).toHaveLength(13);
  });

  it('skips what waits when the run stops, and sends none of it', async () => {
    const { clock, target, stop, send } = open(() => true);
    for (let i = 0; i < 3; i++) await clock.run(send());
    const waiting = Promise.all(Array.from({ length: 5 }, send));
    await clock.advance(1000);
    stop.abort();
    const deliveries = await clock.run(waiting);
    const skipped = { kind: 'skipped', reason: 'target-down' };
    expect(deliveries.map(({ outcomes, sentMs }) => [outcomes, sentMs])).toEqual(
      new Array(5).fill([[skipped], undefined]),
    );
    expect(target.requests).toHaveLength(3);
  });

  it('takes an answer of any kind for a sign of life', async () => {
    const { clock, changes, send } = open(() => false);
    for (let i = 0; i < 20; i++) await clock.run(send());
    expect(changes).toEqual([]);
  });
});
