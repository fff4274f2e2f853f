import { describe, expect, it } from 'vitest';
import { openBackfill } from '../../../src/job/ledger/lifecycle.ts';
import { createMemoryLedger } from '../../../src/ledger/memory.ts';
import { backfillFacts } from '../../ledger/facts.ts';

const FACTS = backfillFacts({ from: '2026-10-01', to: '2026-10-02', digest: 'd1' });
const WINDOW = { from: '2026-10-01', to: '2026-10-02' };

async function ledgerWithDoneRun() {
  const ledger = createMemoryLedger();
  const { id } = await ledger.startRun(FACTS);
  await ledger.endRun(id, { endedMs: 1, outcome: 'done', trafficDigest: 'x' });
  return { ledger, doneRun: id };
}

describe('a window that is sent again from a run of the ledger on', () => {
  it('begins anew, is continued after a crash, and is done once', async () => {
    const { ledger, doneRun } = await ledgerWithDoneRun();
    const options = { resume: false, again: true, againFrom: doneRun + 1 };
    const open = () => openBackfill(ledger, FACTS, WINDOW, options);
    expect(await open()).toEqual({ kind: 'new' });
    const { id } = await ledger.startRun(FACTS);
    expect(await open()).toMatchObject({ kind: 'resume', run: { id } });
    await ledger.endRun(id, { endedMs: 2, outcome: 'done', trafficDigest: 'x' });
    expect(await open()).toMatchObject({ kind: 'done', run: { id } });
  });

  it('does not continue other runs: of other settings, or without the number', async () => {
    const { ledger, doneRun } = await ledgerWithDoneRun();
    await ledger.startRun({ ...FACTS, digest: 'd2' });
    const options = { resume: false, again: true };
    expect(await openBackfill(ledger, FACTS, WINDOW, options)).toEqual({ kind: 'new' });
    const numbered = { ...options, againFrom: doneRun + 1 };
    expect(await openBackfill(ledger, FACTS, WINDOW, numbered)).toEqual({ kind: 'new' });
  });
});
