/** Says when somebody sets the system clock during a run. */
import { formatDuration } from '../../../report/format.ts';
import { every } from '../../../run/clock.ts';
import { createClockSteps } from '../../../run/clock-steps.ts';
import type { CliContext } from '../../context.ts';

const LOOK_EVERY_MS = 1000;

/** @returns ends the watching */
export function logClockSteps({ clock, log }: Pick<CliContext, 'clock' | 'log'>): () => void {
  const steps = createClockSteps(clock, (stepMs) => {
    const way = stepMs > 0 ? 'forward' : 'back';
    log.warning(
      `the system clock was set ${way} by ${formatDuration(Math.abs(stepMs))}: the run keeps its pace, and new visits use the new time`,
      { code: 'clock-set' },
    );
  });
  return every(LOOK_EVERY_MS, () => steps.aheadMs());
}
