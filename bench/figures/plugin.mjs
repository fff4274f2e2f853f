// What a plugin costs: planning and encoding without one, and with a hook that is called for every visit and does nothing.
import { fileURLToPath } from 'node:url';
import { BULK_ENVIRONMENT, workerPlan } from './sides.mjs';

export const title = 'planning and encoding with an empty hook';
export const unit = 'hits per second of processor time';

const EMPTY = fileURLToPath(new URL('../plugins/empty.mjs', import.meta.url));

/** By processor time: what else goes on does not count. */
function perSecond(measure) {
  return async () => ({ value: 1e6 / (await measure())['µs CPU/hit'] });
}

export function plan(laboratory, { seconds }) {
  const { built } = laboratory;
  const withHook = { ...BULK_ENVIRONMENT, PLUGINS: EMPTY };
  return {
    conditions: [`${seconds} s each`],
    sides: [
      { name: 'no plugin', measure: perSecond(workerPlan(laboratory, seconds)) },
      {
        name: 'an empty hook',
        measure: perSecond(workerPlan(laboratory, seconds, built, withHook)),
        against: 'no plugin',
        wanted: { of: 'ratio', atLeast: 0.9 },
      },
    ],
  };
}
