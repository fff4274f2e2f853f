/** Starts `child.ts` as a real process, and the thread of the ledger: both as bundles, as they are in the package. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { StartThread } from '../../src/ledger/sqlite/threaded-ledger.ts';

/** Bundles the child and the thread beside it into the folder; the path of the child's script. */
export async function buildChild(folder: string): Promise<string> {
  const libsql = createRequire(import.meta.url).resolve('libsql');
  await build({
    entryPoints: {
      child: fileURLToPath(new URL('./child.ts', import.meta.url)),
      'ledger-thread': fileURLToPath(new URL('../../src/ledger/sqlite/thread.ts', import.meta.url)),
    },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { libsql },
    external: [libsql],
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return join(folder, 'child.js');
}

/** Starts a thread from a script that is in the folder. */
export function threadsOf(folder: string): StartThread {
  return (script, data) => {
    const worker = new Worker(join(folder, `${script}.js`), { workerData: data });
    return {
      post: (message) => worker.postMessage(message),
      onMessage: (listener) => void worker.on('message', listener),
      onGone: (listener) => void worker.once('error', listener).once('exit', () => listener(undefined)),
    };
  };
}

export interface Child {
  readonly process: ChildProcess;
  readonly lines: Interface;
  /** The next thing it says. */
  hear(): Promise<unknown>;
  /** All that it says until its end. */
  hearAll(): Promise<unknown[]>;
  /** Ends it with SIGKILL; resolves when it is gone, with what it had said that was not heard. */
  kill(): Promise<unknown[]>;
}

interface ChildOptions {
  /** The largest file it may write. */
  readonly fileKilobytes?: number;
  /** As nobody, when the tests run as root, whom no permission stops. */
  readonly isUnprivileged?: boolean;
}

export function spawnChild(script: string, args: readonly string[], options: ChildOptions = {}): Child {
  const { fileKilobytes, isUnprivileged = false } = options;
  const blocks = fileKilobytes === undefined ? 'unlimited' : String(fileKilobytes * 2);
  const user = isUnprivileged && process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(
    'sh',
    ['-c', 'ulimit -f "$0" && exec "$@"', blocks, process.execPath, script, ...args],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      ...user,
    },
  );
  const lines = createInterface({ input: child.stdout });
  const iterator = lines[Symbol.asyncIterator]();
  const ended = once(child, 'exit');

  async function hearAll(): Promise<unknown[]> {
    const heard: unknown[] = [];
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) break;
      heard.push(JSON.parse(value));
    }
    await ended;
    return heard;
  }

  return {
    process: child,
    lines,
    hearAll,
    async hear() {
      const { done, value } = await iterator.next();
      if (done) throw new Error('the child ended without a word');
      return JSON.parse(value);
    },
    kill() {
      child.kill('SIGKILL');
      return hearAll();
    },
  };
}
