/** What the service shares with its jobs in the ledger: which runs a job has made, which days were sent, what sites have said. */
import * as z from 'zod';
import type { Host } from '../../host.ts';
import { sentDays } from '../../job/ledger/remaining-days.ts';
import type { KeptSite, Ledger, RunRow, Window } from '../../ledger/ledger.ts';
import type { SharedRuns } from '../../ledger/postgres/shared-runs.ts';
import { totalsFrom } from '../../ledger/saved-totals.ts';
import { openSqliteLedger } from '../../ledger/sqlite/sqlite-ledger.ts';
import { ledgerPath } from '../../ledger/state-dir.ts';
import { sumOf } from '../../ledger/sum.ts';
import { encodeTotals } from '../../shards/serialization.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { CountedTarget } from './progress.ts';

const targets = z.object({ targets: z.array(z.object({ url: z.string(), site: z.number() })) });
const MOST_RUNS = 1000;
/** A run is entered in the ledger a moment before its job is told of it. */
const EARLIER_MS = 60_000;

/** The ledger that workers share. */
export interface SharedLedger {
  readonly store: SharedRuns;
  ledger(): Ledger;
}

export interface LedgerRuns {
  /** Of each window, the days that backfills have sent, or have begun to. */
  sentDays(windows: readonly Window[]): Promise<Map<LocalDate, SentDay>[]>;
  /** The newest of each target since the job began. @param outcome of the job, with its targets */
  ofJob(outcome: unknown, startedMs: number): Promise<number[]>;
  /** The highest number of the ledger; 0 where there is none. */
  newest(): Promise<number>;
  /** What a process that came to its end has sent, by target; nothing where the ledger cannot tell. */
  ofProcess(process: LastProcess): Promise<CountedTarget[]>;
  /** What the site last said of its timezone and currency. */
  site(url: string, site: number): Promise<KeptSite | undefined>;
  keepSite(url: string, site: number, kept: KeptSite): Promise<void>;
}

/** Of a job, on this host. */
export interface LastProcess {
  readonly pid: number;
  readonly command: RunRow['command'];
  /** It began after that. */
  readonly sinceMs: number;
}

export interface SentDay {
  readonly sentMs: number;
  /** False: the backfill was cut off, so that parts of the day may be missing. */
  readonly isFinished: boolean;
}

/** Whether all shards of the run's division are done, in one run or in several that went on with each other. */
function isFinished({ from, to, seed, shard }: RunRow, runs: readonly RunRow[]): boolean {
  const count = shard.split('/')[1];
  const done = runs.filter(
    (run) =>
      run.outcome === 'done' &&
      run.from === from &&
      run.to === to &&
      run.seed === seed &&
      run.shard.split('/')[1] === count,
  );
  return new Set(done.map((run) => run.shard)).size === Number(count);
}

async function sentIn(ledger: Ledger, window: Window): Promise<Map<LocalDate, SentDay>> {
  const runs = await ledger.overlapping(window);
  const found = await sentDays(ledger, window);
  return new Map(
    [...found].map(([date, run]) => {
      const sentMs = run.resumedMs ?? run.startedMs;
      return [date, { sentMs, isFinished: isFinished(run, runs) }];
    }),
  );
}

const isThere = <T>(found: T | undefined): found is T => found !== undefined;

async function sentBy(
  ledger: Ledger,
  { pid, command, sinceMs }: LastProcess,
  hostname: string,
): Promise<CountedTarget[]> {
  const all = await ledger.runs({ command, limit: MOST_RUNS });
  const runs = all.filter(
    (run) => run.pid === pid && run.hostname === hostname && run.startedMs >= sinceMs && run.endedMs !== null,
  );
  const found = runs.map(async ({ id, url, site }): Promise<CountedTarget[]> => {
    const days = (await ledger.days(id)).map(({ counts }) => totalsFrom(counts));
    const whole = days.filter(isThere);
    return whole.length < days.length ? [] : [{ url, site, totals: encodeTotals(sumOf(whole)) }];
  });
  return (await Promise.all(found)).flat();
}

interface Started {
  readonly id: number;
  readonly atMs: number;
}

/** @param shared undefined: each use opens the file of the service's own host, which its jobs write too */
export function createLedgerRuns(host: Host, shared: SharedLedger | undefined): LedgerRuns {
  async function withLedger<T>(read: (ledger: Ledger) => Promise<T>): Promise<T> {
    const ledger = shared ? shared.ledger() : await openSqliteLedger(ledgerPath(host));
    try {
      return await read(ledger);
    } finally {
      await ledger.close();
    }
  }

  /** Those of a target, newest first; workers' shards are one run, which is never reopened. */
  async function startedTo(ledger: Ledger, url: string, site: number): Promise<Started[]> {
    if (shared) {
      const runs = await shared.store.runs({ url, site, limit: 1 });
      return runs.map(({ id, createdMs }) => ({ id, atMs: createdMs }));
    }
    const runs = await ledger.runs({ url, site, limit: MOST_RUNS });
    return runs.map(({ id, startedMs, resumedMs }) => ({ id, atMs: Math.max(startedMs, resumedMs ?? 0) }));
  }

  return {
    sentDays: (windows) =>
      withLedger(async (ledger) => {
        const found: Map<LocalDate, SentDay>[] = [];
        for (const window of windows) found.push(await sentIn(ledger, window));
        return found;
      }),
    async ofJob(outcome, startedMs) {
      const known = targets.safeParse(outcome);
      if (!known.success) return [];
      const runs = await withLedger((ledger) =>
        Promise.all(known.data.targets.map(({ url, site }) => startedTo(ledger, url, site))),
      );
      const found = runs.map((ofTarget) => ofTarget.find(({ atMs }) => atMs >= startedMs - EARLIER_MS)?.id);
      return [...new Set(found.filter(isThere))];
    },
    ofProcess: (process) =>
      shared ? Promise.resolve([]) : withLedger((ledger) => sentBy(ledger, process, host.hostname)),
    async newest() {
      const [newest] = await withLedger((ledger) => ledger.runs({ limit: 1 }));
      return newest?.id ?? 0;
    },
    site: (url, site) => withLedger((ledger) => ledger.site(url, site)),
    keepSite: (url, site, kept) => withLedger((ledger) => ledger.keepSite(url, site, kept)),
  };
}
