import { describe, expect, it } from 'vitest';
import { withAbandon } from '../../src/run/abandon.ts';
import type { Delivery } from '../../src/types/delivery.ts';
import { bulkBatch, pageviews, visitOf } from '../doubles/hits.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

const NEVER = new AbortController().signal;
const batch = bulkBatch(visitOf({ kinds: pageviews(3) }).hits);

describe('a transport that may be abandoned', () => {
  it('gives back what was answered before', async () => {
    const answer: Delivery = { outcomes: [], retries: 0, sentMs: 1, answeredMs: 2 };
    const inner = { send: async () => answer, close: async () => {} };
    const transport = withAbandon(inner, NEVER, new VirtualClock());
    expect(await transport.send(batch, NEVER)).toBe(answer);
    await transport.close();
  });

  it('calls hits in flight unknown once nobody waits for them, and closes without them', async () => {
    const inner = { send: () => new Promise<Delivery>(() => {}), close: () => new Promise<void>(() => {}) };
    const abandoned = new AbortController();
    const clock = new VirtualClock();
    const transport = withAbandon(inner, abandoned.signal, clock);
    const sent = transport.send(batch, NEVER);
    abandoned.abort();
    expect(await sent).toEqual({
      outcomes: [1, 2, 3].map(() => ({ kind: 'unknown', reason: 'abandoned' })),
      retries: 0,
      sentMs: undefined,
      answeredMs: clock.now(),
    });
    await transport.close();
  });

  it('sends nothing any more', async () => {
    let requests = 0;
    const inner = {
      send: async () => {
        requests++;
        return { outcomes: [], retries: 0, sentMs: 1, answeredMs: 2 };
      },
      close: async () => {},
    };
    const abandoned = new AbortController();
    abandoned.abort();
    const { outcomes } = await withAbandon(inner, abandoned.signal, new VirtualClock()).send(batch, NEVER);
    expect([outcomes.length, requests]).toEqual([3, 0]);
  });
});
