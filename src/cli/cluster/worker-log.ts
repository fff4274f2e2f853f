/** The log of a worker: what it takes, loses, gives back and waits for, why, and what comes next. */
import type { LossReason, WorkerEvents } from '../../cluster/worker-events.ts';
import type { Claim, ClaimKey, FormerWorker, Wish } from '../../ledger/postgres/shared-rows.ts';
import type { SharedRuns } from '../../ledger/postgres/shared-runs.ts';
import { formatDuration, formatNumber } from '../../report/format.ts';
import { reasonOf } from '../../report/reasons.ts';
import type { Log } from '../output/log.ts';

const nameOf = ({ run, shard }: ClaimKey) => `run ${run}, shard ${shard}`;
const processOf = ({ pid, hostname }: Pick<FormerWorker, 'pid' | 'hostname'>) =>
  `process ${pid} on ${hostname}`;

function takenText({ former, runRow }: Pick<Claim, 'former' | 'runRow'>): string {
  const next = 'continues where it stopped, and asks Matomo about hits without a response';
  if (former) {
    const { isGone, silentMs } = former;
    const why = isGone ? 'has ended' : `has not been seen for ${formatDuration(silentMs)}`;
    return `taken over from ${processOf(former)}, which ${why}: this worker ${next}`;
  }
  return runRow === null ? 'taken' : `taken, after another worker gave it back: this worker ${next}`;
}

const COMMANDER = 'the page or the command that created it';
const WISHES: Readonly<Record<Wish, readonly [what: string, next: string]>> = {
  pause: [
    `pause requested (trafficinator pause, ${COMMANDER})`,
    'nothing is sent until somebody resumes it, and hits that are due meanwhile are skipped',
  ],
  run: [`resume requested (trafficinator resume, ${COMMANDER})`, 'hits leave again as they become due'],
  stop: [
    `stop requested (trafficinator stop, ${COMMANDER}, or a worker that cannot go on)`,
    'this worker ends its part after the requests in flight, and waits for other runs',
  ],
};

/** `shard 3`, `shards 3, 4 and 7` */
function shardsText(shards: readonly number[]): string {
  const names = shards.map(String);
  const last = names.pop();
  return names.length === 0 ? `shard ${last}` : `shards ${names.join(', ')} and ${last}`;
}

const LOSSES: Readonly<Record<LossReason, string>> = {
  replaced: 'PostgreSQL did not hear from this worker for two leases (LEDGER_LEASE)',
  'taken-for-dead': 'another process reported that this one had ended',
};

/** Who has the shard by now. */
async function ownerOf(store: Pick<SharedRuns, 'shardsOf' | 'workers'>, { run, shard }: ClaimKey) {
  const owner = (await store.shardsOf(run)).find((row) => row.shard === shard)?.worker;
  return (await store.workers()).find(({ id }) => id === owner);
}

async function logLoss(
  log: Log,
  store: Pick<SharedRuns, 'shardsOf' | 'workers'>,
  claim: Claim,
  reason: LossReason,
): Promise<void> {
  // The log tells the loss also where PostgreSQL does not answer.
  const owner = await ownerOf(store, claim).catch(() => undefined);
  const whose = owner ? `${processOf(owner)} has it now` : 'any worker may take it';
  log.warning(
    `${nameOf(claim)}: lost, because ${LOSSES[reason]}; ${whose}. This worker sends nothing more of it, and takes free shards`,
    { code: 'shard-lost' },
  );
}

/** @param store where the log looks up who has a shard that this worker has lost */
export function createWorkerLog(
  log: Log,
  store: Pick<SharedRuns, 'shardsOf' | 'workers'>,
): Required<WorkerEvents> {
  /** Addresses of the runs' targets. */
  const urls = new Map<number, string>();
  const urlOf = ({ run }: Pick<Claim, 'run'>) => urls.get(run) ?? 'the target';
  return {
    onRefuse: (run, reason) => log.warning(`no part in run ${run}: ${reason}`, { code: 'run-refused' }),
    onClaim({ id, shards, url }, claim) {
      urls.set(id, url);
      const tell = claim.former ? log.warning : log.info;
      tell(`run ${id}, shard ${claim.shard} of ${shards} for ${url}: ${takenText(claim)}`, {
        code: claim.former ? 'shard-taken-over' : 'shard-taken',
      });
    },
    onLost: (claim, reason) => void logLoss(log, store, claim, reason),
    onWish(run, wish, shards) {
      const [what, next] = WISHES[wish];
      log.info(`run ${run}: ${what}; ${shardsText(shards)} here: ${next}`, {
        code: `run-${wish === 'run' ? 'resumed' : wish === 'stop' ? 'stopped' : 'paused'}`,
      });
    },
    onNews(claim, event) {
      const about = nameOf(claim);
      switch (event.kind) {
        case 'breaker': {
          const { outage } = event;
          if (!outage)
            log.info(`${about}: ${urlOf(claim)} responds again: continuing`, { code: 'target-back' });
          else
            log.warning(
              `${about}: ${outage.failures} requests in a row to ${urlOf(claim)} failed (${reasonOf(outage.reason).what}): pausing, next try in ${Math.ceil(outage.retryInMs / 1000)} s`,
              { code: 'target-down' },
            );
          return;
        }
        case 'outage':
          log.warning(
            `${about}: ${event.error.message} Waiting up to ${formatDuration(event.longestMs)} for it.`,
            event.error,
          );
          return;
        case 'in-doubt':
          log.info(
            `${about}: ${formatNumber(event.count)} ${event.count === 1 ? 'request' : 'requests'} of an earlier process got no response: waiting ${formatDuration(event.waitMs)} before Matomo is asked`,
            { code: 'waiting-for-doubt' },
          );
      }
    },
    onEnd(claim, end) {
      const about = nameOf(claim);
      switch (end.kind) {
        case 'finished': {
          const { accepted, planned } = end.result.totals.hits;
          log.info(`${about}: done, ${formatNumber(accepted)} of ${formatNumber(planned)} hits accepted`, {
            code: 'shard-done',
          });
          return;
        }
        case 'failed':
          log.warning(
            `${about}: failed. ${end.error.message}${end.stopsRun ? ' The other shards would fail too: the whole run is stopped.' : ' The other shards go on.'}`,
            { code: 'shard-failed', hint: end.error.hint },
          );
          return;
        case 'given-back': {
          const tell = end.error ? log.warning : log.info;
          const why = end.error?.message ?? 'This worker leaves.';
          tell(`${about}: given back. ${why} Another worker continues where it stopped`, {
            code: 'shard-given-back',
          });
        }
      }
    },
  };
}
