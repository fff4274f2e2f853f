/** The embedded Matomo-compatible endpoint, put together: tracking, reports, faults and the server around them. */
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { compressed } from './compression.ts';
import type { SinkConfig } from './config.ts';
import { type FaultEffect, reportingFault, trackingFault } from './fault-replies.ts';
import { type Deadlock, Faults } from './faults.ts';
import { createNewDayDeadlocks, type NewDayDeadlocks } from './new-day-deadlocks.ts';
import { bulkErrorReply, htmlReply, jsonReply, pixelReply, type Reply } from './replies.ts';
import { report } from './reporting/reporting.ts';
import { createHttpServer, type Response } from './server.ts';
import {
  bearerToken,
  readParameters,
  readTrackingRequest,
  type SinkRequest,
  type TrackingRequest,
  withToken,
} from './tracking/request.ts';
import { Tracker, type TrackerMode } from './tracking/tracker.ts';
import { type Recorded, summarise } from './visits/recorded.ts';

interface SinkOptions {
  readonly config: SinkConfig;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Shared with the caller, who may change it while the sink runs. */
  readonly faults?: Faults;
}

export interface Sink {
  readonly faults: Faults;
  /** Answers one request at once, without faults, delays or HTTP. */
  readonly handle: (request: SinkRequest) => Reply;
  /** Rejects with Node's own error (`EADDRINUSE`) when the port is taken; port 0 takes a free one. */
  readonly listen: (port: number, host?: string) => Promise<{ readonly url: string; readonly port: number }>;
  /** Stops listening and cuts every connection, answered or not. */
  readonly close: () => Promise<void>;
  /** What `GET /recorded` answers. */
  readonly recorded: () => Recorded;
}

/** What PHP says when Matomo wants to commit a transaction that the database has ended. */
const NO_TRANSACTION = 'Error:There is no active transaction';

type Route = 'tracking' | 'reporting' | 'recorded' | 'unknown';

