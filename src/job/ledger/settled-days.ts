/** Days of a backfill that earlier processes have settled whole: numbers stand for them, and they are not planned again. */
import type { DayExtent, Ledger, RunRow } from '../../ledger/ledger.ts';
import { totalsFrom } from '../../ledger/saved-totals.ts';
import { sumOf } from '../../ledger/sum.ts';
import type { Totals } from '../../ledger/totals.ts';
import { NO_DIGEST, sumOfDigests } from '../../plan/digest.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { Checkpoint } from './live-progress.ts';

export interface SettledDay {
  readonly date: LocalDate;
  readonly totals: Totals;
  readonly extent: DayExtent;
}

export interface SettledDays {
  /** In the order of their dates, which is that of their batches. */
  readonly all: readonly SettledDay[];
  readonly byDate: ReadonlyMap<LocalDate, DayExtent>;
  /** Digest of their traffic. */
  readonly digest: string;
}

/** A day whose numbers are not whole, as older versions have written them, is gone through again. */
export async function readSettledDays(ledger: Pick<Ledger, 'days'>, run: RunRow): Promise<SettledDays> {
  const days = run.command === 'backfill' ? await ledger.days(run.id) : [];
  const all = days.flatMap(({ date, counts, settled: extent }): SettledDay[] => {
    const totals = extent ? totalsFrom(counts) : undefined;
    if (!extent || totals?.visits.planned !== extent.visits) return [];
    return [{ date, totals, extent }];
  });
  return {
    all,
    byDate: new Map(all.map(({ date, extent }) => [date, extent])),
    digest: sumOfDigests(all.map(({ extent }) => extent.digest)),
  };
}

/** Of a live run that is gone on with: the parts of days that are counted; more visits of these days may come. */
export function daysOfCheckpoint(checkpoint: Checkpoint | undefined): SettledDays {
  const extent = { firstBatch: 0, batches: 0, visits: 0, digest: NO_DIGEST };
  return {
    all: (checkpoint?.days ?? []).map(({ date, totals }) => ({ date, totals: sumOf([totals]), extent })),
    byDate: new Map(),
    digest: checkpoint?.digest ?? NO_DIGEST,
  };
}
