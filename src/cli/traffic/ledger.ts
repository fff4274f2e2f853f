/** The ledger of a command: the user's, that of a cluster, or one in memory for traffic that ends with the process. */
import type { Host } from '../../host.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createMemoryLedger } from '../../ledger/memory.ts';
import { openSqliteLedger } from '../../ledger/sqlite/sqlite-ledger.ts';
import { openThreadedLedger, startLedgerThread } from '../../ledger/sqlite/threaded-ledger.ts';
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

/** For a look, or a word. */
export async function openLedger({ host, log }: Pick<CliContext, 'host' | 'log'>): Promise<Ledger> {
  const cluster = await openClusterOf({ host, log, clock: systemClock });
  return cluster ? ledgerOfCluster(cluster) : openSqliteLedger(ledgerPath(host));
}

/**
 * For a run, which must not wait for the disk: what opens its ledger. Its thread starts at once.
 *
 * @param isInMemory the ledger ends with the process
 */
export function prepareRunLedger(host: Host, isInMemory: boolean): () => Promise<Ledger> {
  if (isInMemory) return async () => createMemoryLedger();
  const thread = host.startThread && startLedgerThread(host.startThread);
  return () => {
    const path = ledgerPath(host);
    return thread ? openThreadedLedger(thread, path) : openSqliteLedger(path);
  };
}

/** As it prepares it, at once. */
export function openRunLedger(host: Host, isInMemory: boolean): Promise<Ledger> {
  return prepareRunLedger(host, isInMemory)();
}
