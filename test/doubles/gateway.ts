/** A web server in front of an embedded endpoint: it asks for headers, and has addresses of its own. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sink } from '../../src/sink/sink.ts';

export interface GatewayOptions {
  /** Headers without which it answers 401. */
  readonly needs?: Readonly<Record<string, string>>;
  /** The endpoint's path for one of its own; without it, paths are the endpoint's. */
  readonly route?: (path: string) => string;
}

export interface Gateway {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly seen: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string }[];
  close(): Promise<void>;
}

export async function openGateway(sink: Sink, { needs = {}, route }: GatewayOptions = {}): Promise<Gateway> {
  const seen: Gateway['seen'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ url, headers, body });
      if (Object.entries(needs).some(([name, value]) => headers[name] !== value)) {
        response.writeHead(401).end('who are you?');
        return;
      }
      const reply = sink.handle({
        method,
        url: route?.(url) ?? url,
        contentType: headers['content-type'] ?? '',
        userAgent: headers['user-agent'] ?? '',
        language: '',
        authorization: headers.authorization ?? '',
        address: '127.0.0.1',
        body,
      });
      response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
