/** Fewer requests at a time, where this process may not open enough files for all their connections. */
import type { Host } from '../../host.ts';
import type { Job } from '../../job/job.ts';
import type { CliContext } from '../context.ts';

/** Open besides connections for tracking requests: the ledger, standard streams, Node's own, and the Reporting API. */
const SPARE = 40;

const LIMITS_FILE = '/proc/self/limits';

/** Files that this process may open; undefined where the system does not say. */
export function openFilesLimit({ exists, readFile }: Pick<Host, 'exists' | 'readFile'>): number | undefined {
  if (!exists(LIMITS_FILE)) return undefined;
  const text = Buffer.from(readFile(LIMITS_FILE)).toString();
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/**
 * The jobs as they are, or with a lower concurrency and a warning.
 * @param processes that share the work
 * @param isSink true: the endpoint at the other end of the connections is in this process, too
 */
export function withinOpenFiles(
  { host, log }: Pick<CliContext, 'host' | 'log'>,
  jobs: readonly Job[],
  processes: number,
  isSink: boolean,
): readonly Job[] {
  const limit = openFilesLimit(host);
  if (limit === undefined) return jobs;
  const filesPerRequest = isSink ? 2 : 1;
  const wanted = jobs.reduce((sum, { target }) => sum + Math.ceil(target.concurrency / processes), 0);
  const possible = Math.floor((limit - SPARE) / filesPerRequest);
  if (wanted <= possible) return jobs;
  const perJob = Math.max(1, Math.floor(possible / jobs.length)) * processes;
  log.warning(
    `CONCURRENCY is ${wanted * processes}, but a process may open only ${limit} files here: up to ${perJob * jobs.length} requests at a time are sent`,
    {
      code: 'open-files-limit',
      hint: 'Raise the limit with ulimit -n 4096, or lower CONCURRENCY (--concurrency).',
    },
  );
  return jobs.map((job) => ({
    ...job,
    target: { ...job.target, concurrency: Math.min(job.target.concurrency, perJob) },
  }));
}
