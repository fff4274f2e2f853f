/** Warns before days are sent again with the seed that they were sent with: Matomo has these very visits and orders. */
import type { Job } from '../../job/job.ts';
import { sentWithSeed } from '../../job/ledger/lifecycle.ts';
import { windowOf } from '../../job/ledger/remaining-days.ts';
import { type Ledger, shownNumber } from '../../ledger/ledger.ts';
import type { CliContext } from '../context.ts';

/** @param againFrom runs with this number or a higher one are the one that goes on */
export async function warnOfSameSeed(
  { log }: Pick<CliContext, 'log'>,
  ledger: Pick<Ledger, 'overlapping' | 'batches'>,
  jobs: readonly Job[],
  againFrom = Number.POSITIVE_INFINITY,
): Promise<void> {
  for (const job of jobs) {
    if (job.command !== 'backfill') continue;
    const { seed } = job.traffic;
    const run = await sentWithSeed(ledger, windowOf(job), seed, ({ id }) => id < againFrom);
    if (!run) continue;
    const days = run.from === run.to ? `${run.from} was` : `${run.from} to ${run.to} were`;
    log.warning(
      `${days} sent to site ${run.site} with this seed before (run ${shownNumber(run)}): the same visits are sent again, and Matomo merges them with those that it has. It refuses their orders, and then the backfill ends with exit code 6`,
      { code: 'same-seed', hint: 'To add other visits, choose another seed, for example --seed second.' },
    );
  }
}
