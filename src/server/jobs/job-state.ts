/** What becomes of a job when its process has ended, and which state it shows: decisions, apart from carrying them out. */
import { isEnded, type JobState } from '../store/job-store.ts';

/** A process that crashes is started again after 1, 2, 4 … seconds, so often in a row. */
const MOST_CRASHES = 5;
/** One that has worked for so long crashes for the first time. */
const STEADY_MS = 60_000;
/** How often a target is asked for that an earlier process still has. */
const LOCK_EVERY_MS = 500;

export interface JobError {
  readonly message: string;
  readonly code: string | undefined;
}

/** How a process ended. */
export interface ProcessEnd {
  /** Undefined for one that told of no end. */
  readonly exitCode: number | undefined;
  /** `SIGKILL`, `exit code 1`. */
  readonly how: string;
  readonly lastWords: string;
  readonly lastError: JobError | undefined;
}

/** How the job stands at that moment. */
export interface JobSituation {
  /** False: nobody wants it any more. */
  readonly isWanted: boolean;
  /** It was told to stop, or the service leaves. */
  readonly isStopping: boolean;
  /** Processes that crashed in a row before this one. */
  readonly crashes: number;
  /** How long this process has worked. */
  readonly workedMs: number;
  /** The process before this one may still have the target. */
  readonly mayWaitForTarget: boolean;
}

export type NextStep =
  | { readonly kind: 'finish'; readonly exitCode: number; readonly error: string | null }
  /** Another process is to go on, after a while. */
  | { readonly kind: 'restart'; readonly delayMs: number; readonly crashes: number };

export function crashMessage({ how, lastWords }: Pick<ProcessEnd, 'how' | 'lastWords'>): string {
  const words = lastWords === '' ? '' : ` Last words: ${lastWords}`;
  return `Its process ended without a result (${how}).${words}`;
}

function afterCrash(end: ProcessEnd, { isWanted, isStopping, crashes, workedMs }: JobSituation): NextStep {
  const error = crashMessage(end);
  if (!isWanted || isStopping) return { kind: 'finish', exitCode: 143, error };
  const inARow = workedMs > STEADY_MS ? 1 : crashes + 1;
  if (inARow > MOST_CRASHES) return { kind: 'finish', exitCode: 1, error };
  return { kind: 'restart', delayMs: 1000 * 2 ** (inARow - 1), crashes: inARow };
}

export function nextAfter(end: ProcessEnd, situation: JobSituation): NextStep {
  const { exitCode, lastError } = end;
  if (exitCode === undefined) return afterCrash(end, situation);
  const isLocked = lastError?.code === 'target-locked';
  if (isLocked && situation.isWanted && situation.mayWaitForTarget) {
    return { kind: 'restart', delayMs: LOCK_EVERY_MS, crashes: situation.crashes };
  }
  return { kind: 'finish', exitCode, error: exitCode === 0 ? null : (lastError?.message ?? null) };
}

export function stateAtEnd(exitCode: number): JobState {
  if (exitCode === 0) return 'done';
  return exitCode === 130 || exitCode === 143 ? 'stopped' : 'failed';
}

/** The state of a job whose process works; one that is stopping or has ended keeps its own. */
export function stateAtWork(state: JobState, isPaused: boolean): JobState {
  if (isEnded(state) || state === 'stopping') return state;
  return isPaused ? 'paused' : 'running';
}
