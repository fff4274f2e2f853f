/** An endpoint whose faults follow the rank of each request, and what it has recorded in the terms of a summary. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Summary } from '../../src/report/summary.ts';
import { DEFAULT_SINK_CONFIG, type SinkConfig } from '../../src/sink/config.ts';
import { type Fault, type FaultedRequest, Faults } from '../../src/sink/faults.ts';
import { createSink, type Sink } from '../../src/sink/sink.ts';
import type { HitKind } from '../../src/types/hit.ts';
import type { LocalDate } from '../../src/types/local-date.ts';

export const SUPER_TOKEN = 'a'.repeat(32);
export const VIEW_TOKEN = 'c'.repeat(32);

/** The fault of the tracking request with the rank, from 0; the first of each command asks whether the target is ready. */
export type FaultScript = (rank: number) => Fault | null;

class ScriptedFaults extends Faults {
  tracking = 0;
  reporting = 0;
  script: FaultScript = () => null;

  override take(scope: 'tracking' | 'reporting', request?: FaultedRequest): Fault | null {
    if (scope === 'reporting') {
      this.reporting++;
      return super.take(scope);
    }
    return this.script(this.tracking++) ?? super.take(scope, request);
  }
}

export interface Endpoint {
  /** Tracking URL. */
  readonly url: string;
  readonly port: number;
  readonly sink: Sink;
  readonly faults: ScriptedFaults;
}

/** On a free port of this machine; to be closed with its sink. */
export async function openEndpoint(config: SinkConfig = DEFAULT_SINK_CONFIG): Promise<Endpoint> {
  const faults = new ScriptedFaults();
  const sink = createSink({ config, now: Date.now, faults });
  const { url, port } = await sink.listen(0);
  return { url: `${url}/matomo.php`, port, sink, faults };
}

export interface Counts {
  readonly visits: number;
  readonly kinds: Readonly<Record<HitKind, number>>;
  readonly revenue: number;
}
export type CountsByDay = Readonly<Record<LocalDate, Counts>>;

/** Of `--json` lines of days: in a dry run what is planned, else what was accepted. */
export function countsOf(days: readonly Summary[]): CountsByDay {
  return Object.fromEntries(
    days.map(({ date, visits, kinds, revenue }) => [date ?? '', { visits: visits.planned, kinds, revenue }]),
  );
}

export function recordedBy({ sink }: Pick<Endpoint, 'sink'>, site = 1): CountsByDay {
  const days = sink.recorded().sites[site]?.days ?? {};
  return Object.fromEntries(
    Object.entries(days).map(([date, { visits, kinds, revenue }]) => [date, { visits, kinds, revenue }]),
  );
}

/** All hits that took effect. */
export function hitsRecordedBy(endpoint: Pick<Endpoint, 'sink'>): number {
  return Object.values(recordedBy(endpoint))
    .flatMap(({ kinds }) => Object.values(kinds))
    .reduce((sum, count) => sum + count, 0);
}

export interface Passing {
  readonly path: string;
  readonly body: string;
}

export interface ProxyRules {
  /** A status answers in the endpoint's place; text is passed on in place of the body. */
  readonly onRequest?: (request: Passing, rank: number) => number | string | undefined;
  readonly onReply?: (request: Passing, reply: string) => string;
}

export interface Gateway {
  /** Tracking URL. */
  readonly url: string;
  close(): Promise<void>;
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('latin1')) text += chunk;
  return text;
}

/** Stands before an endpoint and changes what passes. */
export async function openProxy(target: Pick<Endpoint, 'port'>, rules: ProxyRules): Promise<Gateway> {
  let rank = 0;
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const passing = { path: request.url ?? '/', body: await readAll(request) };
    const told = rules.onRequest?.(passing, rank++);
    if (typeof told === 'number') {
      response.writeHead(told, { 'content-type': 'text/html' }).end('<h1>No</h1>');
      return;
    }
    const answer = await fetch(`http://127.0.0.1:${target.port}${passing.path}`, {
      method: 'POST',
      headers: { 'content-type': request.headers['content-type'] ?? 'text/plain' },
      body: Buffer.from(told ?? passing.body, 'latin1'),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const type = answer.headers.get('content-type') ?? 'text/plain';
    const reply = rules.onReply?.(passing, bytes.toString('latin1'));
    response.writeHead(answer.status, { 'content-type': type });
    response.end(reply === undefined ? bytes : Buffer.from(reply, 'latin1'));
  }
  const server: Server = createServer((request, response) => {
    pass(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/matomo.php`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Looks again and again until it is so; fails after minutes. */
export async function eventually(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let left = 30_000; !(await isSo()); left--) {
    if (left === 0) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