function routeOf(url: string): Route {
  const path = url.replace(/[?#].*$/s, '');
  if (/\/(?:(?:matomo|piwik)\.php|js\/)$/.test(path)) return 'tracking';
  if (/(?:\/|\/index\.php)$/.test(path)) return 'reporting';
  return path === '/recorded' ? 'recorded' : 'unknown';
}

/** Lets requests wait as behind one server that takes a fixed time for every hit. */
function createQueue(faults: Faults): (hits: number) => Promise<void> {
  let busyUntilMs = 0;
  return async (hits) => {
    const nowMs = performance.now();
    const rate = faults.hitsPerSecond;
    if (rate !== null) busyUntilMs = Math.max(nowMs, busyUntilMs) + (hits / rate) * 1000;
    const waitMs = faults.latencyMs + (rate === null ? 0 : busyUntilMs - nowMs);
    if (waitMs > 0) await delay(waitMs);
  };
}

class Endpoint implements Sink {
  readonly faults: Faults;
  readonly #tracker: Tracker;
  readonly #config: SinkConfig;
  readonly #now: () => number;
  readonly #deadlocks: NewDayDeadlocks;
  #deadlockCount = 0;
  readonly #waitInQueue: (hits: number) => Promise<void>;
  readonly #server = createHttpServer((request) => this.#respond(request));

  constructor({ config, now, faults }: SinkOptions) {
    this.faults = faults ?? new Faults();
    this.#config = config;
    this.#tracker = new Tracker(config, now);
    this.#now = now;
    this.#deadlocks = createNewDayDeadlocks(this.#tracker, now);
    this.#waitInQueue = createQueue(this.faults);
  }

  readonly recorded = (): Recorded => summarise(this.#tracker.sites.values());

  readonly handle = (request: SinkRequest): Reply => this.#process(request, 'normal');

  readonly listen = (port: number, host = '127.0.0.1') =>
    new Promise<{ url: string; port: number }>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        const address: AddressInfo | string | null = this.#server.address();
        const actual = typeof address === 'object' && address ? address.port : port;
        resolve({ url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`, port: actual });
      });
    });

  readonly close = () =>
    new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });

  /** Empty before version 5.4, which does not look at the header. */
  #bearerOf(request: SinkRequest): string {
    const [major = 0, minor = 0] = this.#config.version.split('.').map(Number);
    return major > 5 || (major === 5 && minor >= 4) ? bearerToken(request) : '';
  }

  #read(request: SinkRequest): TrackingRequest {
    return readTrackingRequest(request, this.#bearerOf(request));
  }

  #process(request: SinkRequest, mode: TrackerMode): Reply {
    const route = routeOf(request.url);
    if (route === 'tracking') return this.#tracker.handle(this.#read(request), request, mode);
    if (route === 'recorded') return jsonReply(this.recorded());
    if (route === 'unknown') return htmlReply(404, '404 Not Found');
    const parameters = withToken(readParameters(request), this.#bearerOf(request));
    const nowSeconds = Math.floor(this.#now() / 1000);
    return report(this.#tracker, this.#config, parameters, request.method, nowSeconds);
  }

  async #respond(request: SinkRequest): Promise<Response> {
    const route = routeOf(request.url);
    if (route === 'tracking') return this.#track(request);
    if (route === 'reporting') {
      const fault = reportingFault(this.faults.take(route));
      if (this.faults.latencyMs > 0) await delay(this.faults.latencyMs);
      const reply = fault.isProcessed ? this.#process(request, fault.mode) : fault.reply;
      return fault.ending === 'answer' && reply ? reply : endingOf(fault);
    }
    return this.#process(request, 'normal');
  }

  async #track(request: SinkRequest): Promise<Response> {
    const tracking = this.#read(request);
    const isBulk = tracking.kind === 'bulk';
    const fault = trackingFault(
      this.faults.take('tracking', { isBulk, url: request.url, body: request.body }),
    );
    const newDays = this.faults.hasNewDayDeadlocks ? this.#deadlocks.begin(tracking) : undefined;
    await this.#waitInQueue(isBulk ? tracking.entries.length : 1);
    const deadlock = newDays?.end() ?? fault.deadlock;
    if (fault.isProcessed && this.#isQueued(request)) return this.#queue(tracking, request);
    const reply = deadlock
      ? this.#deadlock(tracking, request, deadlock)
      : fault.isProcessed && this.#tracker.handle(tracking, request, fault.mode);
    const answer = fault.reply ?? (reply || null);
    if (fault.ending !== 'answer' || !answer) return endingOf(fault);
    return fault.coding ? compressed(answer, fault.coding) : answer;
  }

  /** The plugin reads it from the address or a form, and not from inside a bulk request. */
  #isQueued(request: SinkRequest): boolean {
    return this.faults.queueMs !== null && readParameters(request).get('queuedtracking') !== '0';
  }

  #queue(tracking: TrackingRequest, request: SinkRequest): Reply {
    void delay(this.faults.queueMs ?? 0, undefined, { ref: false }).then(() => {
      this.#tracker.handle(tracking, request, 'normal');
    });
    return pixelReply(true);
  }

  /** What a deadlock leaves: the hits after it, for those before it are rolled back. */
  #deadlock(tracking: TrackingRequest, request: SinkRequest, { records, says }: Deadlock): Reply {
    if (tracking.kind !== 'bulk') return this.#tracker.handle(tracking, request, 'normal');
    const { entries } = tracking;
    this.#deadlockCount += 1;
    const middle = Math.min(
      entries.length,
      1 + ((this.#deadlockCount * 7919) % Math.max(1, entries.length - 1)),
    );
    const from = { all: 0, part: middle, none: entries.length }[records];
    if (from < entries.length) {
      this.#tracker.handle({ ...tracking, entries: entries.slice(from) }, request, 'normal');
    }
    if (says === 'text') return { status: 200, type: 'text/html; charset=utf-8', body: NO_TRANSACTION };
    return bulkErrorReply(records === 'none' ? middle - 1 : entries.length);
  }
}

function endingOf(fault: FaultEffect): 'hang' | 'close' {
  return fault.ending === 'hang' ? 'hang' : 'close';
}

export function createSink(options: SinkOptions): Sink {
  return new Endpoint(options);
}
