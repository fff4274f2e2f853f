/** Log lines over a WebSocket: who may come in is checked before the connection is upgraded. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { every } from '../../run/clock.ts';
import { keyRequired, shownKey } from '../http/authentication.ts';
import { asRefusal, Refusal } from '../http/refusal.ts';
import type { Service } from '../service.ts';

const LOG_SOCKET_PATH = '/api/v2/logs/socket';
const LIMIT = 60;
const FIRST_LINES = 200;
const PING_EVERY_MS = 30_000;
/** Bytes that may wait for a client; one that reads more slowly is let go. */
const MOST_WAITING_BYTES = 1_000_000;
const MOST_SOCKETS = 200;

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** The same checks as for any call. @throws Refusal */
function admit(service: Service, request: IncomingMessage, isTaken: boolean): void {
  const { hostNames, access, limits, options } = service;
  const { host, origin, cookie } = request.headers;
  const address = request.socket.remoteAddress ?? '';
  if (!hostNames().isKnown(host)) throw new Refusal(421, 'Unknown host', { code: 'unknown-host' });
  const { isAllowed, resetSeconds } = limits.take(
    `${address} ${LOG_SOCKET_PATH}`,
    options.rateLimit ?? LIMIT,
  );
  if (!isAllowed) {
    throw new Refusal(429, 'Too many requests', {
      code: 'rate-limit',
      headers: { 'retry-after': String(resetSeconds) },
    });
  }
  const { role, by } = access.identify({
    key: shownKey((name) => one(request.headers[name])),
    cookie,
    address,
  });
  if (role === 'none') throw keyRequired();
  // A browser sends cookies along for a page of any origin.
  if ((by === 'cookie' || origin !== undefined) && !hostNames().isOwnOrigin(origin, host)) {
    throw new Refusal(403, 'Foreign origin', { code: 'foreign-origin' });
  }
  if (isTaken) throw new Refusal(503, 'Too many connections', { code: 'too-many-sockets' });
}

function refuse(socket: Duplex, { status, message, headers }: Refusal): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} ${message}\r\n${lines.join('')}connection: close\r\ncontent-length: 0\r\n\r\n`;
  // No timeout of the server holds for it any more: a client that stays is let go.
  socket.end(head, () => socket.destroy());
}

/** @returns ends all connections */
export function serveLogSocket(server: Server, service: Service): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    try {
      if (request.url?.split('?')[0] !== LOG_SOCKET_PATH)
        throw new Refusal(404, 'Not Found', { code: 'not-found' });
      admit(service, request, sockets.clients.size >= MOST_SOCKETS);
    } catch (error) {
      const refusal = asRefusal(error);
      if (!refusal) service.log.defect('A WebSocket could not be opened', error);
      refuse(socket, refusal ?? new Refusal(500, 'Internal error', { code: 'internal' }));
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      const send = (value: unknown) => {
        if (client.bufferedAmount > MOST_WAITING_BYTES) client.terminate();
        else client.send(JSON.stringify(value));
      };
      let isThere = true;
      client.on('pong', () => {
        isThere = true;
      });
      // Nothing is expected from a client.
      client.on('message', () => client.close(1003));
      client.on('error', () => client.terminate());
      const stopPings = every(PING_EVERY_MS, () => {
        if (!isThere) client.terminate();
        isThere = false;
        client.ping();
      });
      const unsubscribe = service.feed.subscribe(['logs'], ({ data }) => send(data));
      client.on('close', () => {
        unsubscribe();
        stopPings();
      });
      for (const line of service.logBook.tail(FIRST_LINES)) send(line);
    });
  });
  return () => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  };
}
