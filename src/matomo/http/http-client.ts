/** One body posted and its answer read, over kept-alive connections. */
import { type Dispatcher, errors } from 'undici';
import type { HttpHeader } from '../../types/http-header.ts';
import type { Answer } from '../delivery/reply.ts';
import { headersFor, type TargetAccess } from './access.ts';
import { type Connection, type Connections, openConnections } from './connect.ts';
import { ConnectionPool } from './connection-pool.ts';
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

/** The text of the header, of a name in lower case, among names and values in turn; several values are joined. */
function headerOf(headers: readonly Buffer[], name: string): string | undefined {
  let text: string | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    const key = headers[i];
    if (key?.length !== name.length || key.toString('latin1').toLowerCase() !== name) continue;
    const value = String(headers[i + 1]);
    text = text === undefined ? value : `${text}, ${value}`;
  }
  return text;
}

/**
 * What becomes of one request. Undici itself limits only the time between two bytes of an answer. A handler of undici's
 * older kind, for it gets the headers as they came: the newer one has each of them made text, and few are looked at.
 */
class Exchange implements Dispatcher.DispatchHandler {
  private status = 0;
  private body = '';
  private retryAfter: string | undefined;
  private location: string | undefined;
  private contentEncoding: string | undefined;
  private untilMs = Number.POSITIVE_INFINITY;
  private abort: (error: Error) => void = () => {};
  private readonly connection: Connection;
  private readonly rules: ExchangeRules;
  private readonly receiver: AnswerReceiver;

  constructor(connection: Connection, rules: ExchangeRules, receiver: AnswerReceiver) {
    this.connection = connection;
    this.rules = rules;
    this.receiver = receiver;
  }

  onConnect(abort: (error?: Error) => void): void {
    this.abort = abort;
    this.untilMs = performance.now() + this.rules.timeoutMs;
    this.receiver.onSending();
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    this.status = status;
    this.retryAfter = headerOf(headers, 'retry-after');
    this.location = headerOf(headers, 'location');
    this.contentEncoding = headerOf(headers, 'content-encoding');
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (performance.now() > this.untilMs) this.abort(new errors.BodyTimeoutError());
    else this.body += chunk.toString('latin1');
    return true;
  }

  onComplete(): void {
    const { status, retryAfter, location, contentEncoding, receiver, rules } = this;
    rules.pool.release(this.connection);
    const error = rules.refusal(status);
    if (error) {
      receiver.onFailure(error);
      return;
    }
    const body = contentEncoding === undefined ? this.body : decodedBody(this.body, contentEncoding);
    receiver.onAnswer(
      location === undefined ? { status, body, retryAfter } : { status, body, retryAfter, location },
    );
  }

  onError(error: Error): void {
    // Where a connection cannot be opened, undici asserts after this call that nothing new waits for it.
    queueMicrotask(() => {
      this.rules.pool.release(this.connection);
      this.receiver.onFailure(error);
    });
  }
}

/** What the requests of a client have in common. */
interface ExchangeRules {
  readonly pool: ConnectionPool;
  readonly timeoutMs: number;
  readonly refusal: Connections['refusal'];
}

/** Names and values in turn; of several values for one name the last one counts. */
function headerList(headers: readonly HttpHeader[]): string[] {
  const byName = new Map(headers.map((header) => [header.name.toLowerCase(), header]));
  return [...byName.values()].flatMap(({ name, value }) => [name, value]);
}

export function createHttpClient({ access, url, contentType, connections }: HttpClientOptions): HttpClient {
  const { proxies, connectTimeoutMs, responseTimeoutMs } = access;
  const proxy = proxies && proxyFor(url, proxies);
  const way = openConnections({ url, proxy, connectTimeoutMs, responseTimeoutMs });
  const { path, refusal } = way;
  const pool = new ConnectionPool(way.open, connections);
  const rules = { pool, timeoutMs: responseTimeoutMs, refusal };
  const headers = headerList([
    ...way.headers,
    { name: 'content-type', value: contentType },
    { name: 'user-agent', value: 'trafficinator' },
    { name: 'accept-encoding', value: 'identity' },
    ...headersFor(access, url),
  ]);
  function send(body: string | Buffer, receiver: AnswerReceiver): void {
    pool.take((connection) =>
      connection.dispatch({ method: 'POST', path, headers, body }, new Exchange(connection, rules, receiver)),
    );
  }
  return {
    send,
    post: (body) =>
      new Promise((onAnswer, onFailure) => send(body, { onSending: () => {}, onAnswer, onFailure })),
    close: () => pool.destroy(),
  };
}
