/** What every job of a process is tied to besides its settings: clock, ledger, and the process itself. */
import type { JobDependencies } from '../../job/run-job.ts';
import { isHolderAlive } from '../../ledger/holder.ts';
import type { Holder } from '../../ledger/ledger.ts';
import type { CliContext } from '../context.ts';
import { openRunLedger } from './ledger.ts';

export type Runtime = Awaited<ReturnType<typeof openRuntime>>;

/** @param isInMemory the ledger ends with the process */
export async function openRuntime({ host, clock }: Pick<CliContext, 'host' | 'clock'>, isInMemory: boolean) {
  const { pid, hostname } = host;
  return {
    clock,
    ledger: await openRunLedger(host, isInMemory),
    self: { pid, hostname },
    isAlive: (holder: Holder) => isHolderAlive(holder, { ...host, nowMs: clock.wallNow() }),
  } satisfies Partial<JobDependencies>;
}
