/** Waits for a target that is down at the start of a job, as a job waits for one that goes down in the middle. */
import { UserError } from '../../errors.ts';
import type { Clock } from '../../types/clock.ts';

/** A server that restarts, or one that is overloaded. A wrong address, a wrong site and refused rights do not go away. */
const OUTAGES: readonly string[] = [
  'target-refused',
  'target-timeout',
  'target-silent',
  'target-closed',
  'target-unreachable',
  'target-failing',
  'target-busy',
];

/** With its database down, Matomo answers as it does for a site that it does not have. */
const OUTAGES_OF_KNOWN_TARGETS: readonly string[] = [...OUTAGES, 'target-unknown', 'site-refused'];

/** @param code of an error. @param isKnown true: an earlier run has reached the target */
export const isOutage = (code: string, isKnown: boolean) =>
  (isKnown ? OUTAGES_OF_KNOWN_TARGETS : OUTAGES).includes(code);

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** A target that was never reached may have a wrong address: nobody is to wait long for that. */
export const LONGEST_FIRST_WAIT_MS = 30_000;

export interface OutageRules {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long a target that was reached before is waited for. */
  readonly stallTimeoutMs: number;
  /** True: an earlier run has reached the target. */
  readonly isKnown: boolean;
  /** Codes that are waited for, in the place of all that may go away. */
  readonly codes?: readonly string[];
  /** Called once, before the first wait. */
  readonly onWait: (error: UserError, longestMs: number) => void;
}

/**
 * Asks until there is an answer. @throws UserError the last one of an outage that lasts too long or that a signal ends,
 * and at once any error that waiting does not mend
 */
export async function whileDown<T>(ask: () => Promise<T>, rules: OutageRules): Promise<T> {
  const { clock, signal, stallTimeoutMs, isKnown, codes, onWait } = rules;
  const longestMs = isKnown ? stallTimeoutMs : Math.min(stallTimeoutMs, LONGEST_FIRST_WAIT_MS);
  const untilMs = clock.now() + longestMs;
  for (let pauseMs = FIRST_PAUSE_MS, isFirst = true; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    try {
      return await ask();
    } catch (error) {
      const isAwaited =
        error instanceof UserError && (codes?.includes(error.code) ?? isOutage(error.code, isKnown));
      if (!isAwaited || signal.aborted || clock.now() >= untilMs) throw error;
      if (isFirst) onWait(error, longestMs);
      isFirst = false;
      await clock.sleepUntil(Math.min(untilMs, clock.now() + pauseMs), signal);
      if (signal.aborted) throw error;
    }
  }
}
