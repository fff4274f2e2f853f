/** What the service reads in the ledger: which runs a job has made, and which days backfills have sent. */
import * as z from 'zod';
import type { Host } from '../../host.ts';
import { sentDays } from '../../job/ledger/remaining-days.ts';
import type { Ledger, RunRow, Window } from '../../ledger/ledger.ts';
import { openSqliteLedger } from '../../ledger/sqlite/sqlite-ledger.ts';
import { ledgerPath } from '../../ledger/state-dir.ts';
import type { LocalDate } from '../../types/local-date.ts';

const targets = z.object({ targets: z.array(z.object({ url: z.string(), site: z.number() })) });
const MOST_RUNS = 1000;
/** A run is entered in the ledger a moment before its job is told of it. */
const EARLIER_MS = 60_000;

async function withLedger<T>(host: Host, read: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openSqliteLedger(ledgerPath(host));
  try {
    return await read(ledger);
  } finally {
    await ledger.close();
  }
}

const newestRuns = (host: Host, limit: number) => withLedger(host, (ledger) => ledger.runs({ limit }));

/** Of each window, the days that backfills have sent, or have begun to, by the run that did. */
export function sentDaysOf(host: Host, windows: readonly Window[]): Promise<Map<LocalDate, RunRow>[]> {
  return withLedger(host, async (ledger) => {
    const found: Map<LocalDate, RunRow>[] = [];
    for (const window of windows) found.push(await sentDays(ledger, window));
    return found;
  });
}

/** The newest of each target since the job began. @param outcome of the job, with its targets */
export async function runsOfJob(host: Host, outcome: unknown, startedMs: number): Promise<number[]> {
  const known = targets.safeParse(outcome);
  if (!known.success) return [];
  const runs = await newestRuns(host, MOST_RUNS);
  const found = known.data.targets.map(({ url, site }) =>
    runs.find(
      (run) =>
        run.url === url &&
        run.site === site &&
        Math.max(run.startedMs, run.resumedMs ?? 0) >= startedMs - EARLIER_MS,
    ),
  );
  return [...new Set(found.flatMap((run) => (run ? [run.id] : [])))];
}

/** Number of the newest run; 0 where there is none. */
export async function newestRunId(host: Host): Promise<number> {
  const [newest] = await newestRuns(host, 1);
  return newest?.id ?? 0;
}
