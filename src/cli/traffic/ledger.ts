/** The ledger of a command: the user's, or one in memory for traffic that ends with the process. */
import type { Host } from '../../host.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createMemoryLedger } from '../../ledger/memory.ts';
import { openSqliteLedger } from '../../ledger/sqlite/sqlite-ledger.ts';
import { ledgerPath } from '../../ledger/state-dir.ts';

export async function openLedger(host: Host, isInMemory: boolean): Promise<Ledger> {
  return isInMemory ? createMemoryLedger() : openSqliteLedger(ledgerPath(host));
}
