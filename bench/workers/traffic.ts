/** The job that the environment describes, as the command line would make it. */
import { loadSession } from '../../src/cli/options/session.ts';
import { accessTo } from '../../src/cli/targets/access.ts';
import { jobsOf } from '../../src/cli/traffic/jobs.ts';
import { createProcessHost } from '../../src/host.ts';
import type { BackfillJob } from '../../src/job/job.ts';

export const host = createProcessHost();

export function backfillJob(): BackfillJob {
  const nowMs = Date.now();
  const session = loadSession(host, 'backfill', { preset: ['medium'] }, nowMs);
  const destinations = session.targets.map((target) => ({ target, access: accessTo(host, target.settings) }));
  const [job] = jobsOf('backfill', session, destinations, nowMs);
  if (job?.command !== 'backfill') throw new Error('the environment describes no backfill');
  return job;
}

/** The number that the worker is started with, such as seconds. */
export function numberArgument(): number {
  return Number(process.argv[2]);
}
