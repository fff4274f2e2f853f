/** What earlier processes of a run have written of its batches: which are settled, and which are in doubt. */
import { type BatchRange, type DayExtent, EVERY_BATCH, type Ledger } from '../../ledger/ledger.ts';
import { decodeOutcomes } from '../../ledger/outcomes.ts';
import { type Batch, hitCountOf } from '../../types/delivery.ts';
import type { Outcome } from '../../types/outcome.ts';

export interface WrittenBatches {
  /** Outcomes of settled batches. */
  readonly settled: Map<number, string | null>;
  /** Outcomes of batches that are settled in part. */
  readonly inPart: Map<number, string>;
  /** Batches that left and whose answer nobody has seen, with the time they left. */
  readonly inDoubt: Map<number, number>;
  /** Of a run that workers share: all of them, and those that no batch has come for yet. */
  readonly former: ReadonlySet<number>;
  readonly unseen: Set<number>;
}

export const isSettled = ({ kind }: Outcome) => kind !== 'failed' && kind !== 'skipped';

/** The numbers of batches between those of the days. @param days in the order of their batches */
function rangesBetween(days: readonly DayExtent[]): BatchRange[] {
  const starts = [0, ...days.map(({ firstBatch, batches }) => firstBatch + batches)];
  const ends = [...days.map(({ firstBatch }) => firstBatch - 1), EVERY_BATCH.to];
  return starts
    .map((from, i) => ({ from, to: ends[i] ?? EVERY_BATCH.to }))
    .filter(({ from, to }) => from <= to);
}

/** @param days that are not gone through again */
export async function readWritten(
  ledger: Pick<Ledger, 'batches'>,
  run: number,
  days: readonly DayExtent[],
  isShared: boolean,
): Promise<WrittenBatches> {
  const settled = new Map<number, string | null>();
  const inPart = new Map<number, string>();
  const inDoubt = new Map<number, number>();
  const former = new Set<number>();
  for (const range of rangesBetween(days)) {
    for await (const row of ledger.batches(run, range)) {
      if (isShared) former.add(row.batch);
      if (row.state === 'settled') settled.set(row.batch, row.outcomes);
      else if (row.outcomes !== null) inPart.set(row.batch, row.outcomes);
      if (row.state === 'in-flight') inDoubt.set(row.batch, row.begunMs);
    }
  }
  return { settled, inPart, inDoubt, former, unseen: new Set(former) };
}

/** Outcomes of the batch that are known; undefined ones are still to be sent. */
export function knownOf(
  { settled, inPart }: WrittenBatches,
  batch: Batch,
): readonly (Outcome | undefined)[] | undefined {
  const text = settled.get(batch.id);
  if (text !== undefined) return decodeOutcomes(text, hitCountOf(batch));
  const partText = inPart.get(batch.id);
  if (partText === undefined) return undefined;
  return decodeOutcomes(partText, hitCountOf(batch)).map((outcome) =>
    isSettled(outcome) ? outcome : undefined,
  );
}
