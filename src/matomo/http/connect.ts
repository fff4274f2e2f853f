/** Opens connections to one address, directly or through a proxy; an attempt ends at its deadline, whatever hangs. */
import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { buildConnector, Client } from 'undici';
import type { HttpHeader } from '../../types/http-header.ts';
import type { HttpProxy } from './proxy.ts';
import {
  authenticationError,
  type ProxyError,
  relayFailure,
  tunnelFailure,
  tunnelRefusal,
} from './proxy-error.ts';

export interface ConnectionOptions {
  /** Address that the requests are for. */
  readonly url: string;
  readonly proxy: HttpProxy | undefined;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
}

/** A connection, which is made for its first request, and again for the first after it was lost. */
export type Connection = Client;

export interface Connections {
  readonly open: () => Connection;
  /** What stands on the request line: a proxy that is spoken to in plain HTTP is told the whole address. */
  readonly path: string;
  /** Headers that the way there needs. */
  readonly headers: readonly HttpHeader[];
  /** The error that an answer of this status stands for, where it is the proxy's own. */
  refusal(status: number): ProxyError | undefined;
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function connectRequest(proxy: HttpProxy, authority: string, signal: AbortSignal): ClientRequest {
  const url = new URL(proxy.url);
  const isTls = url.protocol === 'https:';
  return (isTls ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    host: hostOf(url),
    port: url.port || (isTls ? 443 : 80),
    path: authority,
    headers: {
      host: authority,
      ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
    },
    agent: false,
    signal,
  });
}

/** A connection through the proxy that ends at the host. */
function openTunnel(proxy: HttpProxy, host: string, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const request = connectRequest(proxy, host, signal);
    request.once('error', (error) => reject(tunnelFailure(proxy, host, error, timeoutMs)));
    request.once('connect', ({ statusCode = 0 }, socket, head) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        reject(tunnelRefusal(proxy, host, statusCode));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.end();
  });
}

/** TLS to the target over a tunnel. Opening the tunnel has a deadline of its own, and so has TLS. */
function tunnelConnector(proxy: HttpProxy, host: string, timeoutMs: number): buildConnector.connector {
  const startTls = buildConnector({ timeout: timeoutMs });
  return (options, callback) => {
    openTunnel(proxy, host, timeoutMs, AbortSignal.timeout(timeoutMs)).then(
      (httpSocket) => startTls({ ...options, httpSocket }, callback),
      (error: ProxyError) => callback(error, null),
    );
  };
}

/** Plain HTTP to the proxy, which passes each request on. */
function relayConnector(proxy: HttpProxy, timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs });
  const host = hostOf(new URL(proxy.url));
  // Else TLS would ask for the target's name. An address is no name.
  const servername = isIP(host) === 0 ? host : '';
  return (options, callback) =>
    connect({ ...options, servername }, (...result) => {
      if (result[0] === null) callback(...result);
      else callback(relayFailure(proxy, result[0], timeoutMs), null);
    });
}

/** What has come in, before it is known whose it is: without it, Node.js makes a buffer of 64 KB for each answer. */
const INCOMING = Buffer.allocUnsafeSlow(65_536);

/** Plain HTTP to the target. */
function directConnector(timeoutMs: number): buildConnector.connector {
  return buildConnector({
    timeout: timeoutMs,
    onread: {
      buffer: INCOMING,
      callback(this: Socket, byteCount: number) {
        return this.push(Buffer.from(INCOMING.subarray(0, byteCount)));
      },
    },
  });
}

export function openConnections(options: ConnectionOptions): Connections {
  const { proxy, connectTimeoutMs: timeout, responseTimeoutMs } = options;
  const { origin, host, hostname, port, pathname, search, protocol } = new URL(options.url);
  const path = pathname + search;
  const opener = (to: string, connect: buildConnector.connector) => () =>
    new Client(to, { connect, headersTimeout: responseTimeoutMs, bodyTimeout: responseTimeoutMs });
  if (proxy === undefined) {
    const connect = protocol === 'https:' ? buildConnector({ timeout }) : directConnector(timeout);
    return { open: opener(origin, connect), path, headers: [], refusal: () => undefined };
  }
  if (protocol === 'https:') {
    return {
      open: opener(origin, tunnelConnector(proxy, `${hostname}:${port || 443}`, timeout)),
      path,
      headers: [],
      refusal: () => undefined,
    };
  }
  const { authorization } = proxy;
  return {
    open: opener(proxy.url, relayConnector(proxy, timeout)),
    path: origin + path,
    headers: [
      { name: 'host', value: host },
      ...(authorization === undefined ? [] : [{ name: 'proxy-authorization', value: authorization }]),
    ],
    refusal: (status) => (status === 407 ? authenticationError(proxy) : undefined),
  };
}
