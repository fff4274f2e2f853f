import { expect, it } from 'vitest';
import { untilAbandoned } from '../../src/run/abandon.ts';

const NEVER = new AbortController().signal;
const hanging = () => new Promise<void>(() => {});

it('waits for the work, and tells of its failure', async () => {
  let isDone = false;
  const work = async () => {
    await Promise.resolve();
    isDone = true;
  };
  await untilAbandoned(work, NEVER);
  expect(isDone).toBe(true);
  await expect(untilAbandoned(() => Promise.reject(new Error('damaged')), NEVER)).rejects.toThrow('damaged');
});

it('waits no longer than until the user leaves', async () => {
  const abandoned = new AbortController();
  const waiting = untilAbandoned(hanging, abandoned.signal);
  abandoned.abort();
  await waiting;
  await untilAbandoned(hanging, abandoned.signal);
});
