// Planning and encoding alone, up to the bytes of each bulk request, against the bare replay.
import { BULK_ENVIRONMENT, bulkConditions, replaySide } from './sides.mjs';

export const title = 'planning and encoding';
export const unit = 'hits/s';

export function plan(laboratory, { seconds }) {
  async function ours() {
    const result = await laboratory.work('plan', [seconds], seconds, BULK_ENVIRONMENT);
    return {
      value: result.hits / result.seconds,
      'µs CPU/hit': (result.cpuSeconds / result.hits) * 1e6,
      'visits/s': result.visits / result.seconds,
      'MB/s': result.bytes / 1e6 / result.seconds,
    };
  }
  return {
    conditions: bulkConditions(laboratory, seconds),
    sides: [
      replaySide(laboratory, seconds),
      { name: 'ours', measure: ours, against: 'bare replay', wanted: { atLeast: 0.28 } },
    ],
  };
}
