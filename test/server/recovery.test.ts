/** What the page says of a run whose service was killed: counts of the ledger, and of what it cannot know no more than that. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createProcessHost, type Host } from '../../src/host.ts';
import type { Ledger, RunFacts } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.ts';
import { ledgerPath } from '../../src/ledger/state-dir.ts';
import { countsOf, createTotals, type Totals } from '../../src/ledger/totals.ts';
import { createLedgerRuns } from '../../src/server/jobs/ledger-runs.ts';
import type { TargetFacts } from '../../src/server/jobs/process/protocol.ts';
import { createProgress, outcomeOf } from '../../src/server/jobs/progress.ts';
import { encodeTotals } from '../../src/shards/serialization.ts';
import { backfillFacts } from '../ledger/facts.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const FACTS: TargetFacts = {
  name: 'default',
  url: 'http://127.0.0.1:1/matomo.php',
  site: 1,
  timezone: 'UTC',
  currency: 'EUR',
  seed: 's',
  visitsPerDay: 400,
  cap: 8,
  activeHours: null,
  plannedVisits: null,
  from: null,
  to: null,
  responseTimeoutMs: 30_000,
  declaredEvents: [],
};

function totalsOf(hits: Partial<Totals['hits']>, more: Partial<Totals> = {}): Totals {
  const totals = { ...createTotals(), ...more };
  Object.assign(totals.hits, hits);
  return totals;
}

/** A progress whose last process has told the totals. */
function progressWith(totals: Totals) {
  const progress = createProgress(0, () => {});
  progress.start(0, FACTS, 0);
  const activity = { requestsInFlight: 1, waitingMs: 0, isTargetDown: false };
  const target = { totals: encodeTotals(totals), activity, admittedToday: 0, isWithinActiveHours: true };
  progress.state({ kind: 'state', atMs: 1000, isPaused: false, targets: [{ ...target, nextVisit: null }] });
  return progress;
}

/** As a service that comes back finds it on the disk. */
function restored(
  totals: Totals,
  isCounted: boolean,
  counted: Parameters<ReturnType<typeof createProgress>['restore']>[3] = [],
) {
  const snapshot = JSON.parse(JSON.stringify(progressWith(totals).snapshot()));
  const progress = createProgress(2000, () => {});
  progress.restore(snapshot, isCounted, 2000, counted);
  return progress;
}

const TOLD = totalsOf({ planned: 30, accepted: 10 }, { hitsToCome: 18, requests: 10 });

describe('a live run whose service was killed', () => {
  it('has the counts of the ledger, and the times that its process has told', () => {
    const ended = totalsOf({ planned: 30, accepted: 13, skipped: 17 }, { reasons: { stopped: 17 } });
    const { url, site } = FACTS;
    const { totals } = restored(TOLD, false, [{ url, site, totals: encodeTotals(ended) }]);
    expect(totals?.hits).toMatchObject({ planned: 30, accepted: 13, skipped: 17, unknown: 0 });
    expect(totals).toMatchObject({ reasons: { interrupted: 17 }, requests: 10, hitsToCome: 0 });
  });

  it('where the ledger has no end of it, has lost only what was due and not answered', () => {
    const { totals } = restored(TOLD, false);
    expect(totals?.hits).toMatchObject({ planned: 30, accepted: 10, skipped: 18, unknown: 2 });
    expect(totals?.reasons).toEqual({ interrupted: 18, 'process-lost': 2 });
  });

  it('keeps what earlier processes have sent apart from the last one', () => {
    const progress = progressWith(TOLD);
    progress.processGone(false, 1500);
    progress.start(0, FACTS, 1600);
    const snapshot = JSON.parse(JSON.stringify(progress.snapshot()));
    expect(snapshot.targets[0]).toMatchObject({ earlier: { hits: { accepted: 10 } }, latest: null });
  });
});

describe('a backfill whose service was killed', () => {
  it('has lost nothing as long as it may be resumed', () => {
    const progress = restored(totalsOf({ planned: 30, accepted: 10 }), true);
    expect(progress.totals?.hits).toMatchObject({ planned: 30, accepted: 10, skipped: 0, unknown: 0 });
    expect(outcomeOf(progress).totals?.hits).toMatchObject({ unknown: 20 });
  });
});

async function openLedger(): Promise<{ host: Host; ledger: Ledger }> {
  const folder = mkdtempSync(join(tmpdir(), 'trafficinator-recovery-'));
  folders.push(folder);
  const host = { ...createProcessHost(), env: { TRAFFICINATOR_STATE_DIR: folder }, hostname: 'alpha' };
  return { host, ledger: await openSqliteLedger(ledgerPath(host)) };
}

describe('the ledger', () => {
  it('tells what a process has sent that came to its end, over all of its days', async () => {
    const { host, ledger } = await openLedger();
    const facts: RunFacts = { ...backfillFacts(), command: 'run', from: null, to: null, url: FACTS.url };
    const start = async (part: Partial<RunFacts>, days: readonly Totals[], endedMs: number | undefined) => {
      const run = await ledger.startRun({ ...facts, ...part });
      for (const [i, totals] of days.entries()) {
        const day = { date: `2026-03-0${i + 1}`, counts: countsOf(totals), settled: null };
        await ledger.commit(run.id, { atMs: 1, day });
      }
      if (endedMs !== undefined)
        await ledger.endRun(run.id, { endedMs, outcome: 'stopped', trafficDigest: null });
    };
    const one = totalsOf({ planned: 3, accepted: 3 });
    const two = totalsOf({ planned: 5, accepted: 2, skipped: 3 }, { reasons: { capped: 3 } });
    const later = facts.startedMs + 1000;
    await start({}, [one, two], later);
    await start({ pid: 5000 }, [one], later);
    await start({ hostname: 'beta' }, [one], later);
    await start({ site: 2 }, [one], undefined);
    await ledger.close();
    const runs = createLedgerRuns(host, undefined);
    const last = { pid: facts.pid, command: 'run', sinceMs: facts.startedMs } as const;
    const found = await runs.ofProcess(last);
    expect(found).toMatchObject([
      {
        url: FACTS.url,
        site: 1,
        totals: { hits: { planned: 8, accepted: 5, skipped: 3 }, reasons: { capped: 3 } },
      },
    ]);
    expect(await runs.ofProcess({ ...last, sinceMs: later })).toEqual([]);
  });
});
