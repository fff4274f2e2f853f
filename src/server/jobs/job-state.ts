/** What becomes of a job when its process has ended, and which state it shows: decisions, apart from carrying them out. */
import { isOutage } from '../../job/sending/outage.ts';
import { isEnded, type JobState } from '../store/job-store.ts';

/** A process that crashes is started again after 1, 2, 4 … seconds, so often in a row. */
const MOST_CRASHES = 5;
/** One that has worked for so long crashes for the first time. */
const STEADY_MS = 60_000;
/** How often a target is asked for that an earlier process still has. */
const LOCK_EVERY_MS = 500;
/** A server that is down is asked again after 1, 2, 4 … seconds, up to these. */
const LONGEST_OUTAGE_PAUSE_MS = 15_000;

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

interface OutageWait {
  /** Processes in a row that have found the server down before this one. */
  readonly waits: number;
  /** An earlier process of the run has reached the server. */
  readonly isKnown: boolean;
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
  /** Of a live run that has not begun in this process; undefined where a server that is down ends it. */
  readonly outage: OutageWait | undefined;
}

export type NextStep =
  | { readonly kind: 'finish'; readonly exitCode: number; readonly error: string | null }
  /** Another process is to go on, after a while. */
  | { readonly kind: 'restart'; readonly delayMs: number; readonly crashes: number }
  /** The server is down, and is to be asked again after a while. */
  | { readonly kind: 'wait'; readonly delayMs: number; readonly waits: number; readonly error: string };

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
  const { outage, isWanted, isStopping } = situation;
  if (outage && lastError && isWanted && !isStopping && isOutage(lastError.code ?? '', outage.isKnown)) {
    const { waits } = outage;
    const delayMs = Math.min(LONGEST_OUTAGE_PAUSE_MS, 1000 * 2 ** waits);
    return { kind: 'wait', delayMs, waits: waits + 1, error: `${lastError.message} Trying again.` };
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
