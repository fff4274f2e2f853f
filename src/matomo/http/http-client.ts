/** One body posted and its answer read, over a pool of kept-alive connections. */
import { type Dispatcher, errors } from 'undici';
import type { HttpHeader } from '../../types/http-header.ts';
import type { Answer } from '../delivery/reply.ts';
import { headersFor, type TargetAccess } from './access.ts';
import { type Connections, openConnections } from './connect.ts';
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

/** Is told what becomes of one request: either its answer or its failure, once. */
export interface AnswerReceiver {
  /** There is a connection, and the first byte goes out next, unless this throws. */
  onSending(): void;
  onAnswer(answer: Answer): void;
  /** With undici's errors, or with a `ProxyError`. */
  onFailure(error: Error): void;
}

export interface HttpClient {
  /** Reads the answer to its end. */
  send(body: Buffer, receiver: AnswerReceiver): void;
  /** The same, for one question. */
  post(body: string): Promise<Answer>;
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
  private readonly refusal: Connections['refusal'];
  private readonly receiver: AnswerReceiver;

  constructor(timeoutMs: number, refusal: Connections['refusal'], receiver: AnswerReceiver) {
    this.timeoutMs = timeoutMs;
    this.refusal = refusal;
    this.receiver = receiver;
  }

  onRequestStart(): void {
    this.untilMs = performance.now() + this.timeoutMs;
    this.receiver.onSending();
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
    const { status, retryAfter, location, contentEncoding, receiver } = this;
    const error = this.refusal(status);
    if (error) {
      receiver.onFailure(error);
      return;
    }
    const body = contentEncoding === undefined ? this.body : decodedBody(this.body, contentEncoding);
    receiver.onAnswer(
      location === undefined ? { status, body, retryAfter } : { status, body, retryAfter, location },
    );
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.receiver.onFailure(error);
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
  function send(body: string | Buffer, receiver: AnswerReceiver): void {
    const exchange = new Exchange(responseTimeoutMs, refusal, receiver);
    pool.dispatch({ method: 'POST', path, headers, body }, exchange);
  }
  return {
    send,
    post: (body) =>
      new Promise((onAnswer, onFailure) => send(body, { onSending: () => {}, onAnswer, onFailure })),
    close: () => pool.destroy(),
  };
}
