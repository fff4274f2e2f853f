/** A process that works on a ledger, for tests that kill it, starve it or have two of them at once. */
import { writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { UserError } from '../../src/errors.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openThreadedLedger } from '../../src/ledger/sqlite/threaded-ledger.ts';
import { startThread } from '../../src/thread.ts';
import { backfillFacts } from './facts.ts';

const AT_ONCE = 8;
const STRIKE_MS = 10;

const open = (path: string) => openThreadedLedger(startThread, path);

/** Written at once, for nothing buffered survives a kill. */
function say(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

/** Goes on after the last batch of the first run: each commit begins some and settles those before them. */
async function commitForever(ledger: Ledger, outcomes: string | null): Promise<never> {
  const run = (await ledger.runs())[0] ?? (await ledger.startRun(backfillFacts()));
  let next = 0;
  let open: number[] = [];
  for await (const { batch, state } of ledger.batches(run.id)) {
    next = batch + 1;
    if (state === 'in-flight') open.push(batch);
  }
  for (;;) {
    const begun = Array.from({ length: AT_ONCE }, (_, i) => next + i);
    const settled = open.map((batch) => ({ batch, outcomes }));
    await ledger.commit(run.id, { atMs: 1, begun, settled });
    say({ begun, settled: open });
    next += AT_ONCE;
    open = begun;
  }
}

const holder = { pid: process.pid, hostname: hostname(), command: 'backfill', sinceMs: 1, seenMs: 1 };
const goAhead = () => new Promise((resolve) => process.stdin.once('data', resolve));

/** Runs until the clock strikes, so that those who call it at about the same time go on together. */
function meet(): void {
  const strikes = Math.floor(Date.now() / STRIKE_MS) + 1;
  while (Date.now() < strikes * STRIKE_MS);
}

const COMMANDS: Record<string, (path: string, argument: string) => Promise<void>> = {
  async open(path) {
    await (await open(path)).close();
    say('opened');
  },
  async commit(path) {
    await commitForever(await open(path), null);
  },
  async fill(path) {
    await commitForever(await open(path), 'u1:timeout '.repeat(40).trim());
  },
  /** Opens files that another process opens at the same time, and tries for the one lock in each. */
  async contend(folder, files) {
    say('ready');
    await goAhead();
    const won: number[] = [];
    for (let i = 0; i < Number(files); i++) {
      meet();
      const ledger = await open(`${folder}/${i}.db`);
      if (!(await ledger.acquireLock('site 1', holder))) won.push(i);
    }
    say(won);
    process.exit();
  },
  /** Has the lock until it is killed. */
  async hold(path) {
    await (await open(path)).acquireLock('site 1', holder);
    say('held');
    await goAhead();
  },
};

const [command = '', path = '', argument = ''] = process.argv.slice(2);
COMMANDS[command]?.(path, argument).catch((error: unknown) => {
  const { code, exitCode, message, hint } =
    error instanceof UserError ? error : new UserError(String(error), { code: 'none', exitCode: 1 });
  say({ code, exitCode, message, hint });
  process.exit();
});
