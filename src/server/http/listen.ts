/** Listens on an address: HTTP or TLS, with limits on how long a client may take. */
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { EXIT, UserError } from '../../errors.ts';
import type { App } from './app.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 5000;
const MOST_CONNECTIONS = 2000;
const HEADER_BYTES = 16_384;

/** Texts in PEM format. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

export interface Listening {
  readonly server: Server;
  readonly port: number;
  /**
   * Uses another certificate for connections to come.
   * @throws where the two do not belong together; the one before stays
   */
  renew(tls: Tls): void;
  close(): Promise<void>;
}

interface ListenRules {
  readonly host: string;
  readonly port: number;
  readonly tls: Tls | undefined;
}

function serverFor(app: App, tls: ListenRules['tls']): ServerType {
  const { fetch } = app;
  const common = { maxHeaderSize: HEADER_BYTES, connectionsCheckingInterval: 2000 };
  // Of URLs, where a probe in HTTP/1.0 names no host. All calls but those of probes refuse it.
  const own = { fetch, hostname: 'localhost' };
  return tls
    ? createAdaptorServer({ ...own, createServer: createTlsServer, serverOptions: { ...common, ...tls } })
    : createAdaptorServer({ ...own, createServer, serverOptions: common });
}

/** @throws UserError where the address is taken or no address of this machine, or the certificate is none */
export async function listen(app: App, { host, port, tls }: ListenRules): Promise<Listening> {
  const server = madeServer(app, tls);
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new UserError(`Cannot listen on ${host} port ${port} (${cause.code ?? cause.message}).`, {
          code: 'port-not-free',
          exitCode: EXIT.usage,
          hint: 'Use another port with --port, or --port 0 for any free port.',
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    renew(renewed) {
      if (server instanceof TlsServer) server.setSecureContext(renewed);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function madeServer(app: App, tls: ListenRules['tls']): Server {
  try {
    // Neither of the two that are made here speaks HTTP/2.
    return serverFor(app, tls) as Server;
  } catch (cause) {
    throw new UserError('--tls-cert and --tls-key must be a certificate and its private key in PEM format.', {
      code: 'tls-files',
      exitCode: EXIT.usage,
      hint: 'Check that both files belong together.',
      cause,
    });
  }
}
