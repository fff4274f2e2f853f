/** Delivers one batch: in one request or several, until every hit has an outcome that nothing more can be done about. */
import type { UserError } from '../../errors.ts';
import { type Batch, type Delivery, firstVisitOf, hitCountOf } from '../../types/delivery.ts';
import type { Outcome } from '../../types/outcome.ts';
import { lockOutOf, mayPass, refusalOfAll } from '../http/refused-access.ts';
import type { Finding } from '../reporting/shown-visits.ts';
import { pageOf } from '../requests/page-of.ts';
import { divided, halves, type Piece, part, piecesOf } from '../requests/request-parts.ts';
import type { DeliveryRules, Sent } from './delivery-rules.ts';
import type { Verdict } from './reply.ts';
import { backoffMs } from './retry.ts';

const ACCEPTED: Outcome = { kind: 'accepted' };
const STOPPED: Outcome = { kind: 'skipped', reason: 'stopped' };
/** A firewall's answers to what it does not like, and to everything. */
const FORBIDDEN: readonly number[] = [403, 406];
const ACCESS_REFUSED: Outcome = { kind: 'rejected', reason: 'access-refused' };
/** Of a hit that is refused, where the target takes others. */
const FORBIDDEN_HIT = { kind: 'rejected', reason: 'forbidden' } as const;
/** Not recorded, and left to a later process, which may send it in another way. */
const DEFERRED = { kind: 'skipped', reason: 'deferred' } as const;

/** True: the target has read the body to its end. One that answered before that may still be sent the rest. */
function isRead(verdict: Verdict): boolean {
  return verdict.kind === 'settled' && verdict.outcomes.some(({ kind }) => kind === 'accepted');
}

type Doubt = Extract<Verdict, { kind: 'doubt' }>;

