/** Hits of a live run that a lost worker may have sent: Matomo is asked, and what it does not have may be sent again. */
import { UserError } from '../../errors.ts';
import type { Finding } from '../../matomo/reporting/shown-visits.ts';
import type { VisitorLog } from '../../matomo/reporting/visitor-log.ts';
import type { Clock } from '../../types/clock.ts';
import type { Batch } from '../../types/delivery.ts';
import type { Outcome } from '../../types/outcome.ts';
import type { Journal } from './journal.ts';

export interface LiveDoubtOptions {
  readonly journal: Pick<Journal, 'resolve'>;
  /** Undefined where Matomo cannot be asked. */
  readonly log: VisitorLog | undefined;
  readonly clock: Clock;
  /** When this worker took over, epoch ms. */
  readonly takenMs: number;
  /** How long after that a process that may live may still send. */
  readonly leaseMs: number;
  /**
   * How long Matomo may be at work on a request that has left, and take to show it: a process that ends takes nothing
   * back that it has written to its connections.
   */
  readonly requestMs: number;
  /** True: no former owner can send anything any more. */
  readonly areFormersGone: () => Promise<boolean>;
}

const ACCEPTED: Outcome = { kind: 'accepted' };
const UNKNOWN: Outcome = { kind: 'unknown', reason: 'in-doubt' };
/** Between two questions. */
const PAUSE_MS = 1_000;

/** Settles a batch of one hit, in the ledger too; undefined when it is to be sent. */
export type LiveDoubt = (batch: Batch, signal: AbortSignal) => Promise<Outcome | undefined>;

export function createLiveDoubt(options: LiveDoubtOptions): LiveDoubt {
  const { journal, log, clock, takenMs, leaseMs, requestMs, areFormersGone } = options;
  const fencedMs = takenMs + leaseMs + requestMs;
  /** When no former owner was there any more. */
  let goneMs: number | undefined;

  async function ask({ hits }: Batch): Promise<Finding> {
    try {
      return (await log?.find(hits))?.[0] ?? 'unclear';
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return 'unclear';
    }
  }

  function settled(batch: Batch, outcome: Outcome | undefined): Outcome | undefined {
    journal.resolve(batch.id, [outcome]);
    return outcome;
  }

  return async (batch, signal) => {
    if (!log) return settled(batch, UNKNOWN);
    for (let atMs = takenMs + PAUSE_MS; ; atMs = clock.now() + PAUSE_MS) {
      await clock.sleepUntil(atMs, signal);
      // In the ledger it stays in doubt: whoever goes on asks again.
      if (signal.aborted) return UNKNOWN;
      if (goneMs === undefined && (await areFormersGone())) goneMs = clock.now();
      const isOver = clock.now() >= (goneMs === undefined ? fencedMs : goneMs + requestMs);
      const finding = await ask(batch);
      if (finding === 'recorded') return settled(batch, ACCEPTED);
      if (finding === 'missing' && isOver && goneMs !== undefined) return settled(batch, undefined);
      if (isOver) return settled(batch, UNKNOWN);
    }
  };
}
