/** A worker that ended before its work was done: what is told, and what becomes of its counts. */
import { EXIT, UserError } from '../errors.ts';
import { sumOf } from '../ledger/sum.ts';
import type { Totals } from '../ledger/totals.ts';
import { OUTCOME_KINDS } from '../types/outcome.ts';
import type { Shard } from '../types/shard.ts';

/** @param how `SIGKILL`, `exit code 1` */
export function lostWorker(
  { index, count }: Shard,
  pid: number | undefined,
  how: string,
  command: 'run' | 'backfill',
): UserError {
  const who = pid === undefined ? 'could not be started' : `(process ${pid}) ended unexpectedly`;
  return new UserError(`The worker of shard ${index}/${count} ${who}: ${how}.`, {
    code: 'worker-lost',
    exitCode: EXIT.losses,
    hint:
      command === 'backfill'
        ? 'The other processes stopped. Run it again with --resume: it sends the rest, and asks Matomo about requests without a response.'
        : 'The other processes stopped. The last second of this process may be missing in the summary; the ledger and Matomo have it.',
  });
}

/** The last counts of a lost worker: what had not been settled is not known, and no visit of it counts as complete. */
export function withRestUnknown(totals: Totals): Totals {
  const rest = sumOf([totals]);
  const { visits, hits } = rest;
  const openHits = hits.planned - OUTCOME_KINDS.reduce((sum, kind) => sum + hits[kind], 0);
  hits.unknown += openHits;
  if (openHits > 0) rest.reasons['worker-lost'] = (rest.reasons['worker-lost'] ?? 0) + openHits;
  visits.failed += visits.planned - visits.complete - visits.partial - visits.failed - visits.skipped;
  return rest;
}
