/** `--catch-up`: what it finishes first, runs of earlier nights whose days, or settings, are no longer its own, and what it leaves to the next night. */
import { EXIT, UserError } from '../../errors.ts';
import type { BackfillJob, Job } from '../../job/job.ts';
import { windowOf, windowToContinue } from '../../job/ledger/remaining-days.ts';
import { worstExitCode } from '../../job/run-jobs.ts';
import { digestOfSettings } from '../../job/schedule.ts';
import { type Ledger, type RunRow, shownNumber } from '../../ledger/ledger.ts';
import type { CliContext } from '../context.ts';
import { reportFailure } from '../output/failure.ts';
import { divideAll } from './rounds.ts';

/** Why a run cannot be finished without a person; the days that nobody has sent can be sent all the same. */
const NEEDS_A_PERSON: readonly string[] = [
  'days-sent-since',
  'settings',
  'settings-changed',
  'settings-not-kept',
];

/** After these, what follows can be sent as well. */
const GOES_ON: readonly number[] = [EXIT.done, EXIT.losses, EXIT.threshold, EXIT.difference];

/** Others were somebody's own, who may have stopped them for good. */
function isOurs(run: RunRow, job: BackfillJob): boolean {
  const { commandLine, from, to } = run;
  if (/ --catch-up[ =]/.test(commandLine ?? '')) return true;
  return from !== null && to !== null && digestOfSettings({ ...job, from, to }) === run.digest;
}

/** Numbers of the runs, oldest first; those that the job goes on with by itself are not among them. */
async function interruptedRuns(
  ledger: Pick<Ledger, 'overlapping'>,
  jobs: readonly Job[],
): Promise<readonly number[]> {
  const numbers = new Map<string, number>();
  for (const job of jobs) {
    if (job.command !== 'backfill') continue;
    for (const run of (await ledger.overlapping(windowOf(job))).toReversed()) {
      if (run.outcome === 'done' || windowToContinue(run, job) || !isOurs(run, job)) continue;
      // The processes of one command go on together.
      numbers.set(`${run.startedMs} ${run.from} ${run.to}`, shownNumber(run));
    }
  }
  return [...numbers.values()];
}

/**
 * @param finish carries a run out to its end, with its own days and settings, and resolves with its exit code
 * @returns the exit code of all of them, and whether the days that are missing can be sent now
 */
export async function finishInterrupted(
  { log }: Pick<CliContext, 'log'>,
  ledger: Pick<Ledger, 'overlapping'>,
  jobs: readonly Job[],
  finish: (run: number) => Promise<number>,
): Promise<{ readonly exitCode: number; readonly goesOn: boolean }> {
  const exitCodes: number[] = [];
  for (const run of await interruptedRuns(ledger, jobs)) {
    log.info(`finishing run ${run}, which was interrupted, with its own days and settings`, {
      code: 'catch-up',
    });
    try {
      const exitCode = await finish(run);
      exitCodes.push(exitCode);
      if (!GOES_ON.includes(exitCode)) return { exitCode, goesOn: false };
    } catch (error) {
      if (!(error instanceof UserError) || !NEEDS_A_PERSON.includes(error.code)) throw error;
      reportFailure(log, error);
      exitCodes.push(error.exitCode);
    }
  }
  return { exitCode: worstExitCode(exitCodes), goesOn: true };
}

/** Which days are missing after a night that failed, and that nobody has to do anything about it but to mend the cause. */
export async function logDaysLeft(
  { log }: Pick<CliContext, 'log'>,
  ledger: Ledger,
  jobs: readonly Job[],
  shards: number,
): Promise<void> {
  for (const { job, parts } of await divideAll(ledger, jobs, shards, 'skip')) {
    const windows = parts.flatMap((part) => (part.command === 'backfill' ? [part] : []));
    if (windows.length === 0) continue;
    const days = windows.map(({ from, to }) => (from === to ? from : `${from} to ${to}`)).join(', ');
    const name = jobs.length > 1 ? `${job.name}: ` : '';
    log.error(`${name}Not sent, or not all of it: ${days}.`, {
      code: 'days-left',
      hint: 'The next --catch-up sends what is missing.',
    });
  }
}
