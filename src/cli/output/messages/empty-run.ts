/** Says of a live run that sent nothing because no visit was due, and what would change that. */
import type { Job } from '../../../job/job.ts';
import { formatDuration, formatNumber } from '../../../report/format.ts';
import type { JobEnd } from '../../files/job-end.ts';
import type { Log } from '../log.ts';
import { activeHoursOf } from '../status.ts';
import { isWithinActiveHours, localTimeOf } from './next-visit.ts';

const DAY_MS = 86_400_000;

function reasonFor(job: Job, nowMs: number): string {
  const { visitsPerDay } = job.traffic;
  const hours = activeHoursOf(job);
  if (hours !== undefined && !isWithinActiveHours(job, nowMs))
    return `it is ${localTimeOf(job, nowMs)}, and visits start within ${hours}`;
  const window = hours === undefined ? '' : `, between ${hours}`;
  const distance = formatDuration((DAY_MS / visitsPerDay) * job.shard.count);
  return `${formatNumber(visitsPerDay)} visits a day${window} are one every ${distance} on average, and fewer at quiet hours`;
}

/** @param isFailure as an error. @returns true where any live run has planned no visit at all */
export function logEmptyRuns(log: Log, ends: readonly JobEnd[], isFailure: boolean, nowMs: number): boolean {
  const empty = ends.filter(
    ({ job, hasBegun, totals }) => job.command === 'run' && hasBegun && totals.visits.planned === 0,
  );
  for (const { job, facts, error } of empty) {
    // The error says why, and is told by itself.
    if (error) continue;
    const name = ends.length > 1 ? `${job.name}: ` : '';
    const lasted = formatDuration(facts.durationMs);
    const tell = isFailure ? log.error : log.warning;
    tell(`${name}No visit was due in ${lasted}: ${reasonFor(job, nowMs)}.`, {
      code: 'no-visit-due',
      hint: 'For visits at once, use --rate 5/s, or more --visits-per-day; a longer --for helps too.',
    });
  }
  return empty.length > 0;
}
