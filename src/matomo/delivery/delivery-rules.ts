/** What the delivery of a batch needs: one attempt, how often it is repeated, who can be asked, who is told. */
import type { Clock } from '../../types/clock.ts';
import type { FailureExample } from '../../types/failure-example.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { Bodies } from '../requests/body.ts';
import type { Request } from '../requests/request-parts.ts';
import type { RequestSize } from '../requests/request-size.ts';
import type { Reconcile } from './reconcile.ts';
import type { Verdict } from './reply.ts';
import type { RetryPolicy } from './retry.ts';

/** A request that has been sent, from when on, and what its answer means. */
export interface Sent {
  readonly sentMs: number;
  readonly verdict: Verdict;
}

/** One request of hits of the day; undefined when it was not sent, since the run has stopped. Never rejects. */
export type Attempt = (
  request: Request,
  day: LocalDate | undefined,
  signal: AbortSignal,
) => Promise<Sent | undefined>;

export interface DeliveryRules {
  readonly attempt: Attempt;
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  /** Draws from [0, 1). */
  readonly jitter: () => number;
  readonly bodies: Bodies;
  readonly size: RequestSize;
  /** Undefined where nobody can be asked. */
  readonly reconcile: Reconcile | undefined;
  /** Rejects with a `UserError` where the target refuses every request, not this one alone. */
  readonly probe: (() => Promise<void>) | undefined;
  /** Called before a wait. */
  readonly onWait: (() => void) | undefined;
  /** Gets what has become of a request that was in doubt. */
  readonly onReconciled: ((what: 'recorded' | 'resent' | 'unknown') => void) | undefined;
  /** True: a hit was accepted, with the token and from the address of all others. */
  readonly hasAccepted: () => boolean;
  /** True: a user has ended the run, which is no fault of the target. Absent: nobody can. */
  readonly isEndedByUser?: () => boolean;
  /** Gets why hits are lost, and a request that shows it. */
  readonly onLost?: (reason: string, example: () => Omit<FailureExample, 'atMs'>) => void;
}
