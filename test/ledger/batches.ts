/** All batches of a run at once. */
import type { BatchRange, BatchRow, Ledger } from '../../src/ledger/ledger.ts';

export async function batchesOf(ledger: Ledger, runId: number, range?: BatchRange): Promise<BatchRow[]> {
  const rows: BatchRow[] = [];
  for await (const row of ledger.batches(runId, range)) rows.push(row);
  return rows;
}
