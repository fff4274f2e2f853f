/** One body posted and its answer read, over a pool of kept-alive connections. */
import { type Dispatcher, errors } from 'undici';
import type { HttpHeader } from '../../types/http-header.ts';
import type { Answer } from '../delivery/reply.ts';
import { headersFor, type TargetAccess } from './access.ts';
import { openConnections } from './connect.ts';
import { decodedBody } from './content-coding.ts';
import { proxyFor } from './proxy.ts';

/** The code of an error or of what caused it; TLS and DNS failures have one too. */
export function networkCode(error: unknown): string {
  if (error instanceof Error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (error.cause !== undefined) return networkCode(error.cause);
  }
  return 'unknown';
}

export interface HttpClientOptions {
  /** What the target's requests have in common. */
  readonly access: TargetAccess;
  /** Endpoint that all bodies go to. */
  readonly url: string;
  readonly contentType: string;
  /** Connections, and so requests in flight, at most. */
  readonly connections: number;
}

export interface HttpClient {
  /**
   * Reads the answer to its end. Rejects with undici's errors, or with a `ProxyError`.
   * @param onSending is called when there is a connection, before the first byte goes out
   */
  post(body: string | Buffer, onSending?: () => void): Promise<Answer>;
  close(): Promise<void>;
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

/** What becomes of one request. Undici itself limits only the time between two bytes of an answer. */
class Exchange implements Dispatcher.DispatchHandler {
  private status = 0;
  private body = '';
  private retryAfter: string | undefined;
  private location: string | undefined;
  private contentEncoding: string | undefined;
  private untilMs = Number.POSITIVE_INFINITY;
  private readonly timeoutMs: number;
  private readonly onSending: (() => void) | undefined;
  private readonly resolve: (answer: Answer) => void;
  private readonly reject: (error: Error) => void;

  constructor(
    timeoutMs: number,
    onSending: (() => void) | undefined,
    resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
  ) {
    this.timeoutMs = timeoutMs;
    this.onSending = onSending;
    this.resolve = resolve;
    this.reject = reject;
  }

  onRequestStart(): void {
    this.untilMs = performance.now() + this.timeoutMs;
    this.onSending?.();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status;
    this.retryAfter = textOf(headers['retry-after']);
    this.location = textOf(headers.location);
    this.contentEncoding = textOf(headers['content-encoding']);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (performance.now() > this.untilMs) controller.abort(new errors.BodyTimeoutError());
    else this.body += chunk.toString('latin1');
  }

  onResponseEnd(): void {
    const { status, retryAfter, location, contentEncoding } = this;
    const body = contentEncoding === undefined ? this.body : decodedBody(this.body, contentEncoding);
    this.resolve(
      location === undefined ? { status, body, retryAfter } : { status, body, retryAfter, location },
    );
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.reject(error);
  }
}

/** Names and values in turn; of several values for one name the last one counts. */
function headerList(headers: readonly HttpHeader[]): string[] {
  const byName = new Map(headers.map((header) => [header.name.toLowerCase(), header]));
  return [...byName.values()].flatMap(({ name, value }) => [name, value]);
}

export function createHttpClient({ access, url, contentType, connections }: HttpClientOptions): HttpClient {
  const { proxies, connectTimeoutMs, responseTimeoutMs } = access;
  const proxy = proxies && proxyFor(url, proxies);
  const way = openConnections({ url, proxy, connections, connectTimeoutMs, responseTimeoutMs });
  const { pool, path, refusal } = way;
  const headers = headerList([
    ...way.headers,
    { name: 'content-type', value: contentType },
    { name: 'user-agent', value: 'trafficinator' },
    { name: 'accept-encoding', value: 'identity' },
    ...headersFor(access, url),
  ]);
  return {
    post: (body, onSending) =>
      new Promise((resolve, reject) => {
        const finish = (answer: Answer) => {
          const error = refusal(answer.status);
          if (error) reject(error);
          else resolve(answer);
        };
        const exchange = new Exchange(responseTimeoutMs, onSending, finish, reject);
        pool.dispatch({ method: 'POST', path, headers, body }, exchange);
      }),
    close: () => pool.destroy(),
  };
}