/** Of all its hits. */
const dayOf = (batch: Batch) => firstVisitOf(batch)?.key.day;

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
    this.outcomes = batch.known ? [...batch.known] : new Array(hitCountOf(batch)).fill(undefined);
    this.queue = [...piecesOf(batch, rules.bodies)];
  }

  /** The rest, after the attempt at the only request of the batch. */
  async goOn(attempted: Sent | undefined): Promise<Delivery> {
    const piece = this.queue.shift();
    if (piece) await this.send(piece, attempted);
    return this.complete();
  }

  async complete(): Promise<Delivery> {
    const { size, bodies, clock } = this.rules;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      const [piece, ...rest] = divided(next, size.mostBytes, bodies);
      this.queue.unshift(...rest);
      if (piece) await this.send(piece, await this.attempt(piece));
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

  private attempt(piece: Piece): Promise<Sent | undefined> {
    return this.rules.attempt(piece, dayOf(this.batch), this.signal);
  }

  /** The request that was attempted, again and again while nothing of it was recorded. */
  private async send(piece: Piece, attempted: Sent | undefined): Promise<void> {
    const { policy, clock, jitter } = this.rules;
    const startMs = attempted?.sentMs ?? clock.now();
    let verdict = attempted?.verdict;
    for (;;) {
      if (!verdict) return this.giveUp(piece, STOPPED);
      this.sentMs ??= startMs;
      piece.attempts++;
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
      verdict = (await this.attempt(piece))?.verdict;
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
    for (const left of [piece, ...this.queue]) this.settleAs(left, outcome);
    this.queue = [];
  }

  /** Not recorded, with attempts left: where a user has ended the run, that is what kept it from being sent. */
  private cutShort({ attempts }: Piece, outcome: Outcome): Outcome {
    const { policy, isEndedByUser } = this.rules;
    const hasAttempts = attempts <= policy.attempts && outcome.kind === 'failed';
    return hasAttempts && isEndedByUser?.() === true ? STOPPED : outcome;
  }

  private settleAs({ places }: Piece, outcome: Outcome): void {
    for (const place of places) this.outcomes[place] = outcome;
  }

  private async conclude(piece: Piece, verdict: Verdict): Promise<void> {
    const { size } = this.rules;
    this.isRead &&= isRead(verdict);
    switch (verdict.kind) {
      case 'settled':
        size.passed(piece.body.length);
        return this.settle(piece, verdict.outcomes);
      case 'retry':
        return this.giveUp(piece, this.cutShort(piece, verdict.ifGivenUp));
      case 'smaller':
        return this.makeSmaller(piece, verdict.status);
      case 'doubt':
        return this.resolve(piece, verdict);
      case 'refused':
        if (await this.isOnly(piece, verdict.status)) this.lose(piece, FORBIDDEN_HIT, verdict.status);
    }
  }

  private refuse(piece: Piece, error: UserError): void {
    this.fatal = error;
    this.giveUp(piece, ACCESS_REFUSED);
  }

  private lose(piece: Piece, outcome: typeof DEFERRED | typeof FORBIDDEN_HIT, status: number): void {
    this.rules.onLost?.(outcome.reason, () => ({ url: pageOf(piece.body), status }));
    this.settleAs(piece, outcome);
  }

  /** True: this request is refused. Else all of them are, and what is to be done about it is done. */
  private async isOnly(piece: Piece, status: number): Promise<boolean> {
    const { hasAccepted, probe } = this.rules;
    const refusal = await refusalOfAll(status, pageOf(piece.body), { hasAccepted, probe });
    if (!refusal) return true;
    if (hasAccepted() && mayPass(status, refusal))
      await this.sendAgain(piece, { kind: 'failed', reason: `http-${status}` });
    else this.refuse(piece, refusal);
    return false;
  }

  private async makeSmaller(piece: Piece, status: number): Promise<void> {
    const { size, bodies, probe } = this.rules;
    const { hits, body } = piece;
    const isJudged = FORBIDDEN.includes(status) && (hits.length === 1 || probe !== undefined);
    if (isJudged && !(await this.isOnly(piece, status))) return;
    if (hits.length === 1) return this.lose(piece, DEFERRED, status);
    const parts = halves(piece, bodies);
    size.refused(body.length, status, Math.max(...parts.map((half) => half.body.length)));
    this.queue.unshift(...parts);
  }

  /** Finds out what was recorded, and puts what was not in front of the queue. */
  private async resolve(piece: Piece, { reason, fate }: Doubt): Promise<void> {
    const { reconcile, policy, bodies, probe } = this.rules;
    const { hits, places, attempts } = piece;
    const findings = reconcile
      ? await reconcile(hits, fate, this.signal)
      : hits.map((): Finding => 'unclear');
    const mayRepeat = attempts <= policy.attempts && !this.signal.aborted;
    const failed: Outcome = { kind: 'failed', reason };
    const outcomes: Readonly<Record<Finding, Outcome | undefined>> = {
      recorded: ACCEPTED,
      unclear: { kind: 'unknown', reason },
      missing: mayRepeat ? undefined : this.cutShort(piece, failed),
    };
    findings.forEach((finding, i) => {
      this.outcomes[places[i] as number] = outcomes[finding];
    });
    this.note(findings);
    // A locked-out address gets the same answer, and repeating it would keep it locked out.
    const lockOut = findings.every(isMissing) && probe ? await lockOutOf(probe) : undefined;
    if (lockOut) return this.refuse(piece, lockOut);
    if (!mayRepeat || !findings.includes('missing')) return;
    const missing = part(piece, (i) => isMissing(findings[i] ?? 'unclear'), bodies);
    await this.sendAgain(missing, failed);
  }

  /** Puts it in front of the queue after a while, unless there were enough attempts. */
  private async sendAgain(piece: Piece, ifGivenUp: Outcome): Promise<void> {
    const { policy, jitter } = this.rules;
    if (piece.attempts > policy.attempts) return this.giveUp(piece, ifGivenUp);
    await this.wait(backoffMs(policy, piece.attempts - 1, jitter()));
    if (this.signal.aborted) return this.settleAs(piece, this.cutShort(piece, ifGivenUp));
    this.retries++;
    this.queue.unshift(piece);
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
  return attempt(batch, dayOf(batch), signal).then((sent) => {
    if (sent?.verdict.kind !== 'settled') return new BatchDelivery(batch, rules, signal).goOn(sent);
    const { sentMs, verdict } = sent;
    size.passed(batch.body.length);
    if (isRead(verdict)) bodies.recycle(batch.body);
    return { outcomes: verdict.outcomes, retries: 0, sentMs, answeredMs: clock.now() };
  });
}
