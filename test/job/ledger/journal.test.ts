import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../src/job/ledger/journal.ts';
import type { Holder } from '../../../src/ledger/ledger.ts';
import { createMemoryLedger } from '../../../src/ledger/memory.ts';
import type { Clock } from '../../../src/types/clock.ts';
import type { Batch } from '../../../src/types/delivery.ts';
import { bulkBatch, visitOf } from '../../doubles/hits.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';
import { batchesOf } from '../../ledger/batches.ts';
import { backfillFacts } from '../../ledger/facts.ts';

const HOLDER: Holder = { pid: 1, hostname: 'here', command: 'backfill', sinceMs: 1, seenMs: 1 };
const DAY = '2026-10-20';

interface Opening {
  readonly isCapped?: boolean;
  readonly command?: 'run' | 'backfill';
  readonly clock?: Clock;
}

async function open({ isCapped = false, command = 'backfill', clock = new VirtualClock() }: Opening = {}) {
  const ledger = createMemoryLedger();
  const run = await ledger.startRun(backfillFacts({ command }));
  await ledger.acquireLock('lock', HOLDER);
  const lock = { name: 'lock', holder: HOLDER };
  const journal = await openJournal({ ledger, run, clock, lock, isCapped });
  const inFlight = async () =>
    (await batchesOf(ledger, run.id)).filter(({ state }) => state === 'in-flight').map(({ batch }) => batch);
  /** Whether it had to be written down first. */
  async function leave(batch: Batch, waiting: readonly Batch[] = []): Promise<boolean> {
    const isWritten = journal.sendJournal.isWritten(batch);
    if (!isWritten) await journal.sendJournal.begin([batch], waiting);
    journal.sendJournal.leave(batch);
    return !isWritten;
  }
  const { url, site, shard } = run;
  const admitted = () => ledger.admitted({ url, site, shard, date: DAY });
  return { ledger, journal, inFlight, admitted, leave };
}

const batches = Array.from({ length: 200 }, (_, id) => bulkBatch(visitOf({ index: id, lane: id }).hits, id));
const accepted = (batch: Batch) => ({
  outcomes: batch.hits.map(() => ({ kind: 'accepted' }) as const),
  retries: 0,
  sentMs: 0,
  answeredMs: 0,
});

/** Lets all batches leave in their order, some ms after one another; the number of commits. */
async function leaveAll(
  { journal, inFlight, leave }: Awaited<ReturnType<typeof open>>,
  clock: VirtualClock,
  gapMs: number,
): Promise<number> {
  let commits = 0;
  for (const [i, batch] of batches.entries()) {
    if (await leave(batch, batches.slice(i + 1))) commits++;
    expect(await inFlight()).toContain(batch.id);
    journal.sent(batch, accepted(batch));
    await clock.advance(gapMs);
  }
  return commits;
}

describe('batches that leave', () => {
  it('are on the disk before they do, many in one commit when they leave fast', async () => {
    const clock = new VirtualClock();
    expect(await leaveAll(await open({ clock }), clock, 1)).toBeLessThan(10);
  });

  it('are on the disk many in one commit also where a commit takes longer than they are written ahead', async () => {
    const clock = new VirtualClock();
    const opened = await open({ clock });
    const { commit } = opened.ledger;
    opened.ledger.commit = async (...args) => {
      await clock.advance(100);
      await commit(...args);
    };
    expect(await leaveAll(opened, clock, 1)).toBeLessThan(40);
  });

  it('are alone on the disk when they leave slowly', async () => {
    const clock = new VirtualClock();
    const opened = await open({ clock });
    expect(await leaveAll(opened, clock, 60)).toBe(200);
    expect(await opened.inFlight()).toEqual([199]);
  });

  it('wait for others after a commit, 20 times as long as commits take', async () => {
    let nowMs = 1000;
    const { journal, ledger, leave } = await open({
      clock: { now: () => nowMs, wallNow: () => nowMs, sleepUntil: async () => {} },
    });
    const { commit } = ledger;
    ledger.commit = async (...args) => {
      await commit(...args);
      nowMs += 2;
    };
    for (const batch of batches) await leave(batch);
    expect(journal.sendJournal.restUntilMs - nowMs).toBeCloseTo(40, 2);
  });

  it('of a live run are never held back', async () => {
    const { journal } = await open({ command: 'run' });
    await journal.sendJournal.begin([batches[0] as Batch], []);
    expect(journal.sendJournal.restUntilMs).toBe(0);
  });
});

describe('batches that were begun and did not leave', () => {
  it('are taken back at the end, and no others', async () => {
    const clock = new VirtualClock();
    const { journal, inFlight, leave } = await open({ clock });
    const [first, second, third, fourth, fifth] = batches as [Batch, Batch, Batch, Batch, Batch];
    await leave(first, batches.slice(1));
    await clock.advance(1);
    await journal.sendJournal.begin([second, third, fifth], batches.slice(3));
    journal.sendJournal.leave(second);
    journal.sendJournal.leave(third);
    expect(await inFlight()).toEqual([0, 1, 2, 3, 4]);
    expect(await leave(fourth)).toBe(false);
    journal.sent(first, accepted(first));
    await journal.close();
    expect(await inFlight()).toEqual([1, 2, 3]);
    expect(journal.leftOver).toBe(3);
  });

  it('are not sent again by mistake: each leaves once', async () => {
    const { journal, leave } = await open();
    const [first] = batches as [Batch];
    await leave(first);
    expect(journal.sendJournal.isWritten(first)).toBe(false);
  });
});

describe('admissions under a daily cap', () => {
  const steps = fc.array(fc.record({ waitMs: fc.nat(40), visits: fc.integer({ min: 1, max: 3 }) }), {
    maxLength: 60,
  });

  it('are on the disk before a visit leaves, at the end exactly, and often several in one commit', async () => {
    let commits = 0;
    let visits = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (arrivals) => {
        const clock = new VirtualClock();
        const { journal, admitted, leave } = await open({ isCapped: true, command: 'run', clock });
        let count = 0;
        for (const { waitMs, visits: more } of arrivals) {
          await clock.advance(waitMs);
          const visit = visitOf({ index: count });
          for (let i = 0; i < more; i++) journal.admit(visit);
          count += more;
          const live = { ...bulkBatch(visit.hits), id: -1 };
          if (await leave(live)) commits++;
          expect(await admitted()).toBeGreaterThanOrEqual(count);
        }
        visits += arrivals.length;
        await journal.close();
        expect(await admitted()).toBe(count);
      }),
    );
    expect(commits).toBeLessThan(visits);
  });
});

describe('a long backfill', () => {
  it('keeps nothing in memory of what has left and is settled', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const { journal, ledger } = await open();
    ledger.commit = () => Promise.resolve();
    const { hits } = visitOf({});
    async function pass(from: number, to: number): Promise<number> {
      for (let id = from; id < to; id++) {
        const batch = bulkBatch(hits, id);
        journal.sendJournal.leave(batch);
        journal.sent(batch, accepted(batch));
        if (id % 1_000 === 0) await journal.flush();
      }
      await journal.flush();
      collect();
      return process.memoryUsage().heapUsed;
    }
    const before = await pass(0, 20_000);
    const after = await pass(20_000, 220_000);
    expect(after - before).toBeLessThan(2_000_000);
  });
});
