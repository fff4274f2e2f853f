/** A job of an earlier life of the service: it goes on once its last process is gone, with what that one has sent. */
import type { Host } from '../../host.ts';
import type { Clock } from '../../types/clock.ts';
import type { JobRow } from '../store/job-store.ts';
import type { LogBook } from '../stream/log-book.ts';
import type { Job } from './job.ts';
import type { LedgerRuns } from './ledger-runs.ts';
import type { CountedTarget } from './progress.ts';

/** How long that process may take to end: it drains when its service is gone. */
const LONGEST_DRAIN_MS = 120_000;

interface ContinuationRules {
  readonly host: Pick<Host, 'isRunning'>;
  readonly clock: Clock;
  readonly log: LogBook;
  readonly ledgerRuns: LedgerRuns;
  /** Names of what the job was started with and nobody has kept. */
  readonly missing: readonly string[];
}

/** What the last process of a live run has sent: a backfill counts all of it once more. */
async function countedOf(
  { command, pid, createdMs }: JobRow,
  ledgerRuns: LedgerRuns,
): Promise<CountedTarget[]> {
  if (command === 'backfill' || !pid) return [];
  return ledgerRuns.ofProcess({ pid, command, sinceMs: createdMs });
}

async function untilGone(pid: number, { clock, host }: ContinuationRules): Promise<void> {
  const never = new AbortController();
  const untilMs = clock.now() + LONGEST_DRAIN_MS;
  while (clock.now() < untilMs && host.isRunning(pid)) {
    await clock.sleepUntil(clock.now() + 100, never.signal);
  }
}

/** @param row as the earlier service has left it. @param job of this service */
export async function continueJob(row: JobRow, job: Job, rules: ContinuationRules): Promise<void> {
  const { clock, log, ledgerRuns, missing } = rules;
  const { command, name, id, pid } = row;
  if (command === 'backfill' && missing.length > 0) return job.waitForToken();
  const words = command === 'backfill' ? 'is resumed' : 'continues';
  const without = missing.length > 0 ? `, without ${missing.join(' and ')}, which was not kept` : '';
  const message = `${name} ${words}: the service was not running${without}`;
  log.add({ atMs: clock.now(), level: without ? 'warning' : 'info', job: id, message, code: 'goes-on' });
  if (pid) await untilGone(pid, rules);
  job.goOn(await countedOf(row, ledgerRuns));
}
