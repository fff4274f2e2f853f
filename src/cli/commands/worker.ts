/** `trafficinator worker`: works on the runs of a PostgreSQL ledger, together with all other workers of it. */
import { Command } from 'commander';
import { clockRefusal } from '../../cluster/clock-error.ts';
import { sharedVersion } from '../../cluster/shared-job.ts';
import { startWorker } from '../../cluster/worker.ts';
import { timesOf } from '../../cluster/worker-options.ts';
import { EXIT, UserError } from '../../errors.ts';
import { createPause } from '../../run/pause.ts';
import { machineOf } from '../cluster/machine.ts';
import { workIn } from '../cluster/shard-work.ts';
import { createTargetAcceptance } from '../cluster/target-access.ts';
import { createWorkerLog } from '../cluster/worker-log.ts';
import type { CliContext } from '../context.ts';
import { type Address, parseAddress, valueOption } from '../options/option-values.ts';
import { type SettingsOptions, sourcesOf } from '../options/session.ts';
import { addSourceOptions } from '../options/traffic-options.ts';
import { openClusterOf } from '../traffic/ledger.ts';
import { openMetrics } from '../traffic/metrics.ts';

const EXAMPLES = `
Takes shards of the runs in the ledger until none is left, and waits for the next run. All workers are
alike: start as many as you like, on as many machines as you like, and stop them at any time.
Tokens are never in the ledger: each worker has them from its own environment or settings.
LEDGER_URL_FILE names a file with the address of the ledger. LEDGER_TIMEOUT and LEDGER_LEASE are seconds
(300 and 5): how long PostgreSQL may be away, and how long a worker may send without hearing from it.

Examples:
  $ export LEDGER_URL_FILE=/run/secrets/ledger MATOMO_TOKEN_AUTH_FILE=/run/secrets/token
  $ trafficinator worker
  $ trafficinator backfill --url https://matomo.example.org --days-back 30 --yes --detach
`;

/** @throws UserError where no PostgreSQL is named */
export async function needCluster(context: CliContext) {
  const cluster = await openClusterOf(context);
  if (cluster) return cluster;
  throw new UserError('This command needs a ledger that workers share.', {
    code: 'no-shared-ledger',
    exitCode: EXIT.usage,
    hint: 'Set LEDGER_URL_FILE or LEDGER_URL, or use --ledger postgres://user@host/database.',
  });
}

interface WorkerCommandOptions extends SettingsOptions {
  readonly metrics?: Address;
}

async function executeWorker(context: CliContext, options: WorkerCommandOptions): Promise<void> {
  const { host, clock, log } = context;
  const cluster = await needCluster(context);
  const metrics = await openMetrics(context, options.metrics, createPause(clock));
  const { pid, hostname } = host;
  const version = sharedVersion(host.version);
  const worker = startWorker({
    store: cluster.store,
    facts: { pid, hostname, machine: machineOf(host), version },
    times: timesOf(cluster.leaseMs),
    clock,
    clockRefusal,
    isRunning: host.isRunning,
    isWanted: () => true,
    accept: createTargetAcceptance(context, sourcesOf(options)),
    work: workIn({ host, clock }, cluster),
    events: createWorkerLog(log, cluster.store),
  });
  const release = host.onSignal(() => {
    log.info('leaving after the requests in flight; other workers go on with the shards', {
      code: 'worker-leaves',
    });
    worker.leave();
  });
  log.info(`worker ${pid} on ${hostname} waits for runs in ${cluster.shown}`, {
    code: 'worker-ready',
  });
  try {
    await worker.done;
  } finally {
    release();
    await metrics.close();
    await cluster.close();
  }
}

export function defineWorker(context: CliContext): Command {
  const command = new Command('worker')
    .description('work on the runs of a shared ledger, together with other workers')
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  command.addOption(
    valueOption(
      '--metrics <address>',
      'serve Prometheus metrics of the process at this port (of 127.0.0.1) or host:port',
      parseAddress,
    ),
  );
  return command.action((options: WorkerCommandOptions) => executeWorker(context, options));
}
