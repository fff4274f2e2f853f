// What a plugin costs: planning and encoding without one, and with a hook that is called for every visit and does nothing.
// With --against REF, also what a run without plugins costs beside that commit, such as the one before there were plugins.
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
  const { built, earlier } = laboratory;
  const none = { name: 'no plugin', measure: perSecond(workerPlan(laboratory, seconds)) };
  const before = earlier && {
    name: `no plugin, ${earlier.ref}`,
    measure: perSecond(workerPlan(laboratory, seconds, earlier)),
  };
  const withHook = { ...BULK_ENVIRONMENT, PLUGINS: EMPTY };
  return {
    conditions: [`${seconds} s each`],
    sides: [
      ...(before ? [before, { ...none, against: before.name }] : [none]),
      {
        name: 'an empty hook',
        measure: perSecond(workerPlan(laboratory, seconds, built, withHook)),
        against: 'no plugin',
        wanted: { of: 'ratio', atLeast: 0.9 },
      },
    ],
  };
}
