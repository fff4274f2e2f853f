/** Delivers one batch: in one request or several, until every hit has an outcome that nothing more can be done about. */
import { EXIT, type UserError } from '../../errors.ts';
import type { Clock } from '../../types/clock.ts';
import type { Batch, Delivery } from '../../types/delivery.ts';
import type { Outcome } from '../../types/outcome.ts';
import { refusalOfAll, refusedError } from '../http/refused-access.ts';
import type { Finding } from '../reporting/shown-visits.ts';
import type { Bodies } from '../requests/body.ts';
import { divided, halves, type Piece, part, piecesOf, type Request } from '../requests/request-parts.ts';
import type { RequestSize } from '../requests/request-size.ts';
import type { Reconcile } from './reconcile.ts';
import type { Verdict } from './reply.ts';
import { backoffMs, type RetryPolicy } from './retry.ts';

/** One request and what its answer means; undefined when it was not sent, since the run has stopped. Never rejects. */
export type Attempt = (request: Request, signal: AbortSignal) => Promise<Verdict | undefined>;

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
  /** Gets the HTTP status and the page of a hit that is refused on its own. */
  readonly onRefusedHit?: (status: number, url: string) => void;
}

const ACCEPTED: Outcome = { kind: 'accepted' };
const STOPPED: Outcome = { kind: 'skipped', reason: 'stopped' };
/** A firewall's answers to what it does not like, and to everything. */
const FORBIDDEN: readonly number[] = [403, 406];
const ACCESS_REFUSED: Outcome = { kind: 'rejected', reason: 'access-refused' };
/** Not recorded, and left to a later process, which may send it in another way. */
const DEFERRED: Outcome = { kind: 'skipped', reason: 'deferred' };

/** True: the target has read the body to its end. One that answered before that may still be sent the rest. */
function isRead(verdict: Verdict): boolean {
  return verdict.kind === 'settled' && verdict.outcomes.some(({ kind }) => kind === 'accepted');
}

