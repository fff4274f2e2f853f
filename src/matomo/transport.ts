/** HTTP to one target: a pool of kept-alive connections, and errors of the network turned into verdicts. */
import { errors, Pool } from 'undici';
import type { Clock, Hit, Transport } from '../types.ts';
import { bulkBody, formBody, MASK } from './body.ts';
import { type Answer, classifyBulk, classifySingle, settle, type Verdict } from './reply.ts';
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

/** The code of an error or of what caused it; TLS and DNS failures have one too. */
export function networkCode(error: unknown): string {
  if (error instanceof Error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (error.cause !== undefined) return networkCode(error.cause);
  }
  return 'unknown';
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

export function createPool(url: string, options: Omit<PoolOptions, 'url'>): Pool {
  const pool = new Pool(new URL(url).origin, {
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.responseTimeoutMs,
    bodyTimeout: options.responseTimeoutMs,
  });
  answerTimeouts.set(pool, options.responseTimeoutMs);
  return pool;
}

interface PoolOptions {
  readonly url: string;
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
}

/** How long each pool waits for an answer, all of it: undici itself limits only the time between two of its bytes. */
const answerTimeouts = new WeakMap<Pool, number>();

/**
 * Sends one body and reads the answer to its end. Rejects with undici's errors.
 * @param onSending is called when there is a connection, before the first byte goes out
 */
export function post(
  pool: Pool,
  url: string,
  body: string,
  contentType: string,
  onSending: () => void = () => {},
): Promise<Answer> {
  const { pathname, search } = new URL(url);
  const headers = { 'content-type': contentType, 'user-agent': 'trafficinator' };
  const timeoutMs = answerTimeouts.get(pool) ?? Number.POSITIVE_INFINITY;
  return new Promise((resolve, reject) => {
    let untilMs = Number.POSITIVE_INFINITY;
    const answer = { status: 0, body: '', retryAfter: undefined as string | undefined };
    pool.dispatch(
      { method: 'POST', path: pathname + search, headers, body },
      {
        onRequestStart() {
          untilMs = performance.now() + timeoutMs;
          onSending();
        },
        onResponseStart(_controller, status, { 'retry-after': retryAfter }) {
          answer.status = status;
          answer.retryAfter = typeof retryAfter === 'string' ? retryAfter : undefined;
        },
        onResponseData(controller, chunk) {
          if (performance.now() > untilMs) controller.abort(new errors.BodyTimeoutError());
          else answer.body += chunk.toString('latin1');
        },
        onResponseEnd: () => resolve(answer),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

export const FORM_TYPE = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

export function createTransport(options: TransportOptions): Transport {
  const { url, token, isBulk, clock, onRequest } = options;
  const pool = createPool(url, options);
  const bodyOf = (hits: readonly Hit[], auth: string | undefined) =>
    isBulk ? bulkBody(hits, auth) : formBody(hits[0] as Hit, auth);
  const contentType = isBulk ? JSON_TYPE : FORM_TYPE;
  const classify = isBulk ? classifyBulk : classifySingle;

  async function attempt(hits: readonly Hit[]): Promise<Verdict> {
    const time = new Date(clock.now()).toISOString();
    onRequest?.({ time, method: 'POST', url, body: bodyOf(hits, token === undefined ? undefined : MASK) });
    let wasSent = false;
    const onSending = () => {
      wasSent = true;
    };
    try {
      const answer = await post(pool, url, bodyOf(hits, token), contentType, onSending);
      return classify(hits, answer, clock.now());
    } catch (error) {
      return classifyFailure(hits, error, wasSent);
    }
  }

  const policy = { ...RETRY_POLICY, attempts: options.retryAttempts };
  return {
    send: (hits, signal) => sendWithRetries(hits, attempt, policy, clock, options.jitter, signal),
    close: () => pool.destroy(),
  };
}
