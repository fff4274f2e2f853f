import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { type InDoubtPolicy, resolveInDoubt } from '../../../src/job/ledger/in-doubt.ts';
import { openJournal } from '../../../src/job/ledger/journal.ts';
import type { Holder } from '../../../src/ledger/ledger.ts';
import { createMemoryLedger } from '../../../src/ledger/memory.ts';
import type { ReportingApi } from '../../../src/matomo/reporting/reporting.ts';
import { createVisitorLog } from '../../../src/matomo/reporting/visitor-log.ts';
import type { Batch, Delivery } from '../../../src/types/delivery.ts';
import type { Hit } from '../../../src/types/hit.ts';
import type { Outcome } from '../../../src/types/outcome.ts';
import { bulkBatch, visitOf } from '../../doubles/hits.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';
import { backfillFacts } from '../../ledger/facts.ts';

const HOLDER: Holder = { pid: 1, hostname: 'here', command: 'backfill', sinceMs: 1, seenMs: 1 };
const ACCEPTED: Outcome = { kind: 'accepted' };
const SIGNAL = new AbortController().signal;

const VISITOR = '0123456789abcdef';

function detailsOf(hit: Hit, type: string): Record<string, unknown> {
  return { type, timestamp: Math.floor(hit.dueMs / 1000) };
}

/** A visitor log with one visit of the actions. */
function logOf(hits: readonly Hit[], types: readonly string[], durationSeconds = 1): unknown[] {
  return [
    {
      visitorId: VISITOR,
      firstActionTimestamp: (hits[0]?.dueMs ?? 0) / 1000,
      visitDuration: durationSeconds,
      actionDetails: types.map((type, i) => detailsOf(hits[i] as Hit, type)),
    },
  ];
}

async function open(batches: readonly Batch[]) {
  const ledger = createMemoryLedger();
  const clock = new VirtualClock();
  const run = await ledger.startRun(backfillFacts());
  await ledger.acquireLock('lock', HOLDER);
  await ledger.commit(run.id, { atMs: clock.now(), begun: batches.map(({ id }) => id) });
  const create = () =>
    openJournal({ ledger, run, clock, lock: { name: 'lock', holder: HOLDER }, isCapped: false });
  const settle = async (
    policy: InDoubtPolicy,
    log: unknown,
    more: { isSentBefore?: boolean; settledMs?: number; mayResend?: () => Promise<boolean> } = {},
  ) => {
    const journal = await create();
    const asked: Record<string, string | number>[] = [];
    const api: ReportingApi = {
      close: async () => {},
      ask: async (method, parameters) => {
        if (method === 'SitesManager.getSiteFromId') return { timezone: 'UTC' };
        asked.push(parameters);
        if (log instanceof Error) throw log;
        return log;
      },
    };
    const settling = resolveInDoubt(batches, {
      journal,
      policy,
      clock,
      signal: SIGNAL,
      settledMs: more.settledMs ?? 0,
      isSentBefore: more.isSentBefore ?? false,
      openLog: () => createVisitorLog(api, 1),
      ...(more.mayResend ? { mayResend: more.mayResend } : {}),
    });
    return clock.run(settling).then((counts) => ({ counts, asked, journal, clock }));
  };
  return { ledger, run, create, settle, clock };
}

