/** The lines about a target that is down: which one, why, when it is tried again, and when it is back. */
import type { Job } from '../../../job/job.ts';
import { formatDuration } from '../../../report/format.ts';
import { reasonOf } from '../../../report/reasons.ts';
import type { Outage } from '../../../run/breaker.ts';
import type { CliContext } from '../../context.ts';

/** @returns takes an outage, and undefined when the target is back */
export function createOutageLog(
  { clock, log }: Pick<CliContext, 'clock' | 'log'>,
  { name, target: { url } }: Pick<Job, 'name'> & { readonly target: { readonly url: string } },
  isOneOfSeveral: boolean,
): (outage: Outage | undefined) => void {
  const target = isOneOfSeveral ? `${name} (${url})` : url;
  let sinceMs = 0;
  return (outage) => {
    if (outage === undefined) {
      const lasted = formatDuration(clock.now() - sinceMs);
      log.info(`${target} responds again after ${lasted}: continuing`, { code: 'target-back' });
      return;
    }
    sinceMs = clock.now();
    const { failures, reason, retryInMs } = outage;
    log.warning(
      `${failures} requests in a row to ${target} failed (${reasonOf(reason).what}): pausing, next try in ${Math.ceil(retryInMs / 1000)} s`,
      { code: 'target-down' },
    );
  };
}
