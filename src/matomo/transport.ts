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

/** The connection was never made, so nothing was sent. */
const NOTHING_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The code of an error or of what caused it; TLS and DNS failures have one too. */
export function networkCode(error: unknown): string {
  if (error instanceof Error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (error.cause !== undefined) return networkCode(error.cause);
  }
  return 'unknown';
}

export function isTlsCode(code: string): boolean {
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code);
}

function classifyFailure(hits: readonly Hit[], error: unknown): Verdict {
  const code = networkCode(error);
  if (NOTHING_SENT.has(code) || isTlsCode(code)) {
    return { kind: 'again', otherwise: { kind: 'failed', reason: 'unreachable' }, retryAfterMs: undefined };
  }
  const isTimeout = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return settle(hits, { kind: 'unknown', reason: isTimeout ? 'no-answer' : 'connection-lost' });
}

export function createPool(url: string, options: Omit<PoolOptions, 'url'>): Pool {
  return new Pool(new URL(url).origin, {
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.responseTimeoutMs,
    bodyTimeout: options.responseTimeoutMs,
  });
}

interface PoolOptions {
  readonly url: string;
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
}

/** Sends one body and reads the answer to its end. Rejects with undici's errors. */
export async function post(pool: Pool, url: string, body: string, contentType: string): Promise<Answer> {
  const { pathname, search } = new URL(url);
  const response = await pool.request({
    method: 'POST',
    path: pathname + search,
    headers: { 'content-type': contentType, 'user-agent': 'trafficinator' },
    body,
  });
  const { 'retry-after': retryAfter } = response.headers;
  return {
    status: response.statusCode,
    body: Buffer.from(await response.body.arrayBuffer()).toString('latin1'),
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
  };
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
    try {
      return classify(hits, await post(pool, url, bodyOf(hits, token), contentType), clock.now());
    } catch (error) {
      return classifyFailure(hits, error);
    }
  }

  const policy = { ...RETRY_POLICY, attempts: options.retryAttempts };
  return {
    send: (hits, signal) => sendWithRetries(hits, attempt, policy, clock, options.jitter, signal),
    close: () => pool.destroy(),
  };
}
