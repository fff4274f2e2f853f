/** `--verify` of `run` and `backfill`: what was just sent against Matomo's reports. */
import { EXIT, UserError } from '../../errors.ts';
import type { Job } from '../../job/job.ts';
import type { SentLedger } from '../../job/verify.ts';
import type { VerificationEnd } from '../../report/verification.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { CliContext } from '../context.ts';
import { reportFailure } from '../output/failure.ts';
import { type VerifiedRun, verifyRun } from './verification.ts';

/** What was sent for a job. */
export interface SentJob {
  readonly job: Job;
  readonly runId: number;
  readonly dates: readonly LocalDate[];
}

export interface VerifyJobsOptions {
  readonly ledger: SentLedger;
  readonly isJson: boolean;
  /** How long to wait for the reports to catch up. */
  readonly waitMs: number;
  /** Aborted when nothing is to be waited for any more. */
  readonly signal: AbortSignal;
}

/** @param name undefined for the only target */
function runOf({ job, runId, dates }: SentJob, name: string | undefined, waitMs: number): VerifiedRun {
  const { target, traffic } = job;
  return {
    runId,
    target: name,
    site: traffic.siteId,
    timezone: traffic.timezone,
    seed: traffic.seed,
    dates,
    goalIds: traffic.goalIds,
    runDimensionId: traffic.runDimensionId,
    waitMs,
    connection: target,
  };
}

/** Prints what the reports say of each job, and tells of those that cannot be read. */
export async function verifyJobs(
  context: CliContext,
  sent: readonly SentJob[],
  { ledger, waitMs, ...how }: VerifyJobsOptions,
): Promise<{ readonly ends: readonly VerificationEnd[]; readonly exitCodes: readonly number[] }> {
  const ends: VerificationEnd[] = [];
  const exitCodes: number[] = [];
  for (const one of sent) {
    const { job, runId } = one;
    const run = runOf(one, sent.length > 1 ? job.name : undefined, waitMs);
    try {
      if (!how.isJson && !context.log.isQuiet) context.host.stdout.write('\n');
      const verification = await verifyRun(context, ledger, run, how);
      ends.push({ target: job.name, runId, verification, error: undefined });
      if (!verification.isEqual) exitCodes.push(EXIT.difference);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      ends.push({ target: job.name, runId, verification: undefined, error });
      exitCodes.push(reportFailure(context.log, error));
    }
  }
  return { ends, exitCodes };
}
