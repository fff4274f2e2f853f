/** The ledger of a command: the user's, or one in memory for traffic that ends with the process. */
import type { Host } from '../../host.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createMemoryLedger } from '../../ledger/memory.ts';
import { openSqliteLedger } from '../../ledger/sqlite/sqlite-ledger.ts';
import { openThreadedLedger } from '../../ledger/sqlite/threaded-ledger.ts';
import { ledgerPath } from '../../ledger/state-dir.ts';

/** For a look, or a word. */
export function openLedger(host: Host): Promise<Ledger> {
  return openSqliteLedger(ledgerPath(host));
}

/**
 * For a run, which must not wait for the disk.
 *
 * @param isInMemory the ledger ends with the process
 */
export async function openRunLedger(host: Host, isInMemory: boolean): Promise<Ledger> {
  if (isInMemory) return createMemoryLedger();
  return host.startThread ? openThreadedLedger(host.startThread, ledgerPath(host)) : openLedger(host);
}
