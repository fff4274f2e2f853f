/** What to do about visits that the end of a run cuts off. */
import type { Job } from '../../../job/job.ts';
import type { Totals } from '../../../ledger/totals.ts';
import { longestVisitMs } from '../../../plan/visits/visit.ts';
import { lostOf, overdueOf } from '../../../report/counts.ts';
import type { EndedBy } from '../../../report/summary.ts';
import type { Log } from '../log.ts';

interface End {
  readonly job: Job;
  readonly totals: Totals;
  readonly facts: { readonly endedBy?: EndedBy | undefined; readonly digest: string };
}

/** The time of a live run was too short for some visits: no server that was slow or down is to blame. */
function isTooShort({ job, totals, facts: { endedBy = 'time' } }: End): boolean {
  const { cutOffVisits, hits, reasons } = totals;
  const isHealthy = lostOf(hits) + overdueOf(reasons) === 0;
  return job.command === 'run' && cutOffVisits > 0 && endedBy === 'time' && isHealthy;
}

/** Says how visits get to their end. */
export function logCutOff(log: Log, ends: readonly End[]): void {
  const cut = ends.filter(isTooShort);
  if (cut.length === 0) return;
  const isRealTime = cut.some(({ job }) => job.command === 'run' && job.timing === 'realtime');
  if (!isRealTime) {
    log.info('to let more visits finish, use a longer --graceful-stop');
    return;
  }
  const minutes = Math.max(...cut.map(({ job }) => Math.ceil(longestVisitMs(job.traffic) / 60_000)));
  log.info(
    `to let every visit finish, use --graceful-stop ${minutes}m; with --timing compressed, visits take only seconds`,
  );
}
