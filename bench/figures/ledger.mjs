// What the ledger costs: the same bulk backfill with it in SQLite and in memory.
import { BULK_ENVIRONMENT, bulkConditions, workerBackfill } from './sides.mjs';

export const title = 'ledger';
export const unit = 'hits/s';

export function plan(laboratory, { seconds }) {
  const side = (name, kind) => ({
    name,
    measure: workerBackfill(laboratory, seconds, kind, BULK_ENVIRONMENT),
  });
  return {
    conditions: bulkConditions(laboratory, seconds),
    sides: [
      side('in memory', 'memory'),
      { ...side('in SQLite', 'sqlite'), against: 'in memory', wanted: { atLeast: 0.9 } },
    ],
  };
}
