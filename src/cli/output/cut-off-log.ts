/** What to do about visits that the end of a run cuts off. */
import type { Job } from '../../job/job.ts';
import type { Totals } from '../../ledger/tally.ts';
import { longestVisitMs } from '../../plan/visits/visit.ts';
import type { EndedBy } from '../../report/summary.ts';
import type { Log } from './log.ts';

interface End {
  readonly job: Job;
  readonly totals: Totals;
  readonly facts: { readonly endedBy?: EndedBy | undefined; readonly digest: string };
}

/** Says how visits get to their end, where the time of a live run was too short for some. */
export function logCutOff(log: Log, ends: readonly End[]): void {
  const cut = ends.filter(
    ({ job, totals, facts: { endedBy = 'time' } }) =>
      job.command === 'run' && totals.cutOffVisits > 0 && endedBy === 'time',
  );
  if (cut.length === 0) return;
  const minutes = Math.max(...cut.map(({ job }) => Math.ceil(longestVisitMs(job.traffic) / 60_000)));
  const isRealTime = cut.some(({ job }) => job.command === 'run' && job.timing === 'realtime');
  const wait = `--graceful-stop ${minutes}m lets every visit finish`;
  log.info(isRealTime ? `${wait}; --timing compressed makes visits last seconds` : wait);
}
