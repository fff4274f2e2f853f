/** The work on a shard of a shared run, in this process: as in a process of its own, over the ledger of all. */
import type { ShardWork } from '../../cluster/claimed-shard.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Claim } from '../../ledger/postgres/shared-rows.ts';
import type { CliContext } from '../context.ts';
import { withExtensions } from '../processes/job-plugins.ts';
import { workOnShard } from '../processes/shard-worker.ts';
import type { Cluster } from './cluster.ts';

/** The ledger as one owner of a shard sees it: the run that it starts is known to whoever comes after it. */
function ledgerOfClaim({ ledger, store }: Cluster, claim: Claim): Ledger {
  const own = ledger(`${claim.run}/${claim.shard}`);
  return {
    ...own,
    async startRun(facts) {
      const run = await own.startRun(facts);
      await store.keepRunRow(claim, run.id);
      return run;
    },
  };
}

const NO_SIGNALS = { onSignal: () => () => {}, onPauseSignal: () => () => {} };

export function workIn({ host, clock }: Pick<CliContext, 'host' | 'clock'>, cluster: Cluster) {
  return ({ claim, shared, parent }: ShardWork): Promise<void> => {
    const { pid, hostname } = host;
    const open = async () => ({
      clock,
      ledger: ledgerOfClaim(cluster, claim),
      self: { pid, hostname },
      // The claim is the right to the shard: whoever has its lock has lost it.
      isAlive: () => false,
      shared,
    });
    return workOnShard(parent, NO_SIGNALS, clock, open, (jobs) => withExtensions(host, jobs));
  };
}
