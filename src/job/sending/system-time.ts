/** Live hits tell the time of the system clock, also when it is set during a run: Matomo's server has the same. */
import { withTimeShifted } from '../../matomo/requests/hits.ts';
import type { ClockSteps } from '../../run/clock-steps.ts';
import type { Encoder } from '../../types/delivery.ts';
import type { VisitRecord } from '../../types/hit.ts';

/**
 * Visits that begin after the clock was set are told in its new time. Those that had begun before stay in the old one:
 * Matomo would cut them where the time leaps.
 */
export function onSystemTime(encoder: Encoder, steps: ClockSteps): Encoder {
  const shifts = new WeakMap<VisitRecord, number>();
  return {
    ...encoder,
    openBody() {
      const body = encoder.openBody();
      return {
        add(visit, seq) {
          const aheadMs = seq === 0 ? steps.aheadMs() : 0;
          if (aheadMs !== 0) shifts.set(visit.visit, Math.round(aheadMs / 1000));
          const seconds = shifts.get(visit.visit) ?? 0;
          body.add(seconds === 0 ? visit : withTimeShifted(visit, seq, seconds), seq);
        },
        close: () => body.close(),
        get parts() {
          return body.parts;
        },
      };
    },
  };
}
