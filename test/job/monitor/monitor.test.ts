import { describe, expect, it, vi } from 'vitest';
import { parseThreshold } from '../../../src/config/schema/threshold.ts';
import { createRunMonitor, type RunMonitor } from '../../../src/job/monitor/monitor.ts';
import { createTotals } from '../../../src/ledger/totals.ts';
import { createSeries } from '../../../src/report/series.ts';
import type { Batch, Delivery } from '../../../src/types/delivery.ts';
import type { Hit } from '../../../src/types/hit.ts';
import type { OutcomeKind } from '../../../src/types/outcome.ts';

const START_MS = 1_800_000_000_000;
const BATCH: Batch = {
  id: -1,
  lane: 0,
  leaveMs: 0,
  hits: new Array<Hit>(1),
  body: Buffer.alloc(0),
};

function thresholdOf(text: string) {
  const parsed = parseThreshold(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

/** A run that is watched, in time that only passes here. */
function create(...texts: string[]) {
  const clock = {
    nowMs: START_MS,
    now: () => clock.nowMs,
    wallNow: () => clock.nowMs,
    sleepUntil: () => Promise.reject(new Error('no sleep')),
  };
  const pause = { pausedMs: 0 };
  const totals = createTotals();
  const onAbort = vi.fn();
  const monitor = createRunMonitor({
    name: 'a',
    thresholds: texts.map(thresholdOf),
    clock,
    totals,
    startMs: () => START_MS,
    pause,
    onAbort,
  });

  function answer(to: Pick<RunMonitor, 'sent'>, kind: OutcomeKind, latencyMs: number): void {
    const delivery: Delivery = {
      outcomes: [{ kind }],
      retries: 0,
      sentMs: clock.nowMs - latencyMs,
      answeredMs: clock.nowMs,
    };
    to.sent(BATCH, delivery, { latencyMs, lagMs: 0 });
    totals.hits[kind]++;
    totals.requests++;
  }

  /** So many ms with so many answers a second, and a look 300 ms into each second. */
  function pass(ms: number, perSecond: number, kind: OutcomeKind = 'accepted', latencyMs = 5): void {
    const endMs = clock.nowMs + ms;
    for (; clock.nowMs < endMs; clock.nowMs += 10) {
      const since = clock.nowMs - START_MS;
      if (perSecond > 0 && since % (1000 / perSecond) === 0) answer(monitor, kind, latencyMs);
      if (since % 1000 === 300) monitor.evaluate(clock.nowMs);
    }
  }

  return { clock, pause, totals, monitor, onAbort, pass };
}

describe('a threshold over a window', () => {
  it('is about the seconds of the window, and not about the run as a whole', () => {
    const { monitor, pass } = create('requests<200 over 1s');
    pass(5000, 100);
    pass(700, 0);
    expect(monitor.verdicts()).toMatchObject([{ value: 100, isMet: true }]);
  });

  it('does not count the second that is not over as a whole one', () => {
    const { monitor, pass, onAbort } = create('throughput>=100/s over 1s abort', 'throughput>=100/s over 3s');
    pass(8040, 100);
    expect(monitor.verdicts()).toMatchObject([
      { value: 100, isMet: true },
      { value: 100, isMet: true },
    ]);
    expect(onAbort).not.toHaveBeenCalled();
  });

  it('is missed by one bad second, wherever that was', () => {
    const { monitor, pass } = create('throughput>=90/s over 1s', 'throughput>=90/s over 4s');
    pass(6000, 100);
    pass(1000, 50);
    pass(9000, 100);
    expect(monitor.verdicts()).toMatchObject([
      { value: 50, isMet: false },
      { value: 87.5, isMet: false },
    ]);
  });

  it('is missed in a second that no look came after, and ends nothing that is over', () => {
    const { monitor, pass, onAbort } = create('latency.max<100ms over 1s abort');
    pass(4000, 10);
    pass(1200, 10, 'accepted', 400);
    expect(monitor.verdicts()).toMatchObject([{ isMet: false }]);
    expect(onAbort).not.toHaveBeenCalled();
  });

  it('is about the run as a whole where that was shorter than the window', () => {
    const { monitor, pass } = create('requests<200 over 30s');
    pass(3000, 100);
    expect(monitor.verdicts()).toMatchObject([{ value: 300, isMet: false }]);
  });

  it('is not judged where nothing happened', () => {
    const { monitor, pass, onAbort } = create('requests>0 over 1s abort');
    pass(3000, 10);
    pass(5000, 0);
    pass(3000, 10);
    expect(monitor.verdicts()).toMatchObject([{ value: 10, isMet: true }]);
    expect(onAbort).not.toHaveBeenCalled();
  });

  it('is missed while answers stop, before they come again', () => {
    const { pass, onAbort } = create('throughput>=80/s over 5s abort');
    pass(10_000, 100);
    pass(3000, 0);
    expect(onAbort).toHaveBeenCalledOnce();
  });

  it('does not reach over a pause', () => {
    const { monitor, pass, pause, onAbort } = create('throughput>=90/s over 3s abort');
    pass(6000, 100);
    for (let second = 0; second < 5; second++) {
      pause.pausedMs += 1000;
      pass(1000, 0);
    }
    pass(6000, 100);
    expect(onAbort).not.toHaveBeenCalled();
    expect(monitor.verdicts()).toMatchObject([{ value: 100, isMet: true }]);
  });

  it('takes hits that were given up for those that did not leave in time', () => {
    const { monitor, pass } = create('rate>=0.98 over 2s');
    pass(4000, 100);
    for (let i = 0; i < 10; i++) monitor.settle({} as Hit, { kind: 'skipped', reason: 'late' });
    pass(4000, 100);
    expect(monitor.verdicts()).toMatchObject([{ value: 200 / 210, isMet: false }]);
  });

  it('keeps long windows whole while it forgets what is older', () => {
    const { monitor, pass } = create('requests<=3000 over 5m');
    pass(1_500_000, 10);
    expect(monitor.verdicts()).toMatchObject([{ value: 3000, isMet: true }]);
  });
});

describe('a threshold that ends the run', () => {
  it('does so once, and not before its time', () => {
    const { pass, onAbort } = create(
      'hits.failed<5% over 2s abort after 6s',
      'hits.failed<5% abort after 6s',
    );
    pass(5900, 10, 'failed');
    expect(onAbort).not.toHaveBeenCalled();
    pass(3000, 10, 'failed');
    expect(onAbort).toHaveBeenCalledOnce();
    expect(onAbort).toHaveBeenCalledWith(expect.objectContaining({ value: 1, isMet: false }));
  });
});

describe('a monitor that is told by another', () => {
  it('judges what it was told in full, and nothing before', () => {
    const { clock, monitor } = create('requests>=10 over 1s');
    // Of a process whose steps begin 400 ms later.
    clock.nowMs = START_MS + 400;
    const own = createSeries(clock.now, { mostPoints: 100, beyond: 'merge' });
    let knownMs = 0;
    for (; clock.nowMs < START_MS + 9000; clock.nowMs += 100) {
      const delivery = {
        outcomes: [{ kind: 'accepted' as const }],
        retries: 0,
        sentMs: clock.nowMs,
        answeredMs: clock.nowMs,
      };
      own.sent(BATCH, delivery, 5);
      if (clock.nowMs % 1100 < 100) {
        for (const point of own.take()) monitor.add(point);
        knownMs = clock.nowMs;
      }
      monitor.evaluate(knownMs - 1000);
    }
    expect(monitor.verdicts()).toMatchObject([{ value: 10, isMet: true }]);
  });
});
