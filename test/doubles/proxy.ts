/** An HTTP proxy on this machine that works, or fails in the ways in which real ones do. */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export type ProxyMode = 'works' | 'closes' | 'hangs' | 'refuses';

export interface SeenRequest {
  readonly method: string;
  /** A whole address, or `host:port` of a CONNECT. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
}

export interface TestProxy {
  readonly url: string;
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  mode: ProxyMode;
  /** `user:password` that it asks for with 407. */
  login: string | undefined;
  close(): Promise<void>;
}

function relay(request: IncomingMessage, response: ServerResponse): void {
  const { 'proxy-authorization': _, ...headers } = request.headers;
  const onward = httpRequest(request.url ?? '', { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.writeHead(502).end('bad gateway'));
  request.pipe(onward);
}

function tunnel(target: string, client: Duplex): void {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? [];
  const server = connect(Number(port), host, () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.pipe(client).pipe(server);
  });
  server.on('error', () => client.destroy());
  client.on('error', () => server.destroy()).on('close', () => server.destroy());
}

/** @param tls certificate and key of a proxy that is spoken to in HTTPS */
export async function openTestProxy(tls?: { cert: string; key: string }): Promise<TestProxy> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const server = tls ? createTlsServer(tls) : createServer();
  const isWelcome = ({ headers }: IncomingMessage) =>
    proxy.login === undefined ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(proxy.login).toString('base64')}`;
  const note = (request: IncomingMessage) =>
    seen.push({ method: request.method ?? '', target: request.url ?? '', headers: request.headers });

  server.on('request', (request, response) => {
    note(request);
    if (proxy.mode === 'closes') request.socket.destroy();
    else if (proxy.mode === 'refuses') response.writeHead(403).end('forbidden by the proxy');
    else if (!isWelcome(request)) response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('who?');
    else if (proxy.mode === 'works') relay(request, response);
  });
  server.on('connect', (request, client) => {
    note(request);
    if (proxy.mode === 'closes') client.destroy();
    else if (proxy.mode === 'refuses') client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else if (!isWelcome(request)) client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    else if (proxy.mode === 'works') tunnel(request.url ?? '', client);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  });

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const proxy: TestProxy = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    seen,
    mode: 'works',
    login: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return proxy;
}
