/** The ledger of a command: the user's, that of a cluster, or one in memory for traffic that ends with the process. */
import type { SharedSummary } from '../../cluster/shared-summary.ts';
import type { Host } from '../../host.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createMemoryLedger } from '../../ledger/memory.ts';
import { historyOf, type RunHistory } from '../../ledger/run-history.ts';
import { openSqliteLedger } from '../../ledger/sqlite/sqlite-ledger.ts';
import { openThreadedLedger } from '../../ledger/sqlite/threaded-ledger.ts';
import { ledgerPath } from '../../ledger/state-dir.ts';
import { systemClock } from '../../run/clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { postgresAddressOf } from '../cluster/ledger-address.ts';
import type { CliContext } from '../context.ts';

/** Undefined where no PostgreSQL is named; its driver is loaded only where one is. */
export async function openClusterOf(
  context: Pick<CliContext, 'host' | 'clock' | 'log'>,
): Promise<Cluster | undefined> {
  const address = postgresAddressOf(context.host);
  if (!address) return undefined;
  const { openCluster } = await import('../cluster/cluster.ts');
  return openCluster(context, address);
}

/** The ledger of the cluster, which ends its connections when it is closed. */
export function ledgerOfCluster(cluster: Cluster): Ledger {
  const ledger = cluster.ledger();
  return {
    ...ledger,
    async close() {
      await ledger.close();
      await cluster.close();
    },
  };
}

/** What was sent, for a look. */
export interface Records {
  readonly ledger: Ledger;
  readonly history: RunHistory;
  /** Of a run that workers share; undefined for any other. */
  summaryOf(id: number): Promise<SharedSummary | undefined>;
  close(): Promise<void>;
}

/** Runs as users know them. */
export async function historyFor(ledger: Ledger, cluster: Cluster | undefined): Promise<RunHistory> {
  if (!cluster) return historyOf(ledger);
  const { sharedHistory } = await import('../../cluster/shared-history.ts');
  return sharedHistory(cluster.store, ledger);
}

async function sharedSummary({ store }: Cluster, id: number): Promise<SharedSummary | undefined> {
  const { readSharedSummary } = await import('../../cluster/shared-summary.ts');
  const run = await store.run(id);
  return run && readSharedSummary(store, run, systemClock);
}

export async function openRecords({ host, log }: Pick<CliContext, 'host' | 'log'>): Promise<Records> {
  const cluster = await openClusterOf({ host, log, clock: systemClock });
  const ledger = cluster ? ledgerOfCluster(cluster) : await openSqliteLedger(ledgerPath(host));
  return {
    ledger,
    history: await historyFor(ledger, cluster),
    summaryOf: async (id) => cluster && sharedSummary(cluster, id),
    close: () => ledger.close(),
  };
}

/**
 * For a run, which must not wait for the disk.
 *
 * @param isInMemory the ledger ends with the process
 */
export async function openRunLedger(host: Host, isInMemory: boolean): Promise<Ledger> {
  if (isInMemory) return createMemoryLedger();
  const path = ledgerPath(host);
  return host.startThread ? openThreadedLedger(host.startThread, path) : openSqliteLedger(path);
}
