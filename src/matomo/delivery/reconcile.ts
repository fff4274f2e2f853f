/** Settles hits of a request whose answer does not tell what was recorded: Matomo is asked at once, and again later. */
import { UserError } from '../../errors.ts';
import type { Clock } from '../../types/clock.ts';
import type { Hit } from '../../types/hit.ts';
import { isReportRefused } from '../reporting/reporting.ts';
import type { Finding } from '../reporting/shown-visits.ts';
import type { VisitorLog } from '../reporting/visitor-log.ts';
import type { RecordingState } from './reply.ts';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 15_000;

export interface ReconcileRules {
  readonly log: VisitorLog;
  readonly clock: Clock;
  /** How long after the first answer of the log Matomo may still record hits of the request. */
  readonly settleMs: Readonly<Record<RecordingState, number>>;
  /** What still is not there after that, and may be sent again; of others it stays open whether they are recorded. */
  readonly certain: readonly RecordingState[];
  /** How long it is tried to ask, in all. */
  readonly patienceMs: number;
  /** Called before a wait: whoever has something to send may do so. */
  readonly onWait?: () => void;
}

/** One finding for each hit, in their order. Never rejects: what cannot be asked about is unclear. */
export type Reconcile = (
  hits: readonly Hit[],
  fate: RecordingState,
  signal: AbortSignal,
) => Promise<Finding[]>;

function unclear(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => (finding === 'missing' ? 'unclear' : finding));
}

export function createReconcile(rules: ReconcileRules): Reconcile {
  const { log, clock, settleMs, certain, patienceMs, onWait } = rules;
  /** The token may not ask: it is not tried again. */
  let isBlind = false;

  async function wait(ms: number, signal: AbortSignal): Promise<void> {
    onWait?.();
    await clock.sleepUntil(clock.now() + ms, signal);
  }

  /** Undefined when there was no answer. */
  async function ask(hits: readonly Hit[], signal: AbortSignal): Promise<Finding[] | undefined> {
    const untilMs = clock.now() + patienceMs;
    for (let delayMs = FIRST_DELAY_MS; !isBlind; delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS)) {
      try {
        onWait?.();
        return await log.find(hits);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        isBlind ||= isReportRefused(error);
        if (isBlind || signal.aborted || clock.now() + delayMs > untilMs) return undefined;
      }
      await wait(delayMs, signal);
    }
    return undefined;
  }

  return async (hits, fate, signal) => {
    let before: readonly Finding[] = [];
    for (;;) {
      const findings = await ask(hits, signal);
      if (!findings) return hits.map(() => 'unclear');
      if (!findings.includes('missing')) return findings;
      if (signal.aborted) return unclear(findings);
      const isSettled = settleMs[fate] === 0 || findings.every((finding, i) => finding === before[i]);
      if (isSettled) return certain.includes(fate) ? findings : unclear(findings);
      await wait(settleMs[fate], signal);
      before = findings;
    }
  };
}
