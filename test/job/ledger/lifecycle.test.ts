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

describe('a window of which days were sent before', () => {
  const others = { ...FACTS, digest: 'd2' };
  const options = { resume: false, again: false };

  it('is refused with the ways to go on, those that send nothing twice first', async () => {
    const { ledger } = await ledgerWithDoneRun();
    await expect(openBackfill(ledger, others, WINDOW, options)).rejects.toMatchObject({
      code: 'overlapping-backfill',
      hint: expect.stringMatching(/^To send only the days that are missing, use --existing skip\..*--again/),
    });
  });

  it('names the run that can be continued, where it was stopped', async () => {
    const ledger = createMemoryLedger();
    const { id } = await ledger.startRun(FACTS);
    await ledger.endRun(id, { endedMs: 1, outcome: 'stopped', trafficDigest: 'x' });
    await expect(openBackfill(ledger, others, WINDOW, options)).rejects.toMatchObject({
      hint: expect.stringMatching(
        new RegExp(`^--resume ${id} continues that run\\..*--existing skip.*--again`),
      ),
    });
  });
});
