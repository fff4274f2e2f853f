/** The endpoint's HTTP server: reads requests, hands them on, sends what comes back. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { htmlReply, type Reply } from './replies.ts';
import type { SinkRequest } from './tracking/request.ts';

/** Longest request line that nginx takes with Matomo's usual configuration. */
const LONGEST_REQUEST_LINE = 8192;
const LARGEST_HEADER_BYTES = 256 * 1024;
const LARGEST_BODY_BYTES = 64 * 1024 * 1024;

/** An answer, or how the connection goes without one. */
export type Response = Reply | 'hang' | 'close';

/** The whole body, or null when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(buffer);
  }
  if (bytes > LARGEST_BODY_BYTES) return null;
  const [only] = chunks;
  return (only && chunks.length === 1 ? only : Buffer.concat(chunks)).toString();
}

function send(response: ServerResponse, reply: Reply): void {
  const type = reply.type === '' ? {} : { 'content-type': reply.type };
  const length = { 'content-length': Buffer.byteLength(reply.body) };
  response.writeHead(reply.status, { ...type, ...(reply.status === 204 ? {} : length), ...reply.headers });
  response.end(reply.body);
}

function addressOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

async function toSinkRequest(request: IncomingMessage): Promise<SinkRequest | null> {
  const { method = 'GET', url = '/', headers } = request;
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const body = hasBody ? await readBody(request) : '';
  if (body === null) return null;
  return {
    method,
    url,
    contentType: headers['content-type'] ?? '',
    userAgent: headers['user-agent'] ?? '',
    language: headers['accept-language'] ?? '',
    authorization: headers.authorization ?? '',
    address: addressOf(request),
    body,
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  respond: (request: SinkRequest) => Promise<Response>,
): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  if (`${method} ${url} HTTP/1.1`.length > LONGEST_REQUEST_LINE) {
    send(response, htmlReply(414, '414 Request-URI Too Large', { connection: 'close' }));
    return;
  }
  const sinkRequest = await toSinkRequest(request);
  if (!sinkRequest) {
    send(response, htmlReply(413, '413 Request Entity Too Large', { connection: 'close' }));
    return;
  }
  const reply = await respond(sinkRequest);
  if (reply === 'close') request.socket.destroy();
  else if (reply !== 'hang') send(response, reply);
}

/** A request that breaks off while it is read is nobody's any more: its connection is closed. */
export function createHttpServer(respond: (request: SinkRequest) => Promise<Response>): Server {
  return createServer({ maxHeaderSize: LARGEST_HEADER_BYTES }, (request, response) => {
    answer(request, response, respond).catch(() => request.socket.destroy());
  });
}
