// Bulk: a backfill of 200 hits a request, against a bare replay of one body of the same size.
import {
  BATCH_SIZE,
  BULK_ENVIRONMENT,
  bulkConditions,
  CONNECTIONS,
  replaySide,
  workerBackfill,
} from './sides.mjs';

export const title = 'bulk';
export const unit = 'hits/s';

export function plan(laboratory, { seconds }) {
  const { backfill } = laboratory;
  async function ours() {
    const args = ['--batch-size', String(BATCH_SIZE), '--concurrency', String(CONNECTIONS)];
    const { hits, seconds: taken } = await backfill(args, seconds);
    return { value: hits.accepted / taken };
  }
  const inMemory = () => workerBackfill(laboratory, seconds, 'memory', BULK_ENVIRONMENT);
  return {
    conditions: bulkConditions(laboratory, seconds),
    sides: [
      replaySide(laboratory, seconds),
      { name: 'ours', measure: ours, against: 'bare replay', wanted: { atLeast: 0.22 } },
      { name: 'ours, ledger in memory', measure: inMemory, against: 'bare replay' },
    ],
  };
}
