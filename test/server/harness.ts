/** The service in the test's own process, with a folder of its own that is gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSession } from '../../src/cli/options/session.ts';
import { createPlanAnswers } from '../../src/cli/processes/plan-answers.ts';
import { createProcessHost, type Host } from '../../src/host.ts';
import { systemClock } from '../../src/run/clock.ts';
import type { Tls } from '../../src/server/http/listen.ts';
import { createPlanner } from '../../src/server/planning/planner.ts';
import { routes } from '../../src/server/routes/routes.ts';
import { type RunningServer, startServer } from '../../src/server/server.ts';
import type { ServiceOptions } from '../../src/server/service.ts';
import type { LoadSession } from '../../src/server/settings/session.ts';
import type { Clock } from '../../src/types/clock.ts';

export interface Asked {
  readonly method?: string;
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined for what is no JSON. */
  readonly json: unknown;
}

export interface TestServer extends RunningServer {
  readonly folder: string;
  readonly key: string;
  readonly readKey: string;
  readonly warnings: readonly string[];
  /** With the full key unless another one, or none, is given. */
  ask(path: string, asked?: Asked): Promise<Answered>;
  end(): Promise<void>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function askAt(url: string, { method, headers, body, key }: Asked): Promise<Answered> {
  const isText = body === undefined || typeof body === 'string';
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'x-api-key': key }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: parsed(text) };
}

export interface TestServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: Partial<ServiceOptions>;
  readonly tls?: () => Tls;
  readonly clock?: Clock;
  /** In the place of how processes are started. */
  readonly startChild?: Host['startChild'];
}

function templateOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
}

/** Every answer in JSON must be as its route describes it. */
function checkShape(path: string, method: string, { status, json, text }: Answered): void {
  const [bare = ''] = path.split('?');
  const route = routes.find((one) => one.method === method.toLowerCase() && templateOf(one.path).test(bare));
  // A redirect or refusal may come before any route.
  if (!route || status >= 300) return;
  const answer = route.answers[status];
  if (!answer) throw new Error(`${method} ${path} answers ${status}, which it does not describe: ${text}`);
  const parsed = answer.schema?.safeParse(json);
  if (parsed && !parsed.success) {
    throw new Error(`${method} ${path} does not answer as described: ${parsed.error.message} ${text}`);
  }
}

export async function openTestServer({
  env = {},
  options = {},
  tls,
  clock = systemClock,
  startChild,
}: TestServerOptions = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'trafficinator-service-'));
  const process = createProcessHost();
  const host: Host = {
    ...process,
    env: { HOME: folder, TRAFFICINATOR_STATE_DIR: folder, ...env },
    home: folder,
    cwd: folder,
    ...(startChild ? { startChild } : {}),
  };
  const warnings: string[] = [];
  const log = { warning: (message: string) => void warnings.push(message) };
  const load: LoadSession = (own, command, { nowMs, ...sources }) =>
    loadSession(own, command, sources, nowMs);
  // Without a process for it: a test's own command is the test runner.
  const answer = createPlanAnswers({ host, clock, load });
  const planner = createPlanner(answer, () => {});
  const server = await startServer(
    { host, clock, log, load, planner },
    {
      folder,
      databasePath: join(folder, 'control.db'),
      bind: { host: '127.0.0.1', port: 0 },
      allowedHosts: [],
      corsOrigins: undefined,
      rateLimit: 1_000_000,
      isTls: tls !== undefined,
      ...options,
    },
    tls,
  );
  const { full, readOnly } = server.service.access.keys;
  return {
    ...server,
    folder,
    key: full,
    readKey: readOnly,
    warnings,
    async ask(path, asked = {}) {
      const answer = await askAt(server.url + path, 'key' in asked ? asked : { ...asked, key: full });
      checkShape(path, asked.method ?? (asked.body === undefined ? 'GET' : 'POST'), answer);
      return answer;
    },
    async end() {
      await server.close('SIGTERM', false);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
