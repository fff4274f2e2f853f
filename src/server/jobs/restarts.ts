/** What is remembered from one process of a job to the next, by which there is another one, or none. */
import { LONGEST_FIRST_WAIT_MS } from '../../job/sending/outage.ts';
import type { Clock } from '../../types/clock.ts';
import type { JobRow } from '../store/job-store.ts';
import { type JobSituation, type NextStep, nextAfter, type ProcessEnd } from './job-state.ts';

/** A target that an earlier process still has is waited for. */
const TARGET_WAIT_MS = 120_000;

export interface Restarts {
  /** When the present process was started, epoch ms. */
  readonly launchedMs: number;
  /** The job is from an earlier life of the service, whose process may still have the target. */
  comesBack(): void;
  launched(): void;
  /** The process has reached its target. */
  begun(): void;
  /** The process has ended. @param isStopping the job was told to stop, or the service leaves */
  after(end: ProcessEnd, job: JobRow, isStopping: boolean): NextStep;
}

export function createRestarts(clock: Pick<Clock, 'now'>): Restarts {
  let launchedMs = 0;
  let hasBegun = false;
  let crashes = 0;
  /** Processes in a row that found the server down. */
  let waits = 0;
  let waitsForTargetUntilMs = 0;

  /** A live run that has reached its server waits for it as in the middle of its time; a new one may have a wrong address. */
  function outageOf({ command, startedMs, createdMs }: JobRow): JobSituation['outage'] {
    const isKnown = startedMs !== null;
    const mayWait =
      command === 'run' && !hasBegun && (isKnown || clock.now() < createdMs + LONGEST_FIRST_WAIT_MS);
    return mayWait ? { waits, isKnown } : undefined;
  }

  return {
    get launchedMs() {
      return launchedMs;
    },
    comesBack() {
      waitsForTargetUntilMs = clock.now() + TARGET_WAIT_MS;
    },
    launched() {
      launchedMs = clock.now();
      hasBegun = false;
    },
    begun() {
      hasBegun = true;
      waits = 0;
    },
    after(end, job, isStopping) {
      const nowMs = clock.now();
      const next = nextAfter(end, {
        isWanted: job.isWanted,
        isStopping,
        crashes,
        workedMs: nowMs - launchedMs,
        mayWaitForTarget: nowMs < waitsForTargetUntilMs,
        outage: outageOf(job),
      });
      if (next.kind === 'restart') crashes = next.crashes;
      if (next.kind === 'wait') waits = next.waits;
      return next;
    },
  };
}
