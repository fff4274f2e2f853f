import { describe, expect, it } from 'vitest';
import { createRequestGate } from '../../src/run/request-gate.ts';
import { settlePromises } from '../doubles/virtual-clock.ts';

const NEVER = new AbortController().signal;

/** Requests that are let out, by name, in their order. */
function open(limit: () => number, ahead = 0) {
  const gate = createRequestGate(limit, ahead);
  const out: string[] = [];
  function ask(name: string, group?: string, signal = NEVER): void {
    gate.enter(group, signal, (isFree) => out.push(isFree ? name : `not ${name}`));
  }
  return { gate, out, ask };
}

describe('the gate of requests', () => {
  it('lets out as many as the limit says at that moment', async () => {
    let limit = 2;
    const { gate, out, ask } = open(() => limit);
    for (const name of ['a', 'b', 'c', 'd', 'e']) ask(name);
    expect(out).toEqual(['a', 'b']);
    expect(gate.room).toBe(0);
    limit = 3;
    gate.leave(undefined, true);
    await settlePromises();
    expect(out).toEqual(['a', 'b', 'c', 'd']);
    limit = 1;
    gate.leave(undefined, true);
    gate.leave(undefined, true);
    await settlePromises();
    expect(out).toHaveLength(4);
    gate.leave(undefined, true);
    await settlePromises();
    expect(out).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('sends the first of a group alone, after those that are out and before those behind it', async () => {
    const { gate, out, ask } = open(() => 10);
    ask('a1', 'a');
    ask('a2', 'a');
    expect(out).toEqual(['a1']);
    gate.leave('a', true);
    await settlePromises();
    ask('a3', 'a');
    ask('b1', 'b');
    ask('b2', 'b');
    ask('a4', 'a');
    expect(out).toEqual(['a1', 'a2', 'a3']);
    expect(gate.room).toBeLessThan(10);
    gate.leave('a', true);
    gate.leave('a', true);
    await settlePromises();
    expect(out).toEqual(['a1', 'a2', 'a3', 'b1']);
    expect(gate.room).toBe(0);
    gate.leave('b', true);
    await settlePromises();
    expect(out).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'a4']);
  });

  it('sends the next one alone as well when the first has not succeeded', async () => {
    const { gate, out, ask } = open(() => 10);
    for (const name of ['a1', 'a2', 'a3']) ask(name, 'a');
    gate.leave('a', false);
    await settlePromises();
    expect(out).toEqual(['a1', 'a2']);
    gate.leave('a', true);
    await settlePromises();
    expect(out).toEqual(['a1', 'a2', 'a3']);
  });

  it('forgets one that gives up, and lets out those behind it', async () => {
    const { gate, out, ask } = open(() => 10);
    const stop = new AbortController();
    ask('a1', 'a');
    gate.leave('a', true);
    ask('a2', 'a');
    ask('b1', 'b', stop.signal);
    ask('a3', 'a');
    stop.abort();
    await settlePromises();
    expect(out).toEqual(['a1', 'a2', 'not b1', 'a3']);
    ask('c', 'a', stop.signal);
    expect(gate.inFlight).toBe(3);
  });

  it('has room for one that waits, and lets it out in the moment in which another ends', () => {
    const { gate, out, ask } = open(() => 2, 1);
    ask('a');
    ask('b');
    expect(gate.room).toBe(1);
    ask('c');
    expect(gate.room).toBe(0);
    expect(out).toEqual(['a', 'b']);
    gate.leave(undefined, true);
    expect(out).toEqual(['a', 'b', 'c']);
    expect(gate.room).toBe(1);
  });
});
