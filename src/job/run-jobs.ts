/** One job for each target, at the same time: none waits for another, and what ends one ends no other. */
import { EXIT, UserError } from '../errors.ts';
import { createStop, type Stop } from '../run/stop.ts';
import type { Job } from './job.ts';
import type { JobDependencies, JobResult } from './job-run.ts';
import { runJob } from './run-job.ts';
import type { StartBarrier } from './sending/start-barrier.ts';

/** How the job of one target ended; without a result it never started. */
export type TargetEnd =
  | { readonly job: Job; readonly result: JobResult; readonly error: UserError | undefined }
  | { readonly job: Job; readonly result: undefined; readonly error: UserError };

/** What a script must know first, when targets end in different ways. */
const WORST_FIRST: readonly number[] = [
  EXIT.internal,
  EXIT.usage,
  EXIT.authentication,
  EXIT.target,
  EXIT.losses,
  EXIT.threshold,
  EXIT.difference,
  130,
  143,
];

/** The exit code that stands for all. */
export function worstExitCode(codes: readonly number[]): number {
  return WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.done;
}

export function exitCodeOfEnd({ result, error }: TargetEnd): number {
  return result?.exitCode ?? error?.exitCode ?? EXIT.done;
}

async function endOf(
  job: Job,
  dependencies: JobDependencies,
  starter: StartBarrier,
  whole: Stop,
): Promise<TargetEnd> {
  if (dependencies.onSlowHook) job.extensions?.onSlowHook(dependencies.onSlowHook);
  try {
    const result = await runJob(job, { ...dependencies, begin: starter.ready });
    return { job, result, error: result.error };
  } catch (error) {
    if (error instanceof UserError) return { job, result: undefined, error };
    whole.request('failure');
    throw error;
  } finally {
    starter.withdraw();
  }
}

export interface RunJobsOptions {
  /** Ends all of them. */
  readonly stop: Stop;
  /** One for each job. */
  readonly starters: readonly StartBarrier[];
}

/**
 * Resolves when every job has ended, in the order of the jobs. Rejects with a defect of the program itself, once all
 * have ended.
 */
export async function runJobs(
  jobs: readonly Job[],
  { stop, starters }: RunJobsOptions,
  dependenciesFor: (job: Job, stop: Stop) => JobDependencies,
): Promise<TargetEnd[]> {
  const running = jobs.map((job, i) =>
    endOf(job, dependenciesFor(job, createStop(stop)), starters[i] as StartBarrier, stop),
  );
  const settled = await Promise.allSettled(running);
  return settled.map((entry) => {
    if (entry.status === 'rejected') throw entry.reason;
    return entry.value;
  });
}
