// Bulk: a backfill of 200 hits a request, against a bare replay of one body of the same size.
import { BATCH_SIZE, BULK_ENVIRONMENT, bulkConditions, CONNECTIONS, replaySide } from './replay.mjs';

export const title = 'bulk';
export const unit = 'hits/s';

export function plan(laboratory, { seconds }) {
  const { work, backfill } = laboratory;
  async function ours() {
    const args = ['--batch-size', String(BATCH_SIZE), '--concurrency', String(CONNECTIONS)];
    const { hits, seconds: taken } = await backfill(args, seconds);
    return { value: hits.accepted / taken };
  }
  async function inMemory() {
    const { accepted, seconds: taken } = await work(
      'backfill',
      [seconds, 'memory'],
      seconds,
      BULK_ENVIRONMENT,
    );
    return { value: accepted / taken };
  }
  return {
    conditions: bulkConditions(laboratory, seconds),
    sides: [
      replaySide(laboratory, seconds),
      { name: 'ours', measure: ours, against: 'bare replay', wanted: { atLeast: 0.22 } },
      { name: 'ours, ledger in memory', measure: inMemory, against: 'bare replay' },
    ],
  };
}
