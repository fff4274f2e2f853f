/** HTTP to one target: hits become requests, and answers and errors of the network become verdicts. */
import { errors } from 'undici';
import type { Clock } from '../../types/clock.ts';
import { hitCountOf, type Transport } from '../../types/delivery.ts';
import type { FailureExample } from '../../types/failure-example.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { Outcome } from '../../types/outcome.ts';
import type { InFlightLimit, RequestGate } from '../../types/request-flow.ts';
import type { TargetAccess } from '../http/access.ts';
import { createHttpClient } from '../http/http-client.ts';
import { localLimitOf } from '../http/local-limits.ts';
import { ProxyError } from '../http/proxy-error.ts';
import type { Bodies } from '../requests/body.ts';
import { pageOf } from '../requests/page-of.ts';
import type { Request } from '../requests/request-parts.ts';
import { answerExcerpt } from './answer-excerpt.ts';
import { deliver } from './delivery.ts';
import type { DeliveryRules, Sent } from './delivery-rules.ts';
import { type Answer, classifyBulk, classifySingle, inDoubt, type Verdict } from './reply.ts';
import { RETRY_POLICY } from './retry.ts';

export interface TransportOptions
  extends TargetAccess,
    Pick<
      DeliveryRules,
      'jitter' | 'size' | 'reconcile' | 'probe' | 'onWait' | 'onReconciled' | 'onLost' | 'isEndedByUser'
    > {
  /** Where the bodies of its requests come from, and go back to. */
  readonly bodies: Bodies;
  /** Connections, and so requests in flight, at most. */
  readonly connections: number;
  readonly retryAttempts: number;
  readonly clock: Clock;
  /** Gets 1 when a request leaves and -1 when its answer is there, or none will come, and when it left, epoch ms. */
  readonly onInFlight?: (change: 1 | -1, sentMs: number) => void;
  /** Gets why an attempt did not succeed, as soon as that is known, and what shows it. */
  readonly onFailedAttempt?: (reason: string, example: () => Omit<FailureExample, 'atMs'>) => void;
  /** Lets requests out. */
  readonly gate: RequestGate;
  /** Is told how the target fares with them. */
  readonly limit: Pick<InFlightLimit, 'note'>;
  /** Asked as each request starts, before its first byte: false keeps it from being sent. */
  readonly mayStart?: () => boolean;
  /** Gets every request as it is sent, with the token replaced. */
  readonly onRequest?: (request: RecordedRequest) => void;
}

export interface RecordedRequest {
  readonly time: string;
  readonly method: 'POST';
  readonly url: string;
  readonly body: string;
}

/** True when the system refused to take the request, or its last part: the target cannot have all of it. */
function isWriteError(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).syscall === 'write';
}

/**
 * What a request without an answer of the target means. Without a connection, over one that was found closed before the
 * request went out, or refused by a proxy, nothing was sent; one that breaks later may have carried everything.
 */
export function classifyFailure(error: unknown, wasSent: boolean): Verdict {
  if (!wasSent || isWriteError(error) || error instanceof ProxyError) {
    const reason = localLimitOf(error)?.reason ?? 'unreachable';
    return { kind: 'retry', ifGivenUp: { kind: 'failed', reason }, retryAfterMs: undefined };
  }
  const isTimeout = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return inDoubt(isTimeout ? 'no-answer' : 'connection-lost', 'open');
}

/** The plugin QueuedTracking reads it there, and not inside a bulk request: without it hits are only queued. */
function withoutQueue(url: string): string {
  const address = new URL(url);
  address.searchParams.set('queuedtracking', '0');
  return address.href;
}

/** Whether the answer, or that there was none, shows a target with too much to do; undefined where it shows nothing. */
function isOverload(verdict: Verdict): boolean | undefined {
  if (verdict.kind === 'doubt') return verdict.fate !== 'queued';
  if (verdict.kind !== 'retry') return false;
  return verdict.ifGivenUp.reason === 'rate-limited' ? true : undefined;
}

