// Bulk: a backfill of 200 hits a request, against a bare replay of one body of the same size.
import {
  BATCH_SIZE,
  BULK_ENVIRONMENT,
  bulkConditions,
  CONNECTIONS,
  commandBackfill,
  replaySide,
  workerBackfill,
} from './sides.mjs';

const ARGS = ['--batch-size', String(BATCH_SIZE), '--concurrency', String(CONNECTIONS)];

export const title = 'bulk';
export const unit = 'hits/s';

export function plan(laboratory, { seconds }) {
  const { earlier } = laboratory;
  const worker = (of) => workerBackfill(laboratory, seconds, 'sqlite', BULK_ENVIRONMENT, of);
  const replay = replaySide(laboratory, seconds);
  const peer = earlier?.ref ?? replay.name;
  return {
    conditions: bulkConditions(laboratory, seconds),
    sides: [
      replay,
      ...(earlier ? [{ name: earlier.ref, measure: worker(earlier) }] : []),
      { name: 'ours', measure: worker(), against: peer },
      ...(earlier
        ? [
            {
              name: `${earlier.ref}, the command`,
              measure: commandBackfill(laboratory, seconds, ARGS, earlier),
            },
          ]
        : []),
      {
        name: 'ours, the command',
        measure: commandBackfill(laboratory, seconds, ARGS),
        against: earlier ? `${earlier.ref}, the command` : replay.name,
      },
    ],
  };
}
