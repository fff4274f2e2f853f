/** Which runs of the ledger a job has made. */
import * as z from 'zod';
import type { Host } from '../../host.ts';
import { openSqliteLedger } from '../../ledger/sqlite/sqlite-ledger.ts';
import { ledgerPath } from '../../ledger/state-dir.ts';

const targets = z.object({ targets: z.array(z.object({ url: z.string(), site: z.number() })) });
const MOST_RUNS = 1000;
/** A run is entered in the ledger a moment before its job is told of it. */
const EARLIER_MS = 60_000;

/** The newest of each target since the job began. @param outcome of the job, with its targets */
export async function runsOfJob(host: Host, outcome: unknown, startedMs: number): Promise<number[]> {
  const known = targets.safeParse(outcome);
  if (!known.success) return [];
  const ledger = await openSqliteLedger(ledgerPath(host));
  try {
    const runs = await ledger.runs({ limit: MOST_RUNS });
    const found = known.data.targets.map(({ url, site }) =>
      runs.find(
        (run) =>
          run.url === url &&
          run.site === site &&
          Math.max(run.startedMs, run.resumedMs ?? 0) >= startedMs - EARLIER_MS,
      ),
    );
    return [...new Set(found.flatMap((run) => (run ? [run.id] : [])))];
  } finally {
    await ledger.close();
  }
}
