import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { openThreadedLedger, type StartThread } from '../../../src/ledger/sqlite/threaded-ledger.ts';
import { backfillFacts } from '../facts.ts';
import { describeLedger } from '../ledger.conformance.ts';
import { buildChild, threadsOf } from '../spawn-child.ts';

const root = mkdtempSync(join(tmpdir(), 'ledger-thread-'));
let startThread: StartThread;
let folder = root;
let path = '';
let count = 0;

beforeAll(async () => {
  await buildChild(root);
  startThread = threadsOf(root);
});
beforeEach(() => {
  folder = join(root, String(count++));
  path = join(folder, 'ledger.db');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const open = () => openThreadedLedger(startThread, path);

describeLedger('threaded SQLite', open);

async function refusal(opening: Promise<unknown>): Promise<UserError> {
  const error: unknown = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error(`expected a UserError, found ${String(error)}`);
  return error;
}

describe('errors of the thread', () => {
  it('are those of the file, with code, exit code, remedy and cause', async () => {
    mkdirSync(folder);
    writeFileSync(path, 'visits,day\n'.repeat(1000));
    const error = await refusal(open());
    expect(error).toMatchObject({ code: 'ledger-corrupt', exitCode: 2 });
    expect(error.message).toContain(path);
    expect(error.hint).toContain('TRAFFICINATOR_STATE_DIR');
    expect(error.cause).toMatchObject({ message: expect.stringContaining('not a database') });
  });

  it('that no user can mend are defects, and the next call is carried out', async () => {
    const ledger = await open();
    await expect(ledger.commit(9, { atMs: 1, begun: [0] })).rejects.not.toBeInstanceOf(UserError);
    await expect(ledger.endRun(9, { endedMs: 1, outcome: 'done', trafficDigest: null })).rejects.toThrow(
      'expected a run of the ledger, found 9',
    );
    expect(await ledger.runs()).toEqual([]);
    await ledger.close();
  });

  it('reach a call that comes when the thread has ended', async () => {
    const ledger = await open();
    const last = ledger.runs();
    const closing = ledger.close();
    expect(await last).toEqual([]);
    await closing;
    await expect(ledger.runs()).rejects.toThrow('the thread of the ledger has ended');
  });
});

it('leaves the loop free while another process keeps the file', async () => {
  const ledger = await open();
  const other = new Database(path);
  other.exec('begin immediate');
  const started = ledger.startRun(backfillFacts());
  let turns = 0;
  let isStarted = false;
  void started.then(() => {
    isStarted = true;
  });
  // The loop turns many times while the thread waits for the file.
  while (turns < 2000) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  expect(isStarted).toBe(false);
  other.exec('rollback');
  other.close();
  expect(await started).toMatchObject({ id: 1 });
  await ledger.close();
});
