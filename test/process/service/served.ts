/** The service as a process of its own, and its runs. */
import { readFileSync } from 'node:fs';
import { type Asked, askAt } from '../../server/harness.ts';
import type { Running, Workplace } from '../binary.ts';

export interface Served {
  readonly place: Workplace;
  readonly running: Running;
  readonly url: string;
  readonly key: string;
  ask(path: string, asked?: Asked): ReturnType<typeof askAt>;
}

export async function serve(
  place: Workplace,
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<Served> {
  const running = place.start(['serve', '--port', '0', '--rate-limit', '100000', ...flags], env);
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    running.child.stdout?.on('data', (chunk: string) => {
      text += chunk;
      const found = /Listening at (\S+)/.exec(text)?.[1];
      if (found) resolve(found);
    });
    void running.finished.then(({ stderr }) => reject(new Error(stderr)));
  });
  const key = readFileSync(place.file('control.key'), 'utf8').trim();
  return { place, running, url, key, ask: (path, asked = {}) => askAt(url + path, { key, ...asked }) };
}

export interface RunView {
  readonly id: number;
  readonly state: string;
  readonly exitCode: number | null;
  readonly pid: number | null;
  readonly restarts: number;
  readonly error: string | null;
  readonly isWanted: boolean;
  readonly totals: {
    readonly hits: Readonly<Record<string, number>>;
    readonly visits: Readonly<Record<string, number>>;
  } | null;
  readonly thresholds: readonly unknown[];
  readonly targets: readonly {
    readonly nextVisit?: { readonly at: string; readonly why: string } | null;
    readonly declaredEvents?: readonly unknown[];
  }[];
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the run is as it should be; the test's own time is the limit. */
export async function until(
  served: Served,
  id: number,
  isThere: (run: RunView) => boolean,
): Promise<RunView> {
  for (;;) {
    const run = (await served.ask(`/api/v2/runs/${id}`)).json as RunView;
    if (isThere(run)) return run;
    await pause(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when the process is gone. @returns after how many ms */
export async function goneAfter(pid: number): Promise<number> {
  const startMs = Date.now();
  while (isAlive(pid)) await pause(20);
  return Date.now() - startMs;
}

export async function endAll({ running }: Pick<Served, 'running'>): Promise<void> {
  running.child.kill('SIGINT');
  await running.finished;
}
