/** What goes wrong on the way, for `--verbose`: hits that were not accepted with their reasons, and retries. */
import { formatNumber } from '../../../report/format.ts';
import type { Log } from '../log.ts';
import type { Running } from '../status.ts';

/** What a job has lost so far: counts by what they are of. */
function lossesOf({ totals }: Running): [what: string, count: number][] {
  const reasons = Object.entries(totals.reasons).map(([reason, count]): [string, number] => [
    `hits not accepted: ${reason}`,
    count,
  ]);
  return [...reasons, ['requests sent again', totals.retries]];
}

/** @returns tells what was lost since the call before */
export function createLossLog(log: Log, running: readonly Running[]): () => void {
  const before = new Map<string, number>();
  return () => {
    for (const entry of log.isEnabled('debug') ? running : []) {
      const target = running.length > 1 ? `${entry.job.name}: ` : '';
      for (const [what, count] of lossesOf(entry)) {
        const key = `${entry.job.name} ${what}`;
        const more = count - (before.get(key) ?? 0);
        before.set(key, count);
        if (more > 0) log.debug(`${target}${formatNumber(more)} ${what}`);
      }
    }
  };
}
