/** HTTP to one target: hits become requests, and answers and errors of the network become verdicts. */
import { errors } from 'undici';
import type { Clock } from '../types/clock.ts';
import type { Batch, Transport } from '../types/delivery.ts';
import type { Hit } from '../types/hit.ts';
import type { TargetAccess } from './access.ts';
import type { Bodies } from './body.ts';
import { createHttpClient } from './http-client.ts';
import { ProxyError } from './proxy-error.ts';
import { classifyBulk, classifySingle, settle, type Verdict } from './reply.ts';
import { RETRY_POLICY, sendWithRetries } from './retry.ts';

export interface TransportOptions extends Omit<TargetAccess, 'token'> {
  /** Where the bodies of its requests come from, and go back to. */
  readonly bodies: Bodies;
  /** Connections, and so requests in flight, at most. */
  readonly connections: number;
  readonly retryAttempts: number;
  readonly clock: Clock;
  /** Draws from [0, 1) for the backoff. */
  readonly jitter: () => number;
  /** Gets 1 when a request leaves and -1 when its answer is there, or none will come. */
  readonly onInFlight?: (change: 1 | -1) => void;
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
 * What a request without an answer of the target means. Without a connection, refused by a proxy, or over one that was found closed before the request
 * went out, nothing was sent; one that breaks later may have carried everything.
 */
export function classifyFailure(hits: readonly Hit[], error: unknown, wasSent: boolean): Verdict {
  if (!wasSent || isWriteError(error) || error instanceof ProxyError) {
    return { kind: 'again', otherwise: { kind: 'failed', reason: 'unreachable' }, retryAfterMs: undefined };
  }
  const isTimeout = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return settle(hits, { kind: 'unknown', reason: isTimeout ? 'no-answer' : 'connection-lost' });
}

/** True: the target has read the body to its end. One that answered before that may still be sent the rest. */
function isRead(verdict: Verdict): boolean {
  return verdict.kind === 'settled' && verdict.outcomes.some(({ kind }) => kind === 'accepted');
}

export function createTransport(options: TransportOptions): Transport {
  const { url, bodies, clock, onInFlight, onRequest } = options;
  const poster = createHttpClient({ ...options, contentType: bodies.contentType });
  const classify = bodies.isBulk ? classifyBulk : classifySingle;

  function record(body: Buffer): void {
    const time = new Date(clock.now()).toISOString();
    onRequest?.({ time, method: 'POST', url, body: bodies.masked(body) });
  }

  async function attempt({ hits, body }: Batch): Promise<Verdict> {
    if (onRequest) record(body);
    let wasSent = false;
    const onSending = () => {
      wasSent = true;
    };
    onInFlight?.(1);
    try {
      const verdict = classify(hits, await poster.post(body, onSending), clock.now());
      if (isRead(verdict)) bodies.recycle(body);
      return verdict;
    } catch (error) {
      return classifyFailure(hits, error, wasSent);
    } finally {
      onInFlight?.(-1);
    }
  }

  const policy = { ...RETRY_POLICY, attempts: options.retryAttempts };
  return {
    send: (batch, signal) => sendWithRetries(batch, attempt, policy, clock, options.jitter, signal),
    close: poster.close,
  };
}
