/** The PostgreSQL ledger of a command, and the runs in it that workers share. */
import { LEASE_MS } from '../../cluster/worker.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { PostgresAddress } from '../../ledger/postgres/address.ts';
import { openConnection } from '../../ledger/postgres/connection.ts';
import { ledgerOver, openPostgres } from '../../ledger/postgres/postgres-ledger.ts';
import { createSharedRuns, type SharedRuns } from '../../ledger/postgres/shared-runs.ts';
import type { CliContext } from '../context.ts';
import { secondsOf } from './ledger-address.ts';

/** How long PostgreSQL may be away before a command gives up. */
const TIMEOUT_MS = 300_000;
/** How long one statement may take at least. */
const STATEMENT_MS = 2_000;

export interface Cluster {
  readonly store: SharedRuns;
  readonly leaseMs: number;
  /** Of its own order, over the same connections. @param requestName as in `ledgerOver` */
  ledger(requestName?: string): Ledger;
  /** Address of the ledger, for people. */
  readonly shown: string;
  close(): Promise<void>;
}

export async function openCluster(
  { host, clock }: Pick<CliContext, 'host' | 'clock'>,
  address: PostgresAddress,
): Promise<Cluster> {
  const leaseMs = secondsOf(host, 'LEDGER_LEASE', LEASE_MS);
  const timeoutMs = secondsOf(host, 'LEDGER_TIMEOUT', TIMEOUT_MS);
  const options = { address, clock, timeoutMs, statementTimeoutMs: Math.max(STATEMENT_MS, 2 * leaseMs) };
  const connection = await openPostgres(options);
  // What shows that a worker is alive waits behind nothing else.
  const own = await openConnection(options);
  return {
    shown: connection.shown,
    leaseMs,
    store: createSharedRuns(own),
    ledger: (requestName) => ledgerOver(connection, requestName),
    async close() {
      await connection.close();
      await own.close();
    },
  };
}
