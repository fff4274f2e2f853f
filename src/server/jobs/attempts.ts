/** The command line of each process that works on a job: the first one begins it, later ones go on. */
import type { JobRow } from '../store/job-store.ts';

/** Where a job's files are; in the data folder. */
export interface JobFiles {
  readonly settings: string;
  readonly report: string;
  readonly summary: string;
  readonly days: string;
}

/** What is left of a live run that had an end. */
export interface Rest {
  readonly forMs: number | undefined;
  /** Visits; undefined for a run that does not end by their number. */
  readonly visits: number | undefined;
}

/** How much of a live run is left at an instant. */
export function restOf(
  { startedMs, request }: Pick<JobRow, 'startedMs' | 'request'>,
  limits: { readonly durationMs: number | undefined; readonly visits: number },
  sentVisits: number,
  nowMs: number,
): Rest {
  const lengthMs = Math.min(
    request.forMs ?? Number.POSITIVE_INFINITY,
    limits.durationMs ?? Number.POSITIVE_INFINITY,
  );
  const elapsedMs = startedMs === null ? 0 : nowMs - startedMs;
  return {
    forMs: Number.isFinite(lengthMs) ? Math.max(0, lengthMs - elapsedMs) : undefined,
    visits: limits.visits > 0 ? Math.max(0, limits.visits - sentVisits) : undefined,
  };
}

/** Which days a backfill sends. Some words begin a job and go on with it alike. */
function windowArgs({ again, againFrom, catchUpDays }: JobRow['request'], hasBegun: boolean): string[] {
  if (catchUpDays !== undefined) return ['--catch-up', String(catchUpDays)];
  if (again && againFrom !== undefined) return ['--again', '--again-from', String(againFrom)];
  if (hasBegun) return ['--resume'];
  return again ? ['--again'] : [];
}

/**
 * @param hasBegun an earlier process of the job may have sent something
 * @param hasWorkers the ledger is one that workers share: a job that names no number of shards is cut for them
 */
export function argsOf(
  job: JobRow,
  files: JobFiles,
  { hasBegun, hasWorkers }: { readonly hasBegun: boolean; readonly hasWorkers: boolean },
  rest: Rest,
): string[] {
  const { command, request } = job;
  const { isSink, shards, verify } = request;
  const isBackfill = command === 'backfill';
  const seconds = rest.forMs === undefined ? undefined : Math.max(1, Math.ceil(rest.forMs / 1000));
  return [
    command,
    ...['--config', files.settings, '--json', '--log-format', 'json', '--no-progress'],
    ...['--report', files.report, '--summary', files.summary, '--csv', files.days],
    ...(isSink ? ['--sink'] : []),
    ...(hasWorkers && shards === 1 ? [] : ['--shards', String(shards)]),
    ...(verify ? ['--verify'] : []),
    ...(isBackfill ? windowArgs(request, hasBegun) : []),
    ...(isBackfill || seconds === undefined ? [] : ['--for', `${seconds}s`]),
    ...(isBackfill || !hasBegun || rest.visits === undefined ? [] : ['--stop-after', String(rest.visits)]),
  ];
}
