// Planning and encoding alone, up to the bytes of each bulk request, in one process; and a dry run by the command.
import { bulkConditions, replaySide, workerPlan } from './sides.mjs';

const DRY_RUN = 'backfill --preset medium --json --no-progress --dry-run'.split(' ');
/** As long as it takes several processes to be worth their start, which the command finds out by itself. */
const VISITS = 800_000;
const DRY_RUN_ENVIRONMENT = {
  BACKFILL_START_DATE: '2025-01-01',
  BACKFILL_END_DATE: '2025-01-10',
  TARGET_VISITS_PER_DAY: String(VISITS / 10),
  BACKFILL_MAX_VISITS_PER_DAY: '0',
  BACKFILL_MAX_VISITS_TOTAL: '0',
};

export const title = 'planning and encoding';
export const unit = 'hits/s';

/** With the start of the process, and without the bodies. */
function dryRun({ command, built, timeoutFor }, of = built) {
  return async () => {
    const startMs = performance.now();
    const limits = { timeoutMs: timeoutFor(180) };
    const { hits } = await command(DRY_RUN, { env: DRY_RUN_ENVIRONMENT, limits, of });
    return { value: hits.planned / ((performance.now() - startMs) / 1000) };
  };
}

export function plan(laboratory, { seconds }) {
  const { earlier } = laboratory;
  const replay = replaySide(laboratory, seconds);
  const ref = earlier?.ref;
  return {
    conditions: bulkConditions(laboratory, seconds),
    sides: [
      replay,
      ...(earlier ? [{ name: ref, measure: workerPlan(laboratory, seconds, earlier) }] : []),
      { name: 'ours', measure: workerPlan(laboratory, seconds), against: ref ?? replay.name },
      ...(earlier ? [{ name: `${ref}, --dry-run`, measure: dryRun(laboratory, earlier) }] : []),
      {
        name: 'ours, --dry-run',
        measure: dryRun(laboratory),
        ...(earlier ? { against: `${ref}, --dry-run` } : {}),
      },
    ],
  };
}
