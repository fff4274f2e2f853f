/** The job that the environment describes, as the command line would make it. */
import { loadSession, type Session } from '../../src/cli/options/session.ts';
import { withPlugins } from '../../src/cli/options/session-plugins.ts';
import { accessTo } from '../../src/cli/targets/access.ts';
import { jobsOf } from '../../src/cli/traffic/jobs.ts';
import { createProcessHost } from '../../src/host.ts';
import type { BackfillJob } from '../../src/job/job.ts';

export const host = createProcessHost();

const OPTIONS = { preset: ['medium'] };

export function backfillJob(): BackfillJob {
  return jobOf(loadSession(host, 'backfill', OPTIONS, Date.now()));
}

/** The same, with the plugins that the environment names. */
export async function pluginBackfillJob(): Promise<BackfillJob> {
  return jobOf(await withPlugins(host, loadSession(host, 'backfill', OPTIONS, Date.now()), {}));
}

function jobOf(session: Session): BackfillJob {
  const nowMs = Date.now();
  const destinations = session.targets.map((target) => ({ target, access: accessTo(host, target.settings) }));
  const [job] = jobsOf('backfill', session, destinations, nowMs);
  if (job?.command !== 'backfill') throw new Error('the environment describes no backfill');
  return job;
}

/** The number that the worker is started with, such as seconds. */
export function numberArgument(): number {
  return Number(process.argv[2]);
}
