/** Days of which every shard has a part: each comes out once and in order, when no shard can add to it any more. */
import { sumOf } from '../ledger/sum.ts';
import type { Totals } from '../ledger/totals.ts';
import type { LocalDate } from '../types/local-date.ts';

const AFTER_ALL_DAYS: LocalDate = '\uffff';

export interface Days {
  /** Each shard's days come in their order; one without visits has no part. */
  add(shard: number, date: LocalDate, totals: Totals): void;
  /** The shard has no more days. */
  end(shard: number): void;
}

export function createDays(shards: number, onDay: (date: LocalDate, totals: Totals) => void): Days {
  const parts = new Map<LocalDate, Totals[]>();
  /** Last day of each shard. */
  const last = new Array<LocalDate>(shards).fill('');

  function reach(shard: number, date: LocalDate): void {
    last[shard] = date;
    for (const day of [...parts.keys()].sort()) {
      if (last.some((reached) => reached < day)) return;
      const totals = sumOf(parts.get(day) ?? []);
      parts.delete(day);
      onDay(day, totals);
    }
  }

  return {
    add(shard, date, totals) {
      parts.set(date, [...(parts.get(date) ?? []), totals]);
      reach(shard, date);
    },
    end: (shard) => reach(shard, AFTER_ALL_DAYS),
  };
}