describe('a request in doubt', () => {
  const visit = visitOf({ visitorId: VISITOR, kinds: ['pageview', 'event', 'cart', 'ping'] });
  const batch = bulkBatch(visit.hits, 3);

  it('is settled as recorded when the log shows its hits, those that it hides included', async () => {
    const { settle, create } = await open([batch]);
    const { counts, asked } = await settle('ask', logOf(visit.hits, ['action', 'event']));
    expect(counts).toEqual({ recorded: 1, resent: 0, unknown: 0 });
    expect(asked[0]).toMatchObject({ date: '2026-10-19,2026-10-21', segment: `visitorId==${VISITOR}` });
    expect((await create()).known(batch)).toEqual(new Array(4).fill(ACCEPTED));
    expect((await create()).inDoubt.size).toBe(0);
  });

  it('is sent again when the log shows none of them', async () => {
    const { settle, create } = await open([batch]);
    const { counts } = await settle('ask', []);
    expect(counts).toEqual({ recorded: 0, resent: 1, unknown: 0 });
    expect((await create()).known(batch)).toBeUndefined();
    expect((await create()).inDoubt.size).toBe(0);
  });

  it('is sent again in part when the log shows only some, and keeps what is known', async () => {
    const { settle, create } = await open([batch]);
    expect((await settle('ask', logOf(visit.hits, ['action']))).counts.resent).toBe(1);
    const later = await create();
    expect(later.known(batch)).toEqual([ACCEPTED, undefined, undefined, undefined]);
    expect(later.inDoubt.size).toBe(0);
  });

  it('has unknown hits where the log does not tell', async () => {
    const shown = visitOf({ visitorId: VISITOR, kinds: ['pageview', 'content', 'event'] });
    const { settle, create } = await open([bulkBatch(shown.hits, 3)]);
    const [, , event] = shown.hits;
    expect((await settle('ask', logOf([event as Hit], ['event']))).counts.unknown).toBe(1);
    const unknown = { kind: 'unknown', reason: 'in-doubt' };
    expect((await create()).known(bulkBatch(shown.hits, 3))).toEqual([undefined, unknown, ACCEPTED]);
  });

  it('stays in doubt when Matomo does not answer, and the choice is told', async () => {
    const { settle, create } = await open([batch]);
    const down = new UserError('Matomo is away.', { code: 'report-unavailable', exitCode: 3 });
    await expect(settle('ask', down)).rejects.toMatchObject({
      code: 'doubt-not-resolved',
      exitCode: 3,
      message: '1 request of an earlier process is in doubt, and Matomo could not be asked about them.',
      hint: expect.stringContaining('--in-doubt skip'),
    });
    expect((await create()).inDoubt.size).toBe(1);
  });

  it('cannot be told from the same one of an earlier run', async () => {
    const { settle } = await open([batch]);
    const asking = settle('ask', logOf(visit.hits, ['action', 'event']), { isSentBefore: true });
    await expect(asking).rejects.toMatchObject({ code: 'doubt-not-resolved', exitCode: 2 });
  });

  it.each(['ask', 'resend'] as const)(
    'is left alone with %s until the server can be done with it',
    async (policy) => {
      const { settle, clock } = await open([batch]);
      const settledMs = clock.now() + 30_000;
      await settle(policy, [], { settledMs });
      expect(clock.now()).toBe(settledMs);
    },
  );

  it('is left alone for as long again where its process has come back meanwhile', async () => {
    const { settle, clock } = await open([batch]);
    const nowMs = clock.now();
    const mayResend = async () => clock.now() > nowMs;
    const { counts } = await settle('ask', [], { settledMs: nowMs + 30_000, mayResend });
    expect(counts).toEqual({ recorded: 0, resent: 1, unknown: 0 });
    expect(clock.now()).toBe(nowMs + 60_000);
  });

  it('is unknown where its process may live', async () => {
    const { settle, clock } = await open([batch]);
    const settledMs = clock.now() + 30_000;
    const { counts } = await settle('ask', [], { settledMs, mayResend: async () => false });
    expect(counts).toEqual({ recorded: 0, resent: 0, unknown: 1 });
    expect(clock.now()).toBe(settledMs);
  });

  it('is not waited for with skip', async () => {
    const { settle, clock } = await open([batch]);
    const nowMs = clock.now();
    const { counts } = await settle('skip', [], { settledMs: nowMs + 30_000 });
    expect(counts).toEqual({ recorded: 0, resent: 0, unknown: 1 });
    expect(clock.now()).toBe(nowMs);
  });
});

describe('a single hit in doubt', () => {
  it('is not taken for the one before it that the log cannot tell from it', async () => {
    const { hits } = visitOf({ visitorId: VISITOR, kinds: ['pageview', 'content', 'content'], gapMs: 10 });
    const batch = bulkBatch(hits.slice(2), 0);
    const [, first] = hits;
    const once = await (await open([batch])).settle('ask', logOf([first as Hit], ['content']));
    expect(once.counts.resent).toBe(1);
    const twice = await (await open([batch])).settle(
      'ask',
      logOf([first as Hit, first as Hit], ['content', 'content']),
    );
    expect(twice.counts.recorded).toBe(1);
  });

  it('shows as the length of its visit when it is a heartbeat', async () => {
    const { hits } = visitOf({ visitorId: VISITOR, kinds: ['pageview', 'ping'], gapMs: 15_000 });
    const batch = bulkBatch(hits.slice(1), 0);
    const without = await (await open([batch])).settle('ask', logOf(hits, ['action'], 1));
    expect(without.counts.resent).toBe(1);
    const with15Seconds = await (await open([batch])).settle('ask', logOf(hits, ['action'], 16));
    expect(with15Seconds.counts.recorded).toBe(1);
  });
});

describe('a journal', () => {
  const visit = visitOf({ visitorId: VISITOR, kinds: ['pageview', 'event'] });
  const batch = bulkBatch(visit.hits, 0);
  const delivery = (kind: Outcome['kind'], fatal?: Error): Delivery => ({
    outcomes: visit.hits.map(() => ({ kind })),
    retries: 0,
    sentMs: 0,
    answeredMs: 0,
    ...(fatal ? { fatal } : {}),
  });

  it.each([
    { what: 'accepted hits', given: delivery('accepted'), isKnown: true, doubts: 0 },
    { what: 'rejected hits', given: delivery('rejected'), isKnown: true, doubts: 0 },
    { what: 'failed hits', given: delivery('failed'), isKnown: false, doubts: 0 },
    { what: 'skipped hits', given: delivery('skipped'), isKnown: false, doubts: 0 },
    { what: 'refused access', given: delivery('rejected', new Error('no')), isKnown: false, doubts: 0 },
    { what: 'no response', given: delivery('unknown'), isKnown: false, doubts: 1 },
  ])('keeps for a later process what $what means', async ({ given, isKnown, doubts }) => {
    const { create } = await open([]);
    const journal = await create();
    await journal.sendJournal.begin([batch], []);
    journal.sendJournal.leave(batch);
    expect((await create()).inDoubt.size).toBe(1);
    journal.sent(batch, given);
    expect(journal.leftOver).toBe(isKnown ? 0 : 1);
    await journal.flush();
    const later = await create();
    expect(later.known(batch)).toEqual(isKnown ? given.outcomes : undefined);
    expect(later.inDoubt.size).toBe(doubts);
  });
});
