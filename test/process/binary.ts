/** Runs the installed command from outside, and gives it an endpoint in the test's own process to talk to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Summary, TotalSummary } from '../../src/report/summary.ts';
import { DEFAULT_SINK_CONFIG, type SinkConfig } from '../../src/sink/config.ts';
import { type Fault, type FaultedRequest, Faults } from '../../src/sink/faults.ts';
import { createSink, type Sink } from '../../src/sink/sink.ts';

const BINARY = fileURLToPath(new URL('../../bin/trafficinator.js', import.meta.url));
/** A command that outlives this is ended, so that no test leaves one behind. */
const LONGEST_MS = 300_000;

/** The default tokens of the embedded endpoint. */
export const SUPER_TOKEN = 'a'.repeat(32);

export type Env = Readonly<Record<string, string>>;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves when standard error holds the text, and rejects when the command ends without it. */
  stderrHolds(text: string): Promise<void>;
  /** Looks again and again until it is so, and rejects when the command ends before. */
  until(isSo: () => boolean): Promise<void>;
}

/** A folder of files that is gone after the tests; also the home of the commands that run in it. */
export class Workplace {
  readonly path = mkdtempSync(join(tmpdir(), 'trafficinator-test-'));
  readonly #longestMs: number;
  readonly #children: ChildProcess[] = [];

  constructor(longestMs = LONGEST_MS) {
    this.#longestMs = longestMs;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.file(name), text);
    return this.file(name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  /** With what still runs there: a test that has failed leaves no process behind. */
  remove(): void {
    for (const child of this.#children) if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }

  start(args: readonly string[], env: Env = {}): Running {
    const child = spawn(process.execPath, [BINARY, ...args], {
      cwd: this.path,
      env: { PATH: process.env.PATH, HOME: this.path, TRAFFICINATOR_STATE_DIR: this.path, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: this.#longestMs,
      killSignal: 'SIGKILL',
    });
    this.#children.push(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return {
      child,
      finished: new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr }))),
      async until(isSo) {
        while (!isSo()) {
          if (child.exitCode !== null || child.signalCode !== null)
            throw new Error(`The command ended before ${isSo}: ${stderr}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
      stderrHolds: (text) =>
        new Promise((resolve, reject) => {
          const look = () => {
            if (stderr.includes(text)) resolve();
          };
          child.stderr.on('data', look);
          child.once('close', () => reject(new Error(`The command ended without "${text}": ${stderr}`)));
          look();
        }),
    };
  }

  run(args: readonly string[], env: Env = {}): Promise<Finished> {
    return this.start(args, env).finished;
  }
}

/** Faults that count the requests, and that may spare those at the beginning. */
class CountingFaults extends Faults {
  requests = 0;
  /** Met by every tracking request after the first one, which is the question whether the target is ready. */
  afterProbe: Fault | null = null;
  #tracking = 0;

  override take(scope: 'tracking' | 'reporting', request?: FaultedRequest): Fault | null {
    this.requests++;
    if (scope === 'tracking' && ++this.#tracking > 1 && this.afterProbe) return this.afterProbe;
    return super.take(scope, request);
  }
}

export interface Target {
  readonly url: string;
  readonly sink: Sink;
  readonly faults: CountingFaults;
  close(): Promise<void>;
}

/** Gives the test an endpoint of its own, which is closed in the end. */
export async function withTarget(test: (target: Target) => Promise<void>): Promise<void> {
  const target = await openTarget();
  try {
    await test(target);
  } finally {
    await target.close();
  }
}

/** An endpoint that takes hits on a free port of this machine. */
export async function openTarget(config: SinkConfig = DEFAULT_SINK_CONFIG): Promise<Target> {
  const faults = new CountingFaults();
  const sink = createSink({ config, now: Date.now, faults });
  const { url } = await sink.listen(0);
  return { url, sink, faults, close: sink.close };
}

export interface JsonLines {
  readonly days: readonly Summary[];
  readonly total: TotalSummary & { readonly recorded?: ReturnType<Sink['recorded']> };
}

/** The `--json` lines: those of days, and the last one. */
export function jsonLines({ stdout }: Finished): JsonLines {
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { days: lines.slice(0, -1), total: lines.at(-1) };
}

/** Parameters of each hit in a file of `--record`, in the order sent. */
export function recordedHits(text: string): { readonly time: string; readonly hit: URLSearchParams }[] {
  return text
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const { time, body } = JSON.parse(line);
      const queries: string[] = body.startsWith('{') ? JSON.parse(body).requests : [body];
      return queries.map((query) => {
        const hit = new URLSearchParams(query.replace(/^\?/, ''));
        hit.delete('token_auth');
        return { time, hit };
      });
    });
}

/** A timezone in which it is about noon now, so that no day ends meanwhile. */
export function zoneAtNoon(): string {
  const ahead = 12 - new Date().getUTCHours();
  return ahead === 0 ? 'UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

/** Visits and hits: planned = the sum of the outcomes. */
export function balanceOf({ visits, hits }: Summary): { visits: number; hits: number } {
  const { complete, partial, failed, skipped } = visits;
  const settled = hits.accepted + hits.rejected + hits.failed + hits.unknown + hits.skipped;
  return {
    visits: visits.planned - complete - partial - failed - skipped,
    hits: hits.planned - settled,
  };
}

export const BALANCED = { visits: 0, hits: 0 };
/** A line of a stack trace. */
export const STACK = /^\s+at .+:\d+:\d+/m;
