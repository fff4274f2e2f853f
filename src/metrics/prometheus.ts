/** Serves the state of jobs at work as Prometheus text. */
import { createServer } from 'node:http';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { INSTRUMENTS, type Instrument, LATENCY, type TargetState } from './instruments.ts';

export interface MetricsOutlet {
  /** A request was answered; `seconds` from when it should have left. */
  observe(target: string, seconds: number): void;
  close(): Promise<void>;
}

/** Values are read when they are asked for: between two looks nothing is spent on them. */
function register(registry: Registry, instrument: Instrument, targets: () => readonly TargetState[]): void {
  const { name, help, kind, read } = instrument;
  const labelNames = ['target', 'outcome', 'kind', 'reason', 'quantile'];
  const samples = () => targets().flatMap(read);
  const registers = [registry];
  if (kind === 'gauge') {
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const { labels, value } of samples()) this.set(labels, value);
      },
    });
    return;
  }
  new Counter({
    name,
    help,
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const { labels, value } of samples()) this.inc(labels, value);
    },
  });
}

export interface ServedMetrics extends MetricsOutlet {
  readonly url: string;
}

/** @param address where to listen; port 0 takes a free one */
export async function servePrometheus(
  address: { readonly host: string; readonly port: number },
  targets: () => readonly TargetState[],
): Promise<ServedMetrics> {
  const registry = new Registry();
  for (const instrument of INSTRUMENTS) register(registry, instrument, targets);
  const { name, help, buckets } = LATENCY;
  const latency = new Histogram({
    name,
    help,
    labelNames: ['target'],
    buckets: [...buckets],
    registers: [registry],
  });
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    if (path !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('The metrics are at /metrics.\n');
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
  server.unref();
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  const shown = address.host.includes(':') ? `[${address.host}]` : address.host;
  return {
    url: `http://${shown}:${port}/metrics`,
    observe: (target, seconds) => latency.observe({ target }, seconds),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
