/** What every job of a process is tied to besides its settings: clock, ledger, and the process itself. */
import type { JobDependencies } from '../../job/job-run.ts';
import { isHolderAlive } from '../../ledger/holder.ts';
import type { Holder } from '../../ledger/ledger.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { CliContext } from '../context.ts';
import { ledgerOfCluster, openClusterOf, openRunLedger } from './ledger.ts';

export interface Runtime extends Pick<JobDependencies, 'clock' | 'ledger' | 'self' | 'isAlive' | 'makePlan'> {
  /** Where the ledger is a PostgreSQL that workers share. */
  readonly cluster?: Cluster | undefined;
}

/** @param isInMemory the ledger ends with the process */
export async function openRuntime(
  { host, clock, log }: Pick<CliContext, 'host' | 'clock' | 'log'>,
  isInMemory: boolean,
): Promise<Runtime> {
  const { pid, hostname } = host;
  const cluster = isInMemory ? undefined : await openClusterOf({ host, clock, log });
  return {
    clock,
    cluster,
    ledger: cluster ? ledgerOfCluster(cluster) : await openRunLedger(host, isInMemory),
    self: { pid, hostname },
    isAlive: (holder: Holder) => isHolderAlive(holder, { ...host, nowMs: clock.wallNow() }),
  };
}
