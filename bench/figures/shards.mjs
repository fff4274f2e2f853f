// Shards: the bulk backfill by one process and by two that share it.
import { BATCH_SIZE, bulkConditions, CONNECTIONS } from './sides.mjs';

export const title = 'shards';
export const unit = 'hits/s';

export function plan(laboratory, { seconds }) {
  const side = (shards) => ({
    name: shards === 1 ? '1 process' : `${shards} shards`,
    async measure() {
      const args = `--batch-size ${BATCH_SIZE} --concurrency ${CONNECTIONS} --shards ${shards}`.split(' ');
      const { hits, seconds: taken } = await laboratory.backfill(args, seconds);
      return { value: hits.accepted / taken };
    },
  });
  return {
    conditions: bulkConditions(laboratory, seconds),
    sides: [side(1), { ...side(2), against: '1 process' }],
  };
}
