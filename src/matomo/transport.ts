/** HTTP to one target: hits become requests, and answers and errors of the network become verdicts. */
import { errors } from 'undici';
import type { Clock, Hit, Transport } from '../types.ts';
import { createBodyWriter, MASK } from './body.ts';
import { createPoster } from './post.ts';
import { classifyBulk, classifySingle, settle, type Verdict } from './reply.ts';
import { RETRY_POLICY, sendWithRetries } from './retry.ts';

export interface TransportOptions {
  /** Tracking endpoint, `https://host/matomo.php`. */
  readonly url: string;
  readonly token: string | undefined;
  /** True: hits go as bulk requests; false: one hit a request. */
  readonly isBulk: boolean;
  /** Connections, and so requests in flight, at most. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly retryAttempts: number;
  readonly clock: Clock;
  /** Draws from [0, 1) for the backoff. */
  readonly jitter: () => number;
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
 * What a request without an answer means. Without a connection, or over one that was found closed before the request
 * went out, nothing was sent; one that breaks later may have carried everything.
 */
export function classifyFailure(hits: readonly Hit[], error: unknown, wasSent: boolean): Verdict {
  if (!wasSent || isWriteError(error)) {
    return { kind: 'again', otherwise: { kind: 'failed', reason: 'unreachable' }, retryAfterMs: undefined };
  }
  const isTimeout = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return settle(hits, { kind: 'unknown', reason: isTimeout ? 'no-answer' : 'connection-lost' });
}

export function createTransport(options: TransportOptions): Transport {
  const { url, token, isBulk, clock, onRequest } = options;
  const body = createBodyWriter(isBulk, token);
  const masked = createBodyWriter(isBulk, token === undefined ? undefined : MASK);
  const poster = createPoster({ ...options, contentType: body.contentType });
  const classify = isBulk ? classifyBulk : classifySingle;

  function record(hits: readonly Hit[]): void {
    const time = new Date(clock.now()).toISOString();
    onRequest?.({ time, method: 'POST', url, body: masked.write(hits).toString() });
  }

  async function attempt(hits: readonly Hit[]): Promise<Verdict> {
    if (onRequest) record(hits);
    let wasSent = false;
    const onSending = () => {
      wasSent = true;
    };
    try {
      return classify(hits, await poster.post(body.write(hits), onSending), clock.now());
    } catch (error) {
      return classifyFailure(hits, error, wasSent);
    }
  }

  const policy = { ...RETRY_POLICY, attempts: options.retryAttempts };
  return {
    send: (hits, signal) => sendWithRetries(hits, attempt, policy, clock, options.jitter, signal),
    close: poster.close,
  };
}