/** The name of what went wrong, as of an outcome. */
function failureOf(verdict: Exclude<Verdict, { kind: 'settled' }>): string {
  switch (verdict.kind) {
    case 'retry':
      return verdict.ifGivenUp.reason ?? 'unreachable';
    case 'doubt':
      return verdict.reason;
    default:
      return `http-${verdict.status}`;
  }
}

const isLost = ({ kind }: Outcome) => kind !== 'accepted';

export function createTransport(options: TransportOptions): Transport {
  const { url, bodies, clock, gate, limit, onRequest, onInFlight, onFailedAttempt, mayStart, ...others } =
    options;
  const { retryAttempts, ...rest } = others;
  let hasAccepted = false;
  const address = bodies.isBulk ? withoutQueue(url) : url;
  const poster = createHttpClient({
    access: options,
    url: address,
    contentType: bodies.contentType,
    connections: options.connections,
  });
  const classify = bodies.isBulk ? classifyBulk : classifySingle;

  function record(body: Buffer): void {
    const time = new Date(clock.wallNow()).toISOString();
    onRequest?.({ time, method: 'POST', url: address, body: bodies.masked(body) });
  }

  /** What shows why hits of a request failed; to be called while its body is at hand. @param rank of a hit, where it is known */
  function exampleOf(body: Buffer, got: Answer | undefined, rank?: number) {
    const hits = bodies.hitsIn(body);
    const hit = hits[rank ?? (hits.length === 1 ? 0 : -1)];
    const url = hit ? pageOf(hit) : '';
    if (!got) return { url };
    const answer = answerExcerpt(got.body, options);
    return { url, status: got.status, ...(answer === undefined ? {} : { answer }) };
  }

  /** Tells why an attempt or hits of it failed. */
  function look(verdict: Verdict, body: Buffer, answer: Answer | undefined): void {
    if (verdict.kind !== 'settled') {
      onFailedAttempt?.(failureOf(verdict), () => exampleOf(body, answer));
      return;
    }
    const rank = verdict.outcomes.findIndex(isLost);
    hasAccepted ||= rank !== 0;
    const reason = verdict.outcomes[rank]?.reason;
    if (reason !== undefined) rest.onLost?.(reason, () => exampleOf(body, answer, rank));
  }

  /** The request has passed the gate. */
  function exchange(request: Request, group: string | undefined, onEnd: (sent: Sent) => void): void {
    const { body } = request;
    const sentMs = clock.now();
    const { inFlight } = gate;
    let wasSent = false;
    if (onRequest) record(body);
    onInFlight?.(1, sentMs);
    const end = (verdict: Verdict, answer?: Answer) => {
      const overload = isOverload(verdict);
      if (overload !== undefined) {
        const endedMs = clock.now();
        limit.note({ sentMs, endedMs, hits: hitCountOf(request), inFlight, isOverload: overload });
      }
      onInFlight?.(-1, sentMs);
      look(verdict, body, answer);
      gate.leave(group, verdict.kind === 'settled');
      onEnd({ sentMs, verdict });
    };
    poster.send(body, {
      onSending() {
        if (mayStart?.() === false) throw new Error('the right to send was lost before the request started');
        wasSent = true;
      },
      onAnswer: (answer) => end(classify(request, answer, clock.wallNow()), answer),
      onFailure: (error) => end(classifyFailure(error, wasSent)),
    });
  }

  function attempt(
    request: Request,
    day: LocalDate | undefined,
    signal: AbortSignal,
  ): Promise<Sent | undefined> {
    const group = bodies.isBulk ? day : undefined;
    return new Promise((resolve) => {
      gate.enter(group, signal, (mayLeave) => {
        if (mayLeave) exchange(request, group, resolve);
        else resolve(undefined);
      });
    });
  }

  const policy = { ...RETRY_POLICY, attempts: retryAttempts };
  const rules: DeliveryRules = { ...rest, attempt, policy, clock, bodies, hasAccepted: () => hasAccepted };
  return {
    send: (batch, signal) => deliver(batch, rules, signal),
    close: poster.close,
  };
}
