/** What every job of a process is tied to besides its settings: clock, ledger, and the process itself. */
import type { JobDependencies } from '../../job/job-run.ts';
import { isHolderAlive } from '../../ledger/holder.ts';
import type { Holder } from '../../ledger/ledger.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { isSharedLedgerNamed } from '../cluster/ledger-address.ts';
import type { CliContext } from '../context.ts';
import { ledgerOfCluster, openClusterOf, prepareRunLedger } from './ledger.ts';

export interface Runtime extends Pick<JobDependencies, 'clock' | 'ledger' | 'self' | 'isAlive' | 'makePlan'> {
  /** Where the ledger is a PostgreSQL that workers share. */
  readonly cluster?: Cluster | undefined;
}

/**
 * What opens it. The thread of an own ledger starts at once, and touches no file before.
 *
 * @param isInMemory the ledger ends with the process
 */
export function prepareRuntime(
  { host, clock, log }: Pick<CliContext, 'host' | 'clock' | 'log'>,
  isInMemory: boolean,
): () => Promise<Runtime> {
  const { pid, hostname } = host;
  const isShared = !isInMemory && isSharedLedgerNamed(host);
  const openOwn = isShared ? undefined : prepareRunLedger(host, isInMemory);
  return async () => {
    const cluster = openOwn ? undefined : await openClusterOf({ host, clock, log });
    const ledger = cluster ? ledgerOfCluster(cluster) : await openOwn?.();
    if (!ledger) throw new Error('a shared ledger was named, but has no address');
    return {
      clock,
      cluster,
      ledger,
      self: { pid, hostname },
      isAlive: (holder: Holder) => isHolderAlive(holder, { ...host, nowMs: clock.wallNow() }),
    };
  };
}
