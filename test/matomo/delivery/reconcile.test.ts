import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { createReconcile, type ReconcileRules } from '../../../src/matomo/delivery/reconcile.ts';
import type { RecordingState } from '../../../src/matomo/delivery/reply.ts';
import type { Finding } from '../../../src/matomo/reporting/shown-visits.ts';
import { pageviews, visitOf } from '../../doubles/hits.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';

const { hits } = visitOf({ kinds: pageviews(3) });
const REFUSED = new UserError('no', { code: 'report-refused', exitCode: 4 });
const AWAY = new UserError('away', { code: 'report-unavailable', exitCode: 3 });
const [R, M, U]: Finding[] = ['recorded', 'missing', 'unclear'];

/** Answers of the log, the last one again and again, and when they were asked for. */
function open(
  answers: readonly (readonly (Finding | undefined)[] | UserError)[],
  rules: Partial<ReconcileRules> = {},
) {
  const clock = new VirtualClock(0);
  const stop = new AbortController();
  const askedMs: number[] = [];
  const reconcile = createReconcile({
    log: {
      close: async () => {},
      async find() {
        const answer = answers[Math.min(askedMs.length, answers.length - 1)];
        askedMs.push(clock.now());
        if (answer instanceof UserError) throw answer;
        return (answer ?? []) as Finding[];
      },
    },
    clock,
    settleMs: { final: 1000, closed: 30_000, open: 30_000, queued: 30_000 },
    certain: ['final', 'closed', 'open'],
    patienceMs: 60_000,
    ...rules,
  });
  const ask = (fate: RecordingState) => clock.run(reconcile(hits, fate, stop.signal));
  return { clock, stop, askedMs, reconcile, ask };
}

describe('reconciliation', () => {
  it('asks once when all is recorded', async () => {
    const { ask, askedMs } = open([[R, R, R]]);
    expect(await ask('open')).toEqual([R, R, R]);
    expect(askedMs).toEqual([0]);
  });

  it.each([
    ['final', 1000],
    ['open', 30_000],
  ] as const)('asks again later before it calls a hit missing: %s', async (fate, settleMs) => {
    const { ask, askedMs } = open([[M, R, R]]);
    expect(await ask(fate)).toEqual([M, R, R]);
    expect(askedMs).toEqual([0, settleMs]);
  });

  it('goes on asking while more comes to be recorded', async () => {
    const { ask, askedMs } = open([
      [M, M, M],
      [M, R, M],
      [M, R, R],
    ]);
    expect(await ask('open')).toEqual([M, R, R]);
    expect(askedMs).toEqual([0, 30_000, 60_000, 90_000]);
  });

  it('calls nothing missing that may still leave a queue', async () => {
    expect(await open([[R, M, R]]).ask('queued')).toEqual([R, U, R]);
  });

  it('never asks again when the token may not', async () => {
    const { ask, askedMs } = open([REFUSED]);
    expect(await ask('final')).toEqual([U, U, U]);
    expect(await ask('final')).toEqual([U, U, U]);
    expect(askedMs).toHaveLength(1);
  });

  it('waits for a Matomo that is away, and asks when it is back', async () => {
    const { ask, askedMs } = open([AWAY, AWAY, [R, R, R]]);
    expect(await ask('open')).toEqual([R, R, R]);
    expect(askedMs).toEqual([0, 1000, 3000]);
  });

  it('gives up in the end', async () => {
    const { ask, askedMs } = open([AWAY]);
    expect(await ask('open')).toEqual([U, U, U]);
    expect(askedMs.at(-1)).toBeLessThanOrEqual(60_000);
  });

  it('ends its waiting when the run is stopped, and then calls nothing missing', async () => {
    const { clock, stop, reconcile } = open([[R, M, M]]);
    const done = reconcile(hits, 'open', stop.signal);
    await clock.advance(500);
    stop.abort();
    expect(await done).toEqual([R, U, U]);
    expect(clock.sleepers).toBe(0);
  });

  it('lets others send while it waits', async () => {
    let waits = 0;
    const { ask } = open([[M, M, M]], { onWait: () => void waits++ });
    await ask('final');
    expect(waits).toBeGreaterThan(0);
  });
});