/** The address of the page that a hit is of, without its query, which may hold what nobody should see. */
function pageOf(body: Buffer): string {
  const [, text = ''] = /[?&]url=([^&"\s]+)/.exec(body.toString('latin1')) ?? [];
  const url = decodeURIComponent(text);
  return URL.canParse(url) ? new URL(url).origin + new URL(url).pathname : '';
}

type Doubt = Extract<Verdict, { kind: 'doubt' }>;

/** A request that has been sent, with what its answer means. */
interface Begun {
  readonly sentMs: number;
  readonly verdict: Verdict | undefined;
}

const isMissing = (finding: Finding) => finding === 'missing';

/** One batch on its way. */
class BatchDelivery {
  private readonly outcomes: (Outcome | undefined)[];
  private queue: Piece[];
  private retries = 0;
  private fatal: UserError | undefined;
  private isRead = true;
  private sentMs: number | undefined;
  private readonly timesMs: number[] = [];
  private readonly batch: Batch;
  private readonly rules: DeliveryRules;
  private readonly signal: AbortSignal;

  constructor(batch: Batch, rules: DeliveryRules, signal: AbortSignal) {
    this.batch = batch;
    this.rules = rules;
    this.signal = signal;
    this.outcomes = batch.known ? [...batch.known] : new Array(batch.hits.length).fill(undefined);
    this.queue = [...piecesOf(batch, rules.bodies)];
  }

  /** @param begun the first request of the batch, where it has been sent */
  async complete(begun?: Begun): Promise<Delivery> {
    const { size, bodies, clock } = this.rules;
    const first = begun && this.queue.shift();
    if (first) await this.send(first, begun);
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      const [piece, ...rest] = divided(next, size.mostBytes, bodies);
      this.queue.unshift(...rest);
      if (piece) await this.send(piece);
    }
    if (this.isRead) bodies.recycle(this.batch.body);
    const [firstMs = 0, ...furtherMs] = this.timesMs;
    const sentMs = this.sentMs;
    return {
      outcomes: this.outcomes.map((outcome) => outcome ?? STOPPED),
      retries: this.retries,
      sentMs,
      answeredMs: sentMs === undefined ? clock.now() : sentMs + firstMs,
      ...(furtherMs.length > 0 ? { furtherMs } : {}),
      ...(this.fatal ? { fatal: this.fatal } : {}),
    };
  }

  /** The request, again and again while nothing of it was recorded. */
  private async send(first: Piece, begun?: Begun): Promise<void> {
    const { attempt, policy, clock, jitter } = this.rules;
    const startMs = begun?.sentMs ?? clock.now();
    let piece = first;
    let verdict = begun ? begun.verdict : await attempt(piece, this.signal);
    for (;;) {
      if (!verdict) return this.giveUp(piece, STOPPED);
      this.sentMs ??= startMs;
      piece = { ...piece, attempts: piece.attempts + 1 };
      const mayRepeat = piece.attempts <= policy.attempts && !this.signal.aborted;
      const pauseMs = verdict.kind === 'retry' && mayRepeat ? (verdict.retryAfterMs ?? 0) : undefined;
      if (pauseMs !== undefined) {
        await this.wait(Math.max(pauseMs, backoffMs(policy, piece.attempts - 1, jitter())));
      }
      if (pauseMs === undefined || this.signal.aborted) {
        this.timesMs.push(clock.now() - startMs);
        return this.conclude(piece, verdict);
      }
      this.retries++;
      verdict = await attempt(piece, this.signal);
    }
  }

  private async wait(ms: number): Promise<void> {
    const { clock, onWait } = this.rules;
    onWait?.();
    await clock.sleepUntil(clock.now() + ms, this.signal);
  }

  private settle({ places }: Piece, outcomes: readonly Outcome[]): void {
    places.forEach((place, i) => {
      this.outcomes[place] = outcomes[i];
    });
  }

  /** What could not be sent keeps back the rest of the batch, which may be of the same visitors. */
  private giveUp(piece: Piece, outcome: Outcome): void {
    for (const left of [piece, ...this.queue])
      this.settle(
        left,
        left.hits.map(() => outcome),
      );
    this.queue = [];
  }

  private async conclude(piece: Piece, verdict: Verdict): Promise<void> {
    const { size } = this.rules;
    this.isRead &&= isRead(verdict);
    switch (verdict.kind) {
      case 'settled':
        size.passed(piece.body.length);
        return this.settle(piece, verdict.outcomes);
      case 'retry':
        return this.giveUp(piece, verdict.ifGivenUp);
      case 'smaller':
        return this.makeSmaller(piece, verdict.status);
      case 'doubt':
        return this.resolve(piece, verdict);
      case 'refused':
        return this.refuse(piece, refusedError(verdict.status, pageOf(piece.body)));
    }
  }

  private refuse(piece: Piece, error: UserError): void {
    this.fatal = error;
    this.giveUp(piece, ACCESS_REFUSED);
  }

  private async makeSmaller(piece: Piece, status: number): Promise<void> {
    const { size, bodies, probe } = this.rules;
    const { hits, body } = piece;
    if (FORBIDDEN.includes(status)) {
      const isEverything = hits.length === 1 && !probe ? refusedError(status) : undefined;
      const refusal = isEverything ?? (probe && (await refusalOfAll(probe)));
      if (refusal) return this.refuse(piece, refusal);
    }
    if (hits.length === 1) {
      this.rules.onRefusedHit?.(status, pageOf(body));
      return this.settle(piece, [DEFERRED]);
    }
    const parts = halves(piece, bodies);
    size.refused(body.length, status, Math.max(...parts.map((half) => half.body.length)));
    this.queue.unshift(...parts);
  }

  /** Finds out what was recorded, and puts what was not in front of the queue. */
  private async resolve(piece: Piece, { reason, fate }: Doubt): Promise<void> {
    const { reconcile, policy, bodies, jitter, probe } = this.rules;
    const { hits, places, attempts } = piece;
    const findings = reconcile
      ? await reconcile(hits, fate, this.signal)
      : hits.map((): Finding => 'unclear');
    const mayRepeat = attempts <= policy.attempts && !this.signal.aborted;
    const failed: Outcome = { kind: 'failed', reason };
    const outcomes: Readonly<Record<Finding, Outcome | undefined>> = {
      recorded: ACCEPTED,
      unclear: { kind: 'unknown', reason },
      missing: mayRepeat ? undefined : failed,
    };
    findings.forEach((finding, i) => {
      this.outcomes[places[i] as number] = outcomes[finding];
    });
    this.note(findings);
    // A locked-out address gets the same answer, and repeating it would keep it locked out.
    const refusal = findings.every(isMissing) && probe ? await refusalOfAll(probe) : undefined;
    if (refusal?.exitCode === EXIT.authentication) return this.refuse(piece, refusal);
    if (!mayRepeat || !findings.includes('missing')) return;
    await this.wait(backoffMs(policy, attempts - 1, jitter()));
    const missing = part(piece, (i) => isMissing(findings[i] ?? 'unclear'), bodies);
    if (this.signal.aborted)
      return this.settle(
        missing,
        missing.hits.map(() => failed),
      );
    this.retries++;
    this.queue.unshift(missing);
  }

  private note(findings: readonly Finding[]): void {
    const what = findings.includes('missing') ? 'resent' : 'recorded';
    this.rules.onReconciled?.(findings.includes('unclear') ? 'unknown' : what);
  }
}

/** Never rejects, but for a defect of the program itself. */
export function deliver(batch: Batch, rules: DeliveryRules, signal: AbortSignal): Promise<Delivery> {
  const { attempt, clock, size, bodies } = rules;
  const isOneRequest = !batch.parts && !batch.known && batch.body.length <= size.mostBytes;
  if (!isOneRequest) return new BatchDelivery(batch, rules, signal).complete();
  const sentMs = clock.now();
  return attempt(batch, signal).then((verdict) => {
    if (verdict?.kind !== 'settled')
      return new BatchDelivery(batch, rules, signal).complete({ sentMs, verdict });
    size.passed(batch.body.length);
    if (isRead(verdict)) bodies.recycle(batch.body);
    return { outcomes: verdict.outcomes, retries: 0, sentMs, answeredMs: clock.now() };
  });
}
