/** Which runs of the ledger a job has made. */
import * as z from 'zod';
import type { Host } from '../../host.ts';
import type { RunRow } from '../../ledger/ledger.ts';
import { openSqliteLedger } from '../../ledger/sqlite/sqlite-ledger.ts';
import { ledgerPath } from '../../ledger/state-dir.ts';

const targets = z.object({ targets: z.array(z.object({ url: z.string(), site: z.number() })) });
const MOST_RUNS = 1000;
/** A run is entered in the ledger a moment before its job is told of it. */
const EARLIER_MS = 60_000;

async function newestRuns(host: Host, limit: number): Promise<RunRow[]> {
  const ledger = await openSqliteLedger(ledgerPath(host));
  try {
    return await ledger.runs({ limit });
  } finally {
    await ledger.close();
  }
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
